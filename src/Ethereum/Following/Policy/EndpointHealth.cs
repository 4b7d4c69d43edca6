using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Ethereum.Following;

/// <summary>
/// What experience says about an endpoint. Immutable: each experience gives the next state. A failure closes the endpoint until
/// <see cref="RetryAt"/>; then one step may try it again.
/// </summary>
public sealed record EndpointHealth
{
    private const double Weight = 0.2;

    /// <summary>Failures since the last step that succeeded.</summary>
    public int Failures { get; init; }

    /// <summary>Until then it is not asked.</summary>
    public DateTimeOffset RetryAt { get; init; } = DateTimeOffset.MinValue;

    /// <summary>The moving average of the time that an answer takes; null before the first.</summary>
    public TimeSpan? Latency { get; init; }

    /// <summary>The highest block that it spoke of when it was last asked.</summary>
    public BlockNumber? Head { get; init; }

    /// <summary>It was behind our tip, or had nothing new for suspiciously long, when last asked: others are asked first.</summary>
    public bool IsBehind { get; init; }

    /// <summary>Steps in a row in which what it said found no quorum.</summary>
    public int Disputes { get; init; }

    public DateTimeOffset LastAsked { get; init; } = DateTimeOffset.MinValue;

    public SourceFailure? LastFailure { get; init; }

    public bool IsOpen(DateTimeOffset now) => RetryAt <= now;

    public EndpointHealth AfterAnswer(TimeSpan elapsed) =>
        this with { Latency = Latency is { } average ? average + ((elapsed - average) * Weight) : elapsed };

    public EndpointHealth AfterHead(BlockNumber head, DateTimeOffset now) => this with { Head = head, LastAsked = now };

    /// <summary>A step went through, whatever it found.</summary>
    public EndpointHealth AfterSuccess(bool isBehind) =>
        this with { Failures = 0, RetryAt = DateTimeOffset.MinValue, IsBehind = isBehind, LastFailure = null };

    public EndpointHealth AfterFailure(SourceFailure failure, BackoffPolicy backoff, double spread, DateTimeOffset now)
    {
        var delay = failure is SourceFailure.RateLimited { RetryAfter: { } asked } && asked > TimeSpan.Zero
            ? asked < backoff.Longest ? asked : backoff.Longest
            : backoff.After(Failures + 1, spread);
        return this with { Failures = Failures + 1, RetryAt = now + delay, LastFailure = failure, LastAsked = now };
    }

    public EndpointHealth AfterVerdict(bool upheld) => this with { Disputes = upheld ? 0 : Disputes + 1 };
}
