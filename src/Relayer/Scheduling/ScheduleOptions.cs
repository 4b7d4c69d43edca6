using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Scheduling;

/// <summary>How often things are done by the clock, and how long things are kept.</summary>
public sealed record ScheduleOptions
{
    /// <summary>How often a process says that it lives.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>After so long a silence a process counts as dead, and its leases are free.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often leases of the dead are looked for.</summary>
    public TimeSpan Reaping { get; init; } = TimeSpan.FromSeconds(3);

    public TimeSpan Bookkeeping { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan Collecting { get; init; } = TimeSpan.FromHours(1);

    public TimeSpan Pruning { get; init; } = TimeSpan.FromHours(6);

    public TimeSpan Pricing { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long jobs that ended and transactions that are over are kept.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>The least that is collected, in the token's smallest unit.</summary>
    public UInt256 LeastCollected { get; init; } = UInt256.Zero;

    /// <summary>What is wrong with these options; null where nothing is.</summary>
    public string? Fault() =>
        Silence < Heartbeat * 3 ? $"A process that speaks every {Heartbeat} is not dead after {Silence}."
        : Retention < TimeSpan.FromDays(1) ? "What is over is kept for a day at the least: disputes, finality and books need it."
        : Heartbeat <= TimeSpan.Zero || Reaping <= TimeSpan.Zero || Bookkeeping <= TimeSpan.Zero || Collecting <= TimeSpan.Zero || Pruning <= TimeSpan.Zero
            || Pricing <= TimeSpan.Zero ? "What is done by the clock is done at some interval."
        : null;
}
