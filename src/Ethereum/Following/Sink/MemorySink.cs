using OpenGradient.Ethereum.Blocks;

namespace OpenGradient.Ethereum.Following;

/// <summary>
/// A sink for what is only looked at: rows and place in memory, lost with the process, and growing with every log. For tests, tools and local
/// chains; whatever must outlast a crash, or be bounded, needs a sink over a store.
/// </summary>
/// <param name="onLog">Hears of each log once it is committed, in order, from the follower's own loop; must not throw.</param>
public sealed class MemorySink(Action<LocatedLog>? onLog = null) : IChainSink
{
    private readonly Lock _lock = new();
    private readonly List<LocatedLog> _logs = [];
    private ChainCursor _cursor = ChainCursor.None;

    /// <summary>The logs of the chain as it stands now: those of replaced blocks are gone.</summary>
    public IReadOnlyList<LocatedLog> Logs
    {
        get
        {
            lock (_lock)
                return [.. _logs];
        }
    }

    public ValueTask<ChainCursor> ReadCursorAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return ValueTask.FromResult(_cursor);
    }

    public ValueTask<CommitOutcome> CommitAsync(ChainAdvance advance, CancellationToken cancellationToken)
    {
        var added = advance.Segment?.Logs ?? [];
        lock (_lock)
        {
            BlockRef? tip = _cursor.IsEmpty ? null : _cursor.Tip;
            if (_cursor.Stop is not null || tip != advance.Expected)
                return ValueTask.FromResult(CommitOutcome.Stale);

            _logs.RemoveAll(log => advance.Orphaned.Contains(log.Block));
            _logs.AddRange(added);
            _cursor = advance.Next;
        }

        foreach (var log in added)
            onLog?.Invoke(log);
        return ValueTask.FromResult(CommitOutcome.Committed);
    }

    public ValueTask StopAsync(FollowerStop stop, CancellationToken cancellationToken)
    {
        lock (_lock)
            _cursor = _cursor with { Stop = stop };
        return ValueTask.CompletedTask;
    }
}
