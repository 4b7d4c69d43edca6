namespace OpenGradient.Ethereum.Following;

/// <summary>
/// Told what a follower does, for logs, metrics and alarms. Called on the follower's own path, so that an implementation neither blocks nor
/// throws.
/// </summary>
public interface IFollowerObserver
{
    /// <summary>After each step.</summary>
    void OnStep(StepOutcome outcome, TimeSpan elapsed)
    {
    }

    /// <summary>An endpoint gave no usable answer, or an inconsistent one, to a step or to a request for confirmation.</summary>
    void OnEndpointFailure(string endpoint, SourceFailure failure)
    {
    }

    /// <summary>Endpoints contradict each other.</summary>
    void OnDisagreement(Disagreement disagreement)
    {
    }

    /// <summary>The step threw, most likely in the sink; it is repeated after <paramref name="retryAfter"/>.</summary>
    void OnException(Exception exception, TimeSpan retryAfter)
    {
    }
}
