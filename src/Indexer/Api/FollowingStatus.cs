using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;

namespace OpenGradient.Indexer.Api;

/// <summary>
/// Where the follower is and where the chain is, as far as anybody told. It believes only steps in which an endpoint agreed: one that lags
/// or fails says nothing, and the time since the last word grows.
/// </summary>
public sealed class FollowingStatus(TimeProvider clock) : IFollowerObserver
{
    // The rate is over so long.
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Queue<(long At, ulong Block, long Rows)> _progress = new();
    private Snapshot _now = new();

    /// <summary>Everything at once.</summary>
    public Snapshot Now
    {
        get
        {
            lock (_lock)
                return _now with { SecondsSilent = _now.HeardAt is { } at ? clock.GetElapsedTime(at).TotalSeconds : null };
        }
    }

    public void OnStep(StepOutcome outcome, TimeSpan elapsed)
    {
        lock (_lock)
        {
            _now = outcome switch
            {
                StepOutcome.Advanced(var advance, var remote, _) => Heard(remote, advance.Next, advance.Segment?.Headers),
                StepOutcome.UpToDate(var cursor, var remote) => Heard(remote, cursor),
                StepOutcome.Stopped(var stop) => _now with { Stopped = stop.Advice },
                _ => _now,
            };
        }
    }

    public void OnEndpointFailure(string endpoint, SourceFailure failure)
    {
        lock (_lock)
            _now = _now with { LastFailure = $"{endpoint}: {failure}" };
    }

    public void OnException(Exception exception, TimeSpan retryAfter)
    {
        lock (_lock)
            _now = _now with { LastFailure = exception.Message };
    }

    /// <summary>Told by the sink.</summary>
    public void OnRows(ulong block, long rows)
    {
        lock (_lock)
        {
            _now = _now with { Rows = _now.Rows + rows };
            _progress.Enqueue((clock.GetTimestamp(), block, _now.Rows));
            while (_progress.Count > 2 && clock.GetElapsedTime(_progress.Peek().At) > RateWindow)
                _progress.Dequeue();
            var (at, first, firstRows) = _progress.Peek();
            var seconds = clock.GetElapsedTime(at).TotalSeconds;
            if (seconds > 0 && block >= first)
                _now = _now with { BlocksPerSecond = (block - first) / seconds, RowsPerSecond = (_now.Rows - firstRows) / seconds };
        }
    }

    /// <summary>Told by the sink of a lane beside the head, whose place says nothing about the head's.</summary>
    public void OnFilled(long rows)
    {
        lock (_lock)
            _now = _now with { Rows = _now.Rows + rows };
    }

    private Snapshot Heard(RemoteTip remote, ChainCursor cursor, IReadOnlyList<SealedHeader>? read = null)
    {
        var tip = read is [.., var last] && last.Ref == cursor.Tip ? last : remote.Head.Ref == cursor.Tip ? remote.Head : null;
        return _now with
        {
            Head = remote.Head.Number.Value,
            Tip = cursor.Tip.Number.Value,
            Final = cursor.Final.Number.Value,
            TipTime = tip?.Header.Timestamp ?? _now.TipTime,
            HeardAt = clock.GetTimestamp(),
            Stopped = null,
        };
    }

    /// <summary>What is known at one moment.</summary>
    public sealed record Snapshot
    {
        public ulong? Head { get; init; }

        public ulong? Tip { get; init; }

        public ulong? Final { get; init; }

        /// <summary>In seconds of Unix time, of the last tip whose header was read since the start.</summary>
        public ulong? TipTime { get; init; }

        public ulong? Lag => Head is { } head && Tip is { } tip ? head - Math.Min(tip, head) : null;

        /// <summary>Since an endpoint last agreed that what is stored is the chain.</summary>
        public double? SecondsSilent { get; init; }

        /// <summary>Rows that were stored since the start.</summary>
        public long Rows { get; init; }

        public double BlocksPerSecond { get; init; }

        public double RowsPerSecond { get; init; }

        /// <summary>How long it takes to the head at this rate; null where nothing can be said.</summary>
        public double? SecondsLeft => Lag is { } lag && BlocksPerSecond > 0 ? lag / BlocksPerSecond : null;

        public string? Stopped { get; init; }

        public string? LastFailure { get; init; }

        internal long? HeardAt { get; init; }
    }
}
