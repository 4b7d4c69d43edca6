using System.Runtime.InteropServices;
using System.Security.Cryptography;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Following;

/// <summary>
/// Follows a chain's logs into a sink, for ever: the loop around <see cref="Converge"/>, where the algorithm and its rules are told. It
/// waits, backs off and reports; it decides nothing about blocks.
/// </summary>
public sealed class ChainFollower : IAsyncDisposable
{
    private readonly EndpointPool _pool;
    private readonly FollowerOptions _options;
    private readonly IFollowerObserver _observer;
    private readonly HeadSignal _signal;
    private readonly Func<double> _spread;
    private readonly TimeProvider _clock;
    private readonly Converge _converge;

    /// <param name="endpoints">At least one, with different names; all of the same chain.</param>
    /// <param name="sink">Where rows and cursor are kept.</param>
    /// <param name="filters">The wanted logs; may grow while the follower runs.</param>
    /// <param name="options">How to follow.</param>
    /// <param name="observer">Told what happens.</param>
    /// <param name="signal">Wakes the follower before its next poll.</param>
    /// <param name="clock">The time; the system's when null.</param>
    /// <param name="spread">Uniform numbers in [0, 1) that spread waits; of the system's generator when null.</param>
    public ChainFollower(
        IReadOnlyList<IChainSource> endpoints, IChainSink sink, LogFilterSet filters, FollowerOptions? options = null,
        IFollowerObserver? observer = null, HeadSignal? signal = null, TimeProvider? clock = null, Func<double>? spread = null)
    {
        _options = options ?? new FollowerOptions();
        if (_options.Fault(endpoints.Count) is { } fault)
            throw new ArgumentException(fault, nameof(options));
        if (endpoints.CountBy(endpoint => endpoint.Name, StringComparer.Ordinal).FirstOrDefault(name => name.Value > 1) is { Value: > 1 } alike)
            throw new ArgumentException($"{alike.Value} endpoints are called {alike.Key}: give each a name of its own.", nameof(endpoints));
        _observer = observer ?? Unobserved.Instance;
        _signal = signal ?? new HeadSignal();
        _clock = clock ?? TimeProvider.System;
        _spread = spread ?? SystemSpread;
        _pool = new EndpointPool(endpoints, _options.Ranges, _clock);
        _converge = new Converge(_pool, sink, filters, _options, _observer, _spread, _clock);
    }

    /// <summary>What experience says about each endpoint.</summary>
    public IReadOnlyDictionary<string, EndpointHealth> Endpoints =>
        _pool.All.ToDictionary(endpoint => endpoint.Name, endpoint => endpoint.Health, StringComparer.Ordinal);

    /// <summary>One step, for hosts that have a loop of their own. Not to be called while <see cref="RunAsync"/> runs.</summary>
    public ValueTask<StepOutcome> StepAsync(CancellationToken cancellationToken) => _converge.StepAsync(cancellationToken);

    /// <summary>
    /// Has the next step start from what is stored, and not from what the follower remembers: to be called by whoever moved the sink's cursor. While
    /// there is no new block, the follower would not notice.
    /// </summary>
    public void Forget() => _converge.Forget();

    /// <summary>
    /// Follows until it is cancelled, or must stop for good because a final block was replaced. Everything else it outlasts: endpoints
    /// that fail, and a sink that throws, are tried again after a growing wait.
    /// </summary>
    public async Task<FollowerStop> RunAsync(CancellationToken cancellationToken) =>
        await LoopAsync(_converge, _observer, until: null, cancellationToken)
        ?? throw new InvalidOperationException("A follower has no end of its own.");

    /// <summary>
    /// Fills a sink of its own with the logs of one filter in a range of blocks, beside the follower and over the same endpoints: for a
    /// contract that was added later, from its creation to the block before the one from which the follower has its logs. Goes on where the
    /// sink's cursor stands, and ends when the last block of the range is stored and final.
    /// </summary>
    /// <param name="filter">The logs to fill in.</param>
    /// <param name="range">Where; all of it has to become final before this ends.</param>
    /// <param name="sink">A sink with a cursor of its own.</param>
    /// <param name="observer">Told what happens here; an observer of its own, since the follower's is about another place on the chain.</param>
    /// <param name="cancellationToken">Ends it early; it can be called again.</param>
    /// <returns>Null when the range is filled; else why it stopped for good.</returns>
    public async Task<FollowerStop?> BackfillAsync(
        LogFilter filter, BlockRange range, IChainSink sink, IFollowerObserver? observer, CancellationToken cancellationToken)
    {
        var options = _options with { StartBlock = range.First, EndBlock = range.Last };
        var told = observer ?? Unobserved.Instance;
        await using var converge = new Converge(_pool, sink, new LogFilterSet(filter), options, told, _spread, _clock);
        return await LoopAsync(converge, told, until: range.Last, cancellationToken);
    }

    public ValueTask DisposeAsync() => _converge.DisposeAsync();

    private async Task<FollowerStop?> LoopAsync(
        Converge converge, IFollowerObserver observer, BlockNumber? until, CancellationToken cancellationToken)
    {
        var failures = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Pause pause;
            var started = _clock.GetTimestamp();
            try
            {
                var outcome = await converge.StepAsync(cancellationToken);
                observer.OnStep(outcome, _clock.GetElapsedTime(started));
                if (outcome is StepOutcome.Stopped stopped)
                    return stopped.Stop;
                if (until is { } last && CursorAfter(outcome) is { IsEmpty: false } cursor && cursor.Final.Number >= last)
                    return null;
                failures = outcome is StepOutcome.NoQuorum or StepOutcome.Contended ? failures + 1 : 0;
                pause = PauseAfter(outcome, failures, converge.Polling);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                pause = Pause.After(_options.Backoff.After(++failures, _spread()));
                observer.OnException(exception, pause.Length);
            }

            await RestAsync(pause, started, cancellationToken);
        }
    }

    // A signal ends a wait for the next block, and nothing else: not a rest after failures, and not sooner than polling may look again. A
    // stream of signals would else become a stream of questions.
    private async Task RestAsync(Pause pause, long started, CancellationToken cancellationToken)
    {
        if (pause.Length <= TimeSpan.Zero)
            return;
        var deaf = pause.EndsAtSignal ? _options.Polling.Shortest - _clock.GetElapsedTime(started) : pause.Length;
        deaf = deaf < pause.Length ? deaf : pause.Length;
        if (deaf > TimeSpan.Zero)
            await Task.Delay(WholeMilliseconds(deaf), _clock, cancellationToken);
        if (pause.EndsAtSignal && pause.Length > deaf)
            await _signal.WaitAsync(pause.Length - (deaf > TimeSpan.Zero ? deaf : TimeSpan.Zero), _clock, cancellationToken);
    }

    // Timers drop what is less than a millisecond: a wait that ends just too early would be followed by many tiny ones.
    private static TimeSpan WholeMilliseconds(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));

    private static ChainCursor? CursorAfter(StepOutcome outcome) => outcome switch
    {
        StepOutcome.Advanced advanced => advanced.Advance.Next,
        StepOutcome.UpToDate upToDate => upToDate.Cursor,
        _ => null,
    };

    private Pause PauseAfter(StepOutcome outcome, int failures, PollPolicy polling) => outcome switch
    {
        StepOutcome.Advanced { IsAtTarget: false } => Pause.None,
        // The endpoint now rests, or has learnt to ask for less: the next step takes another, or says how long all of them rest.
        StepOutcome.EndpointFailed => Pause.None,
        StepOutcome.NoEndpoint none => Pause.After(none.RetryAfter),
        StepOutcome.NoQuorum or StepOutcome.Contended => Pause.After(_options.Backoff.After(failures, _spread())),
        _ => new Pause(polling.Interval, EndsAtSignal: true),
    };

    private static double SystemSpread() => RandomNumberGenerator.GetInt32(1 << 20) / (double)(1 << 20);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Pause(TimeSpan Length, bool EndsAtSignal)
    {
        public static Pause None => default;

        public static Pause After(TimeSpan length) => new(length, EndsAtSignal: false);
    }

    private sealed class Unobserved : IFollowerObserver
    {
        public static Unobserved Instance { get; } = new();
    }
}
