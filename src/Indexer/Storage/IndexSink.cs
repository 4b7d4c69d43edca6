using OpenGradient.Database;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Rows;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Storage;

/// <summary>
/// Where a follower puts what the chain tells: rows, digests, the ledger of what was taken back, and the place on the chain, all in one
/// transaction. Another writer, or one that slept and wakes, finds that the place has moved and changes nothing.
/// </summary>
public sealed class IndexSink : IChainSink
{
    /// <summary>The lane that follows the head; others fill in one family each.</summary>
    public const string Head = "head";

    private readonly IDatabase _database;
    private readonly ChainId _chain;
    private readonly string _lane;
    private readonly IReadOnlyList<EventFamily> _families;
    private readonly TimeProvider _clock;
    private readonly Action<ChainAdvance, long>? _onCommitted;
    private readonly LogRouter _router;
    private readonly SegmentRows _rows;

    /// <param name="database">Where; <see cref="FamilyStore"/> has made it ready.</param>
    /// <param name="chain">Which chain.</param>
    /// <param name="lane"><see cref="Head"/>, or the lane of the one family that is filled in.</param>
    /// <param name="families">All families at the head; the one of a lane beside it.</param>
    /// <param name="onCommitted">Told of each advance once it is durable, with the number of its rows; must be quick and not throw.</param>
    /// <param name="clock">The time.</param>
    public IndexSink(
        IDatabase database, ChainId chain, string lane, IReadOnlyList<EventFamily> families, Action<ChainAdvance, long>? onCommitted = null,
        TimeProvider? clock = null)
    {
        (_database, _chain, _lane, _families, _onCommitted) = (database, chain, lane, families, onCommitted);
        _clock = clock ?? TimeProvider.System;
        _router = new LogRouter(families);
        _rows = new SegmentRows(_router);
    }

    public async ValueTask<ChainCursor> ReadCursorAsync(CancellationToken cancellationToken) =>
        await _database.ReadAsync(session => Lanes.Table.ReadAsync(session, _lane), cancellationToken);

    /// <exception cref="IndexerException">What is indexed was changed by another process: this one must end.</exception>
    public async ValueTask<CommitOutcome> CommitAsync(ChainAdvance advance, CancellationToken cancellationToken)
    {
        _rows.Fill(advance.Segment);
        var outcome = await _database.WriteAsync(session => CommitAsync(session, advance), cancellationToken);
        if (outcome == CommitOutcome.Committed)
            _onCommitted?.Invoke(advance, _rows.Rows);
        return outcome;
    }

    public async ValueTask StopAsync(FollowerStop stop, CancellationToken cancellationToken) =>
        await _database.WriteAsync(session => Lanes.Table.StopAsync(session, _lane, stop), cancellationToken);

    private async Task<CommitOutcome> CommitAsync(DatabaseSession session, ChainAdvance advance)
    {
        // The place alone does not fence: a process with other families rewinds the head, and whoever reads that place goes on from it.
        await FamilyStore.RequireAsync(session, _families, isHead: _lane == Head);
        var cursor = await Lanes.Table.ReadToWriteAsync(session, _lane);
        BlockRef? tip = cursor.IsEmpty ? null : cursor.Tip;
        if (cursor.Stop is not null || tip != advance.Expected)
            return CommitOutcome.Stale;

        if (advance.IsReorg)
            await OrphanLedger.MoveAsync(session, _router, advance, _clock.GetUtcNow());
        foreach (var (table, rows) in _rows.Tables)
            await BulkRows.InsertAsync(session, table.Name, table.Columns, rows);
        await DigestRows.AddAsync(session, _chain, _router, _rows, isHead: _lane == Head);
        await Lanes.Table.WriteAsync(session, _lane, advance.Next);
        return CommitOutcome.Committed;
    }
}
