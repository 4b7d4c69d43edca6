using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;

namespace OpenGradient.Cli.Up;

/// <summary>
/// A sink for what is only looked at: rows and cursor in memory, and a callback that hears of each log once it is committed. The chain it
/// follows ends with this process, so nothing need outlast it.
/// </summary>
internal sealed class MemorySink(Action<LocatedLog> onLog) : IChainSink
{
    private readonly Lock _lock = new();
    private readonly List<LocatedLog> _logs = [];
    private ChainCursor _cursor = ChainCursor.None;

    /// <summary>The logs of the chain as it stands now.</summary>
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
        lock (_lock)
        {
            BlockRef? tip = _cursor.IsEmpty ? null : _cursor.Tip;
            if (_cursor.Stop is not null || tip != advance.Expected)
                return ValueTask.FromResult(CommitOutcome.Stale);

            _logs.RemoveAll(log => advance.Orphaned.Contains(log.Block));
            _logs.AddRange(advance.Segment?.Logs ?? []);
            _cursor = advance.Next;
        }

        foreach (var log in advance.Segment?.Logs ?? [])
            onLog(log);
        return ValueTask.FromResult(CommitOutcome.Committed);
    }

    public ValueTask StopAsync(FollowerStop stop, CancellationToken cancellationToken)
    {
        lock (_lock)
            _cursor = _cursor with { Stop = stop };
        return ValueTask.CompletedTask;
    }
}
