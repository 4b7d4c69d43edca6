using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Following.Simulation;

/// <summary>A sink with one transaction per commit that checks everything a database's constraints would, and more.</summary>
internal sealed class CheckedSink : IChainSink
{
    private readonly Dictionary<(Hash32 Block, uint Index), LocatedLog> _rows = [];
    private ChainCursor _cursor = ChainCursor.None;

    public Fuse Fuse { get; set; } = new();

    public List<ChainAdvance> Commits { get; } = [];

    public int Rewinds => Commits.Count(commit => commit.IsReorg);

    public FollowerStop? Stop => _cursor.Stop;

    public ChainCursor Cursor => _cursor;

    /// <summary>Called in place of the first lines of a commit; for a second writer.</summary>
    public Action<CheckedSink>? BeforeCommit { get; set; }

    public IReadOnlyList<LocatedLog> Rows => [.. _rows.Values.OrderBy(row => row.Block.Number).ThenBy(row => row.LogIndex)];

    public void Place(ChainCursor cursor) => _cursor = cursor;

    public async ValueTask<ChainCursor> ReadCursorAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        Fuse.Burn();
        return _cursor;
    }

    public async ValueTask<CommitOutcome> CommitAsync(ChainAdvance advance, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        Fuse.Burn();
        BeforeCommit?.Invoke(this);
        if (_cursor.Stop is not null || (_cursor.IsEmpty ? null : _cursor.Tip) != advance.Expected)
            return CommitOutcome.Stale;

        Check(advance);
        foreach (var orphan in advance.Orphaned)
        {
            foreach (var row in _rows.Where(row => row.Key.Block == orphan.Hash).ToArray())
                _rows.Remove(row.Key);
        }

        foreach (var log in advance.Segment?.Logs ?? [])
            _rows.Add((log.Block.Hash, log.LogIndex), log);
        _cursor = advance.Next;
        Commits.Add(advance);

        // Durable, but the process may die before it hears of it.
        Fuse.Burn();
        return CommitOutcome.Committed;
    }

    public async ValueTask StopAsync(FollowerStop stop, CancellationToken cancellationToken)
    {
        await Task.Yield();
        Fuse.Burn();
        _cursor = _cursor with { Stop = stop };
    }

    private void Check(ChainAdvance advance)
    {
        if (advance.Expected is null)
        {
            Assert.Single(advance.Next.Recent);
            Assert.Null(advance.Segment);
            return;
        }

        Assert.All(advance.Orphaned, orphan => Assert.True(orphan.Number > _cursor.Final.Number, $"{orphan} was final."));
        Assert.True(advance.Next.Final.Number >= _cursor.Final.Number, "Finality went back.");
        Assert.Equal([.. _cursor.Recent.TakeLast(advance.Orphaned.Count).Reverse()], advance.Orphaned);
        var basis = _cursor.Recent[^(advance.Orphaned.Count + 1)];
        Assert.Equal(advance.Segment?.Last ?? basis, advance.Next.Tip);
        if (_cursor.At(advance.Next.Final.Number) is { } known)
            Assert.Equal(known, advance.Orphaned.Contains(known) ? known : advance.Next.Final);
        if (advance.Segment is not { } segment)
            return;

        Assert.Equal(basis.Number + 1, segment.Blocks.First);
        Assert.Equal(basis.Hash, segment.ParentHash);
        Assert.Equal(segment.Blocks.Last, segment.Last.Number);
        Assert.All(segment.Logs, log => Assert.True(segment.Blocks.Contains(log.Block.Number)));
        Assert.Equal(segment.Logs.OrderBy(log => log.Block.Number).ThenBy(log => log.LogIndex), segment.Logs);
    }
}
