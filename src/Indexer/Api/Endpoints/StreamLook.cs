using System.Data.Common;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Indexer.Api.Endpoints;

/// <summary>What lies behind a place: what was taken back since, then the rows that match. Streams and webhooks tell the same.</summary>
internal static class StreamLook
{
    /// <summary>
    /// So many rows are looked through at once, however few of them match: a question may take only so long, and one that never ends in time would be
    /// asked again for ever.
    /// </summary>
    public const int RowsLookedThrough = 50_000;

    private const int MaxReorgs = 1_000;

    /// <summary>Looks once; gives the place up to which all is told, and whether there may be more.</summary>
    /// <param name="session">Of one consistent state.</param>
    /// <param name="query">Which rows of one event are wanted, ascending.</param>
    /// <param name="place">From where.</param>
    /// <param name="maxRows">How many rows at the most.</param>
    /// <param name="onReorg">Told of a reorganisation that reaches below what was told.</param>
    /// <param name="onRow">Told of a row and its block's hash; false when there is no room for another.</param>
    /// <param name="offered">The furthest row that may have been heard, where that lies beyond the place.</param>
    public static async Task<(StreamPlace Place, bool IsMore)> LookAsync(
        DatabaseSession session, ListQuery query, StreamPlace place, int maxRows, Action<StreamPlace, TakenBack> onReorg, Func<StreamPlace, Hash32, DbDataReader, bool> onRow,
        long offered = 0)
    {
        var resource = query.Resource;
        var family = await FamilyStore.FindAsync(session, resource.Families.Single());
        if (family is not null && MustWait(family, place))
            return (place, false);
        foreach (var back in await session.QueryAsync<TakenBack>(
            "SELECT id AS Id, ancestor_number AS Ancestor, old_tip_hash AS OldTip FROM index_reorgs WHERE id > @Reorg ORDER BY id LIMIT @MaxReorgs",
            new { place.Reorg, MaxReorgs }))
        {
            var floor = StreamPlace.LastOf(back.Ancestor);
            var isTold = floor < Math.Max(place.Last, offered);
            (place, offered) = (new StreamPlace(Math.Min(floor, place.Last), back.Id), Math.Min(floor, offered));
            if (isTold)
                onReorg(place, back);
        }

        // Every block with rows of a family has a digest with its hash.
        var hash = $"(SELECT d.block_hash FROM index_digests d WHERE d.family = '{resource.Families[0]}' AND d.block_number = ({resource.Source}.id >> {RowId.LogIndexBits}))";
        var end = await session.QuerySingleOrDefaultAsync<long?>(
            $"SELECT id FROM {resource.Source} WHERE id > @Last ORDER BY id LIMIT 1 OFFSET {RowsLookedThrough - 1}", new { place.Last });
        IReadOnlyList<Condition> conditions = end is { } most ? [.. query.Conditions, new Condition("id", "<=", [most])] : query.Conditions;
        await using var command = QueryText.Rows(query with { After = place.Last, Conditions = conditions }, maxRows, hash).ToCommand(session);
        await using (var rows = await command.ExecuteReaderAsync(session.Cancellation))
        {
            var count = 0;
            while (await rows.ReadAsync(session.Cancellation))
            {
                place = place with { Last = rows.GetInt64(0) };
                if (!onRow(place, HashAt(rows, resource.Columns.Count), rows) || ++count == maxRows)
                    return (place, true);
            }
        }

        if (end is { } passed)
            return (place with { Last = passed }, true);
        // The head does not store what is stored in order while something below is missing: what it has passed is still to come.
        if (family is { IsInOrder: true, GapLast: not null })
            return (place, false);
        // Nothing up to the tip is left, so that nobody has to look there again.
        return (place with { Last = Math.Max(place.Last, await StreamPlace.TipAsync(session)) }, false);
    }

    private static Hash32 HashAt(DbDataReader row, int place) => new(row.GetFieldValue<byte[]>(place));

    /// <summary>
    /// Whether rows behind a place are still being filled in while others above them are there: telling those first would leave the others out. What is
    /// stored in order has no such holes.
    /// </summary>
    public static bool MustWait(FamilyEntry family, StreamPlace place) =>
        family is { IsInOrder: false, GapLast: { } gap } && place.Last < StreamPlace.LastOf(new((ulong)gap));
}

/// <summary>Rows that were taken back: those above an ancestor.</summary>
internal sealed class TakenBack
{
    public long Id { get; init; }

    public BlockNumber Ancestor { get; init; }

    public Hash32 OldTip { get; init; }

    /// <summary>The same whenever it is told, and no other's: numbers begin anew in a database that is made anew.</summary>
    public string EventId => $"reorg-{Id}-{OldTip}";
}
