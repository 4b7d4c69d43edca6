using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenGradient.Database;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api.Clients;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Proofs;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.Endpoints;

/// <summary>A block as a node tells it, for proofs; null where the node does not have it, or not any more.</summary>
/// <exception cref="NodeBusyException">The node has no time, or does not answer.</exception>
internal delegate Task<(BlockHeader Header, IReadOnlyList<Receipt> Receipts)?> ReadBlock(Hash32 blockHash, CancellationToken cancellationToken);

/// <summary>
/// The bundle that proves a row. Header and receipts are asked of a node, and believed only where they hash to what they should; what comes
/// out is checked as any reader would before it is sent.
/// </summary>
internal sealed class ProofEndpoint(IndexApi api, ReadBlock? readBlock)
{
    /// <summary>Each asks a node for all receipts of a block, and hashes them.</summary>
    public const int MaxAtOnce = 3;

    /// <summary>So many of them for one client.</summary>
    public const int MaxOfOne = 2;

    private const int KeptBlocks = 4;

    private readonly ClientSlots _running = new(MaxAtOnce, MaxOfOne);
    private readonly Lock _lock = new();
    private readonly Queue<(Hash32 Hash, BlockHeader Header, IReadOnlyList<Receipt> Receipts)> _kept = new();

    public async Task<IResult> ProveAsync(Resource resource, string key, HttpContext context, CancellationToken cancellationToken)
    {
        if (readBlock is null)
            return Problems.NotReady(context, "This indexer has no node to ask for receipts.");
        if (!RowId.TryParse(key, out var id))
            return Problems.BadRequest("id is a block and a log such as 1234-7.");
        var family = api.Families.Single(known => known.Name == resource.Families[0]);
        if (family.Tables.FirstOrDefault(known => known.Name == resource.Source) is not { } table)
            return Problems.BadRequest("What could not be decoded cannot be proven to be anything.");
        if (await api.AskAsync(context, session => FindAsync(session, resource, id), cancellationToken) is not { } found)
            return Problems.NotFound($"{resource.Source} has no row {id}.");

        using var slot = await _running.TakeAsync(context, api.Options.QueryTimeout, api.Clock, cancellationToken);
        return slot is null
            ? Problems.Busy(context, $"{MaxAtOnce} proofs are made at once, {MaxOfOne} of each client: ask again when one is there.")
            : await ProveAsync(readBlock, table, found, id, context, cancellationToken);
    }

    private async Task<IResult> ProveAsync(ReadBlock readBlock, EventTable table, Found found, RowId id, HttpContext context, CancellationToken cancellationToken)
    {
        if (await TrueBlockAsync(readBlock, found.Block, cancellationToken) is not { } block)
        {
            return Problems.Of(
                StatusCodes.Status502BadGateway, "The node cannot show it.",
                "Its header and receipts do not hash to the block: it does not have them any more, or its chain has a receipts root that is no consensus data. The row is unproven.");
        }

        var bundle = RowProof.Create(api.Chain, table, found.Row, id, block.Header, block.Receipts);
        if (bundle is null || RowProof.Verify(bundle, found.Block) is not BundleVerdict.Holds)
            return Problems.Of(StatusCodes.Status502BadGateway, "The node cannot show it.", "Its receipts do not hold what the row says. The row is unproven.");
        context.Response.Headers.CacheControl = found.IsFinal ? Moment.FinalCaching : "no-cache";
        return Results.Bytes(bundle.ToUtf8(), "application/json; charset=utf-8");
    }

    // What hashes to the block is the block for ever: a custody asks for several rows of the same.
    private async Task<(BlockHeader Header, IReadOnlyList<Receipt> Receipts)?> TrueBlockAsync(ReadBlock readBlock, Hash32 hash, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var kept in _kept)
            {
                if (kept.Hash == hash)
                    return (kept.Header, kept.Receipts);
            }
        }

        if (await readBlock(hash, cancellationToken) is not { } block || !block.Header.TryComputeHash(out var found) || found != hash
            || BlockCommitments.ReceiptsRoot(block.Receipts) != block.Header.ReceiptsRoot)
            return null;
        lock (_lock)
        {
            if (_kept.Count == KeptBlocks)
                _kept.Dequeue();
            _kept.Enqueue((hash, block.Header, block.Receipts));
        }

        return block;
    }

    private static async Task<Found?> FindAsync(DatabaseSession session, Resource resource, RowId id)
    {
        var hash = await session.QuerySingleOrDefaultAsync<Hash32?>(
            "SELECT block_hash FROM index_digests WHERE family = @Family AND block_number = @Block", new { Family = resource.Families[0], id.Block });
        if (hash is null)
            return null;
        var moment = await Moment.ReadAsync(session, resource.Families);
        var query = new ListQuery { Resource = resource, Conditions = [new Condition("id", "=", [id.Value])], Limit = 1 };
        await using var command = QueryText.Rows(query, 1).ToCommand(session);
        await using var rows = await command.ExecuteReaderAsync(session.Cancellation);
        if (!await rows.ReadAsync(session.Cancellation))
            return null;
        return new Found(hash.Value, RowJson.Read(rows, resource.Columns).Values, moment.IsFinal(query));
    }

    private sealed record Found(Hash32 Block, IReadOnlyDictionary<string, JsonElement> Row, bool IsFinal);
}
