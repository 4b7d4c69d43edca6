using System.Diagnostics.Metrics;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Following;

/// <summary>A follower's numbers as metrics, each with the chain it is about.</summary>
public sealed class FollowerMeter : IFollowerObserver, IDisposable
{
    public const string MeterName = "OpenGradient.Ethereum.Following";

    private readonly TimeProvider _clock;
    private readonly Meter _meter;
    private readonly KeyValuePair<string, object?> _chain;
    private readonly Counter<long> _logs;
    private readonly Counter<long> _blocks;
    private readonly Counter<long> _reorgs;
    private readonly Counter<long> _orphaned;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _disagreements;
    private readonly Counter<long> _exceptions;
    private readonly Histogram<double> _steps;

    private long _head;
    private long _tip;
    private long _final;
    private long _freshAt;
    private int _stopped;

    public FollowerMeter(ChainId chain, TimeProvider? clock = null)
    {
        _clock = clock ?? TimeProvider.System;
        _freshAt = _clock.GetTimestamp();
        _meter = new Meter(MeterName);
        _chain = new("chain", chain.ToString());
        _logs = _meter.CreateCounter<long>("follower.logs", "{log}", "Logs stored.");
        _blocks = _meter.CreateCounter<long>("follower.blocks", "{block}", "Blocks stored, empty ones too.");
        _reorgs = _meter.CreateCounter<long>("follower.reorgs", "{reorg}", "Times that blocks were replaced.");
        _orphaned = _meter.CreateCounter<long>("follower.orphaned_blocks", "{block}", "Blocks that were replaced.");
        _failures = _meter.CreateCounter<long>("follower.endpoint_failures", "{failure}", "Unusable answers, by endpoint and kind.");
        _disagreements = _meter.CreateCounter<long>("follower.disagreements", "{disagreement}", "Times that endpoints contradicted each other.");
        _exceptions = _meter.CreateCounter<long>("follower.exceptions", "{exception}", "Steps that threw, most likely in the sink.");
        _steps = _meter.CreateHistogram<double>("follower.step", "s", "The time that a step took, by outcome.");
        Gauge("follower.head", "The endpoint's head when last asked.", () => Volatile.Read(ref _head));
        Gauge("follower.tip", "The last block stored.", () => Volatile.Read(ref _tip));
        Gauge("follower.final", "The last stored block that is final.", () => Volatile.Read(ref _final));
        Gauge("follower.lag", "Blocks between head and tip.", () => Math.Max(0, Volatile.Read(ref _head) - Volatile.Read(ref _tip)));
        Gauge("follower.unconfirmed", "Seconds since an endpoint last agreed that nothing is missing; head, tip and lag are as of then.", () =>
            (long)_clock.GetElapsedTime(Volatile.Read(ref _freshAt)).TotalSeconds, "s");
        Gauge("follower.stopped", "1 when a final block was replaced and a person has to look.", () => Volatile.Read(ref _stopped), "1");
    }

    public void OnStep(StepOutcome outcome, TimeSpan elapsed)
    {
        _steps.Record(elapsed.TotalSeconds, _chain, new("outcome", NameOf(outcome)));
        switch (outcome)
        {
            case StepOutcome.Advanced(var advance, var remote, var isAtTarget):
                Place(remote, advance.Next, isAtTarget);
                Count(advance);
                break;
            case StepOutcome.UpToDate(var cursor, var remote):
                Place(remote, cursor, isFresh: true);
                break;
            case StepOutcome.Stopped:
                Volatile.Write(ref _stopped, 1);
                break;
            default:
                // An endpoint that lags or fails says nothing about where the head is, and head and tip stay what they were.
                break;
        }
    }

    public void OnEndpointFailure(string endpoint, SourceFailure failure) =>
        _failures.Add(1, _chain, new("endpoint", endpoint), new("kind", failure.Code));

    public void OnDisagreement(Disagreement disagreement) => _disagreements.Add(1, _chain);

    public void OnException(Exception exception, TimeSpan retryAfter) => _exceptions.Add(1, _chain);

    public void Dispose() => _meter.Dispose();

    private static string NameOf(StepOutcome outcome) => outcome switch
    {
        StepOutcome.Advanced => "advanced",
        StepOutcome.UpToDate => "up_to_date",
        StepOutcome.EndpointBehind => "endpoint_behind",
        StepOutcome.EndpointFailed => "endpoint_failed",
        StepOutcome.NoQuorum => "no_quorum",
        StepOutcome.NoEndpoint => "no_endpoint",
        StepOutcome.Contended => "contended",
        _ => "stopped",
    };

    // An endpoint may claim any number.
    private static long Saturated(BlockNumber number) => (long)Math.Min(number.Value, long.MaxValue);

    private void Place(RemoteTip remote, ChainCursor cursor, bool isFresh)
    {
        if (isFresh)
            Volatile.Write(ref _freshAt, _clock.GetTimestamp());
        Volatile.Write(ref _head, Saturated(remote.Head.Number));
        Volatile.Write(ref _tip, Saturated(cursor.Tip.Number));
        Volatile.Write(ref _final, Saturated(cursor.Final.Number));
    }

    private void Count(ChainAdvance advance)
    {
        if (advance.IsReorg)
        {
            _reorgs.Add(1, _chain);
            _orphaned.Add(advance.Orphaned.Count, _chain);
        }

        if (advance.Segment is { } segment)
        {
            _blocks.Add((long)segment.Blocks.Count, _chain);
            _logs.Add(segment.Logs.Count, _chain);
        }
    }

    private void Gauge(string name, string description, Func<long> read, string unit = "{block}") =>
        _meter.CreateObservableGauge(name, () => new Measurement<long>(read(), _chain), unit, description);
}
