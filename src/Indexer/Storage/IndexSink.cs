using System.Collections.Concurrent;
using OpenGradient.Database;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Balances;
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

    private static readonly IReadOnlyDictionary<BalanceKey, BalanceChange> Nothing = new Dictionary<BalanceKey, BalanceChange>();

    private readonly IDatabase _database;
    private readonly ChainId _chain;
    private readonly string _lane;
    private readonly IReadOnlyList<EventFamily> _families;
    private readonly TimeProvider _clock;
    private readonly Action<ChainAdvance, long>? _onCommitted;
    private readonly LogRouter _router;
    private readonly ConcurrentBag<SegmentRows> _idle = [];
    private readonly Dictionary<string, KnownBalances> _balances = new(StringComparer.Ordinal);
    private readonly KnownState[] _states;

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
        _states = [.. _router.Families.Select(_ => new KnownState())];
    }

    public async ValueTask<ChainCursor> ReadCursorAsync(CancellationToken cancellationToken) =>
        await _database.ReadAsync(session => Lanes.Table.ReadAsync(session, _lane), cancellationToken);

    /// <summary>Makes the rows: the larger part of the work, and none of it needs the database.</summary>
    public object Prepare(ChainSegment segment) => RowsOf(segment);

    /// <exception cref="IndexerException">What is indexed was changed by another process: this one must end.</exception>
    public async ValueTask<CommitOutcome> CommitAsync(ChainAdvance advance, CancellationToken cancellationToken)
    {
        var rows = advance.Segment?.Prepared as SegmentRows ?? RowsOf(advance.Segment);
        var (outcome, count) = await _database.WriteAsync(session => CommitAsync(session, advance, rows), cancellationToken);
        _idle.Add(rows);
        if (outcome == CommitOutcome.Committed)
            _onCommitted?.Invoke(advance, count);
        return outcome;
    }

    public async ValueTask StopAsync(FollowerStop stop, CancellationToken cancellationToken) =>
        await _database.WriteAsync(session => Lanes.Table.StopAsync(session, _lane, stop), cancellationToken);

    // One transaction at a time uses it: a lane has one writer.
    private KnownBalances KnownOf(RoutedFamily family)
    {
        if (!_balances.TryGetValue(family.Family.Name, out var known))
            _balances[family.Family.Name] = known = new KnownBalances();
        return known;
    }

    private SegmentRows RowsOf(ChainSegment? segment)
    {
        var rows = _idle.TryTake(out var idle) ? idle : new SegmentRows(_router);
        rows.Fill(segment);
        return rows;
    }

    private async Task<(CommitOutcome Outcome, long Rows)> CommitAsync(DatabaseSession session, ChainAdvance advance, SegmentRows rows)
    {
        // The place alone does not fence: a process with other families rewinds the head, and whoever reads that place goes on from it.
        var (known, cursor) = await FamilyStore.RequireAsync(session, _families, _lane);
        BlockRef? tip = cursor.IsEmpty ? null : cursor.Tip;
        // What is final stays so: who is behind another writer in that would have it counted twice when it comes again.
        if (cursor.Stop is not null || tip != advance.Expected || (!cursor.IsEmpty && advance.Next.Final.Number < cursor.Final.Number))
            return (CommitOutcome.Stale, 0);

        // What is stored in order waits until all before it is there.
        List<RoutedFamily> families = [.. _router.Families.Where(family => _lane != Head || !family.Family.IsInOrder || known[family.Family.Name].GapLast is null)];
        var recounts = new Dictionary<RoutedFamily, IReadOnlyDictionary<BalanceKey, BalanceChange>>();
        if (advance.IsReorg)
        {
            foreach (var family in families.Where(family => family.Family.Balances is not null))
                recounts[family] = await BalanceStore.RecountAsync(session, family.Family.Balances!, cursor.Final.Number, advance.Orphaned[^1].Number);
            await OrphanLedger.MoveAsync(session, families, advance, _clock.GetUtcNow());
        }

        var count = 0L;
        foreach (var family in families)
        {
            if (family.Family.AnnouncedBy is { } announcement)
                rows.Admit(family, await Announcements.ReadAsync(session, announcement, rows.EmittersOf(family)));
            foreach (var (table, buffer) in rows.TablesOf(family))
                await BulkRows.InsertAsync(session, table.Name, table.Columns, buffer);
            if (family.Family.Balances is { } balances)
                await BalanceStore.ApplyAsync(session, balances, rows.BalancesOf(family), recounts.GetValueOrDefault(family) ?? Nothing, cursor, advance, KnownOf(family), known[family.Family.Name]);
            count += rows.RowsOf(family);
        }

        await AddDigestsAsync(session, families, rows, cursor, advance, known);
        await Lanes.Table.WriteAsync(session, _lane, advance.Next);
        return (CommitOutcome.Committed, count);
    }

    // Of families that have something left to be filled in below, states follow when that is done.
    private async Task AddDigestsAsync(
        DatabaseSession session, List<RoutedFamily> families, SegmentRows rows, ChainCursor before, ChainAdvance advance, IReadOnlyDictionary<string, FamilyEntry> known)
    {
        var added = new AddedDigests();
        foreach (var family in families)
        {
            var entry = known[family.Family.Name];
            var state = _states[family.Place];
            // What was taken back took its states along.
            var below = advance.IsReorg ? null : state.At(Standing.Of(before, entry));
            var digests = rows.DigestsOf(family);
            if (_lane == Head && entry.GapLast is not null)
                added.Add(family.Family, digests);
            else if (digests.Count > 0)
                below = added.Add(family.Family, digests, below ?? await DigestRows.StateBelowAsync(session, _chain, family.Family, digests[0].Block.Number));
            if (below is { } now)
                session.AfterCommit(() => state.Take(Standing.Of(advance.Next, entry), now));
        }

        await added.InsertAsync(session);
    }
}
