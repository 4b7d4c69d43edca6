namespace OpenGradient.Relayer.Jobs;

/// <summary>A job that is ours to work on, until its lease ends.</summary>
/// <param name="Job">The job.</param>
/// <param name="Epoch">The lease's: whoever comes back too late finds another one, and changes nothing.</param>
/// <param name="Told">How often the chain had told something of it when it was read.</param>
/// <param name="ReadyAt">Since when its answer could be settled; null where it could not.</param>
public sealed record LeasedJob(Job Job, long Epoch, long Told, DateTimeOffset? ReadyAt);

/// <summary>What is to be written about a leased job. It gives the lease back.</summary>
public sealed record Filing
{
    public required LeasedJob Leased { get; init; }

    public WaitingFor WaitingFor { get; init; }

    /// <summary>When to look again at the latest; null to sleep until the chain tells something.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public JobEnd End { get; init; }

    /// <summary>An answer that was just found.</summary>
    public JobAnswer? NewAnswer { get; init; }

    /// <summary>A reason that was just found.</summary>
    public TurnedAway? NewTurnedAway { get; init; }

    /// <summary>How often running it failed by now.</summary>
    public int FailedRuns { get; init; }

    /// <summary>Since when its answer can be settled.</summary>
    public DateTimeOffset? ReadyAt { get; init; }

    /// <summary>What is ordered with it: a claim of this job alone, or the batch that its answer is in.</summary>
    public Order? Claim { get; init; }

    /// <inheritdoc cref="Claim"/>
    public Order? Settlement { get; init; }
}
