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

    private const int LongestReason = 300;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Endpoint, string Code), long> _failures = [];
    private readonly Queue<(long At, ulong Block, long Rows)> _progress = new();
    private Snapshot _now = new();
    private PollPolicy _pace = new();

    /// <summary>Everything at once.</summary>
    public Snapshot Now
    {
        get
        {
            lock (_lock)
            {
                return _now with
                {
                    SecondsSilent = _now.HeardAt is { } at ? clock.GetElapsedTime(at).TotalSeconds : null,
                    // A block's time may lie ahead of this clock.
                    TipAgeSeconds = _now.TipTime is { } time ? Math.Max(0, clock.GetUtcNow().ToUnixTimeSeconds() - (double)time) : null,
                    BlockTime = _pace.BlockTime,
                    EndpointFailures = new Dictionary<(string Endpoint, string Code), long>(_failures),
                };
            }
        }
    }

    public void OnStep(StepOutcome outcome, TimeSpan elapsed)
    {
        lock (_lock)
        {
            if (outcome is StepOutcome.Advanced { Advance: { IsReorg: true } replaced })
                _now = _now with { Reorgs = _now.Reorgs + 1, OrphanedBlocks = _now.OrphanedBlocks + replaced.Orphaned.Count };
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
        {
            _failures[(endpoint, failure.Code)] = _failures.GetValueOrDefault((endpoint, failure.Code)) + 1;
            _now = _now with { LastFailure = new(clock.GetUtcNow(), endpoint, Shortened(failure.Reason)) };
        }
    }

    public void OnDisagreement(Disagreement disagreement)
    {
        lock (_lock)
            _now = _now with { Disagreements = _now.Disagreements + 1 };
    }

    public void OnException(Exception exception, TimeSpan retryAfter)
    {
        // Whoever asks is told its kind: what it says of databases and addresses is for the operator's log.
        lock (_lock)
            _now = _now with { BrokenSteps = _now.BrokenSteps + 1, LastFailure = new(clock.GetUtcNow(), null, $"A step broke: {exception.GetType().Name}.") };
    }

    /// <summary>A subscription told of a new head.</summary>
    public void OnHead()
    {
        lock (_lock)
            _now = _now with { HeadsHeard = _now.HeadsHeard + 1 };
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

    // The endpoint's own words, as long as it likes.
    private static string Shortened(string reason) => reason.Length <= LongestReason ? reason : $"{reason[..LongestReason]}…";

    private Snapshot Heard(RemoteTip remote, ChainCursor cursor, IReadOnlyList<SealedHeader>? read = null)
    {
        _pace = _pace.AfterHeader(remote.Head);
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

        /// <summary>How old that tip is by now.</summary>
        public double? TipAgeSeconds { get; init; }

        /// <summary>The time between two blocks, as far as it was learnt.</summary>
        public TimeSpan? BlockTime { get; init; }

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

        /// <summary>What last went wrong, however long ago.</summary>
        public Failure? LastFailure { get; init; }

        public long Reorgs { get; init; }

        public long OrphanedBlocks { get; init; }

        public long Disagreements { get; init; }

        public long BrokenSteps { get; init; }

        public long HeadsHeard { get; init; }

        /// <summary>Answers that could not be used, by endpoint and why: as many entries as endpoints and reasons at the most.</summary>
        public IReadOnlyDictionary<(string Endpoint, string Code), long> EndpointFailures { get; init; } = new Dictionary<(string Endpoint, string Code), long>();

        internal long? HeardAt { get; init; }
    }

    /// <summary>Something that went wrong.</summary>
    /// <param name="At">When.</param>
    /// <param name="Endpoint">Whose answer it was; null where it was no endpoint's.</param>
    /// <param name="Reason">For people, without credentials.</param>
    public sealed record Failure(DateTimeOffset At, string? Endpoint, string Reason);
}
