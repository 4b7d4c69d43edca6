using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Pipeline;

/// <summary>A leased job with what was just found about it, which the database does not have yet.</summary>
public sealed record DeskItem(LeasedJob Leased)
{
    /// <summary>An answer that was just found.</summary>
    public JobAnswer? NewAnswer { get; init; }

    /// <summary>A reason against it that was just found.</summary>
    public TurnedAway? NewTurnedAway { get; init; }

    /// <summary>Whether running it failed just now.</summary>
    public bool RunFailed { get; init; }

    /// <summary>When to run it again, where that failed or could not begin.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>What it waits for until then.</summary>
    public WaitingFor NotBeforeReason { get; init; } = WaitingFor.AnotherRun;

    /// <summary>The job with all that is known of it.</summary>
    public Job Job => Leased.Job with
    {
        Answer = Leased.Job.Answer ?? NewAnswer,
        TurnedAway = Leased.Job.TurnedAway ?? NewTurnedAway,
        FailedRuns = Leased.Job.FailedRuns + (RunFailed ? 1 : 0),
    };

    /// <summary>What is written in any case.</summary>
    public Filing File() => new()
    {
        Leased = Leased,
        NewAnswer = Leased.Job.Answer is null ? NewAnswer : null,
        NewTurnedAway = Leased.Job.TurnedAway is null ? NewTurnedAway : null,
        FailedRuns = Job.FailedRuns,
        ReadyAt = Leased.ReadyAt,
    };
}
