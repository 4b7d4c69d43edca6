namespace OpenGradient.Relayer.Claiming;

/// <summary>
/// Stops claiming while claimed work is failing: a claim costs a bond when it is not settled, and something that breaks each answer would cost all of
/// them. A function of what became of the last claims, which are in the database: all replicas and restarts judge alike.
/// </summary>
public sealed record ClaimBreaker
{
    /// <summary>How many of the last claims are looked at.</summary>
    public const int Sample = 20;

    /// <summary>What is older says nothing about now.</summary>
    public TimeSpan Memory { get; init; } = TimeSpan.FromHours(1);

    /// <summary>So many must have come to an end before anything is judged.</summary>
    public int Least { get; init; } = 5;

    /// <summary>From this share of failures on nothing more is claimed.</summary>
    public double Share { get; init; } = 0.5;

    /// <summary>How long nothing is claimed after the last failure; then one claim at a time is tried.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>So many successes in a row end it.</summary>
    public int Proof { get; init; } = 3;

    /// <summary>How many claims there may be at once.</summary>
    /// <param name="ends">What became of the last claims, the newest first.</param>
    /// <param name="now">The time.</param>
    public BreakerVerdict Judge(IReadOnlyList<ClaimEnd> ends, DateTimeOffset now)
    {
        var recent = ends.Take(Sample).TakeWhile(end => now - end.At <= Memory).ToList();
        var failures = recent.Count(end => !end.Succeeded);
        if (recent.Count < Least || failures < Share * recent.Count || recent.TakeWhile(end => end.Succeeded).Count() >= Proof)
            return new BreakerVerdict(BreakerState.Closed, failures, recent.Count, Until: null);

        var lastFailure = recent.First(end => !end.Succeeded).At;
        return now - lastFailure < Rest
            ? new BreakerVerdict(BreakerState.Open, failures, recent.Count, lastFailure + Rest)
            : new BreakerVerdict(BreakerState.HalfOpen, failures, recent.Count, Until: null);
    }
}

/// <summary>What became of a claim.</summary>
/// <param name="Succeeded">Whether our answer was taken.</param>
/// <param name="At">When that was known.</param>
public sealed record ClaimEnd(bool Succeeded, DateTimeOffset At);

/// <summary>Whether there is claimed. The numbers are what the metric tells.</summary>
public enum BreakerState
{
    /// <summary>As the budget allows.</summary>
    Closed = 0,

    /// <summary>One at a time, to see whether it works again.</summary>
    HalfOpen = 1,

    /// <summary>Not at all.</summary>
    Open = 2,
}

/// <summary>What the breaker says.</summary>
/// <param name="State">Whether there is claimed.</param>
/// <param name="Failures">How many of the claims that were looked at failed.</param>
/// <param name="Claims">How many were looked at.</param>
/// <param name="Until">When one is tried again, where it is open.</param>
public sealed record BreakerVerdict(BreakerState State, int Failures, int Claims, DateTimeOffset? Until)
{
    /// <summary>How many claims may be open at once.</summary>
    public int MostOpen(int budget) => State switch
    {
        BreakerState.Closed => budget,
        BreakerState.HalfOpen => Math.Min(1, budget),
        _ => 0,
    };
}
