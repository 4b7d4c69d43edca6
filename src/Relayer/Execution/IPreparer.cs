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

    /// <summary>It did not work, and may work later: the fault is ours, a source's or a server's.</summary>
    public sealed record Unavailable(string Details) : Preparation;
}
