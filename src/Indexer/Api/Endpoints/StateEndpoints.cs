using System.Globalization;
using Microsoft.AspNetCore.Http;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api.Operations;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Rows;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Indexer.Api.Endpoints;

/// <summary>Where the indexer is, whether it is any good, and the hash by which two of them compare what they hold.</summary>
internal sealed class StateEndpoints(IndexApi api)
{
    public const int DefaultReorgs = 200;

    public async Task<IResult> StatusAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (now, blobs) = (api.Status.Now, api.Blobs.Figures);
        var moment = await api.AskAsync(context, session => Moment.ReadAsync(session, [.. api.Families.Select(family => family.Name)]), cancellationToken);
        return Results.Json(new
        {
            chain_id = api.Chain.Value,
            head = now.Head,
            tip = now.Tip,
            final = now.Final,
            lag_blocks = now.Lag,
            seconds_silent = now.SecondsSilent,
            tip_time = now.TipTime,
            tip_age_seconds = now.TipAgeSeconds,
            tip_age_limit_seconds = TipAge.LimitOf(api.Options, api.Chain, now.BlockTime)?.TotalSeconds,
            faults = FollowingFaults.Of(now, api.Options, api.Chain),
            last_failure = now.LastFailure is { } failure ? new { at = failure.At.ToUnixTimeSeconds(), endpoint = failure.Endpoint, reason = failure.Reason } : null,
            rows_since_start = now.Rows,
            blocks_per_second = Math.Round(now.BlocksPerSecond, 1),
            rows_per_second = Math.Round(now.RowsPerSecond, 1),
            seconds_left = now.SecondsLeft,
            stopped = now.Stopped,
            blobs = new
            {
                sources = api.Blobs.Sources.Select(source => source.Name),
                fetched = blobs.Fetched,
                failed = blobs.Failed,
                waiting = blobs.Waiting,
                given_up = blobs.GivenUp,
                bytes = blobs.Bytes,
                budget_bytes = blobs.BudgetBytes,
            },
            families = moment.Families.Select(family => new
            {
                name = family.Name,
                fingerprint = family.Fingerprint.ToString(),
                first_block = family.FirstBlock.Value,
                gap_last = moment.GapLastOf(family),
                is_whole = family.GapLast is null,
                is_indexed = family.IsIndexed,
            }),
        });
    }

    public async Task<IResult> ReadyAsync(CancellationToken cancellationToken)
    {
        var now = api.Status.Now;
        List<string> faults = [.. FollowingFaults.Of(now, api.Options, api.Chain)];
        try
        {
            foreach (var family in await api.ReadAsync(FamilyStore.ReadAsync, api.Options.QueryTimeout, cancellationToken))
            {
                if (family.GapLast is not null)
                    faults.Add($"{family.Name} is still being filled in.");
                else if (!family.IsIndexed)
                    faults.Add($"{family.Name} is not indexed yet.");
            }
        }
        catch (Exception failure) when (failure is DatabaseException or QueryTimeoutException)
        {
            faults.Add($"The database does not answer: {failure.Message}");
        }

        return Results.Json(new { ready = faults.Count == 0, lag_blocks = now.Lag, tip_age_seconds = now.TipAgeSeconds, faults }, statusCode: faults.Count == 0 ? 200 : 503);
    }

    public async Task<IResult> StateAsync(HttpContext context, CancellationToken cancellationToken)
    {
        ulong? block = null;
        if (context.Request.Query.TryGetValue("block", out var asked))
        {
            if (!ulong.TryParse(asked.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number >= RowId.MaxBlock)
                return Problems.BadRequest($"block is a number below {RowId.MaxBlock}.");
            block = number;
        }

        return await api.AskAsync(context, session => StateAsync(session, block), cancellationToken);
    }

    public async Task<IResult> ReorgsAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (limit, before) = (DefaultReorgs, long.MaxValue);
        var asked = context.Request.Query;
        if (asked.ContainsKey("limit") && (!int.TryParse(asked["limit"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > ListQuery.MaxLimit))
            return Problems.BadRequest($"limit is a number from 1 to {ListQuery.MaxLimit}.");
        if (asked.ContainsKey("cursor") && !long.TryParse(asked["cursor"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out before))
            return Problems.BadRequest("This cursor is not one of this list.");
        var rows = await api.AskAsync(
            context,
            session => session.QueryAsync<ReorgRow>(
                """
                SELECT id AS Id, orphaned_at AS OrphanedAt, ancestor_number AS AncestorNumber, ancestor_hash AS AncestorHash, old_tip_number AS OldTipNumber,
                  old_tip_hash AS OldTipHash, new_tip_number AS NewTipNumber, new_tip_hash AS NewTipHash, endpoints AS Endpoints
                FROM index_reorgs WHERE id < @before ORDER BY id DESC LIMIT @most
                """,
                new { before, most = limit + 1 }),
            cancellationToken);
        return Results.Json(new
        {
            items = rows.Take(limit).Select(row => new
            {
                id = row.Id,
                orphaned_at = row.OrphanedAt,
                ancestor = new { number = row.AncestorNumber.Value, hash = row.AncestorHash.ToString() },
                old_tip = new { number = row.OldTipNumber.Value, hash = row.OldTipHash.ToString() },
                new_tip = new { number = row.NewTipNumber.Value, hash = row.NewTipHash.ToString() },
                endpoints = row.Endpoints,
            }),
            next = rows.Count > limit ? rows[limit - 1].Id.ToString(CultureInfo.InvariantCulture) : null,
        });
    }

    private async Task<IResult> StateAsync(DatabaseSession session, ulong? block)
    {
        var cursor = await Lanes.Table.ReadAsync(session, IndexSink.Head);
        if (cursor.IsEmpty)
            return Problems.NotFound("Nothing is indexed yet.");
        var at = block ?? cursor.Tip.Number.Value;
        if (at > cursor.Tip.Number.Value)
            return Problems.NotFound($"Block {at} is not indexed yet; the tip is {cursor.Tip.Number}.");
        var known = (await FamilyStore.ReadAsync(session)).ToDictionary(family => family.Name, StringComparer.Ordinal);
        var states = new List<(EventFamily Family, Hash32? State)>();
        foreach (var family in api.Families)
            states.Add((family, known[family.Name].GapLast is null ? await DigestRows.StateBelowAsync(session, api.Chain, family, new(at + 1)) : null));
        return Results.Json(new
        {
            chain_id = api.Chain.Value,
            block = at,
            hash = cursor.At(new(at))?.Hash.ToString(),
            final = cursor.Final.Number.Value,
            state = states.TrueForAll(entry => entry.State is not null) ? StateHash.OfAll(states.Select(entry => (entry.Family.Name, entry.State!.Value))).ToString() : null,
            families = states.Select(entry => new { name = entry.Family.Name, fingerprint = entry.Family.Fingerprint.ToString(), state = entry.State?.ToString() }),
        });
    }

    private sealed class ReorgRow
    {
        public long Id { get; init; }

        public long OrphanedAt { get; init; }

        public BlockNumber AncestorNumber { get; init; }

        public Hash32 AncestorHash { get; init; }

        public BlockNumber OldTipNumber { get; init; }

        public Hash32 OldTipHash { get; init; }

        public BlockNumber NewTipNumber { get; init; }

        public Hash32 NewTipHash { get; init; }

        public string Endpoints { get; init; } = "";
    }
}
