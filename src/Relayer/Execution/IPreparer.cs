using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Execution;

/// <summary>Admits a request, gets its input and runs it.</summary>
public interface IPreparer
{
    /// <summary>Never throws for what a request, a source or a model did; cancelled, it leaves nothing behind.</summary>
    Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken);
}

/// <summary>What came of preparing a request.</summary>
public abstract record Preparation
{
    private Preparation()
    {
    }

    /// <summary>There is an answer, or the word that the input cannot be run.</summary>
    public sealed record Answered(JobAnswer Answer) : Preparation;

    /// <summary>We do not answer it.</summary>
    public sealed record Refused(TurnedAway Reason) : Preparation;

    /// <summary>Running it failed, and may not fail again: the fault is ours, or a server's. That is tried a few times.</summary>
    public sealed record Unavailable(string Details) : Preparation;

    /// <summary>What running it needs is not to be had now. It is looked for again until there is no time left to answer.</summary>
    /// <param name="Details">What is missing.</param>
    /// <param name="AtOnce">Whether whoever is there may look at once: we ended, and nothing was missing.</param>
    /// <param name="Reason">What it waits for.</param>
    public sealed record Delayed(string Details, bool AtOnce = false, WaitingFor Reason = WaitingFor.AnotherRun) : Preparation;
}
