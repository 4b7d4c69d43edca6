using OpenGradient.Ethereum.Following;

namespace OpenGradient.Ethereum.Tests.Following.Simulation;

/// <summary>Keeps what a follower told.</summary>
internal sealed class Recorder : IFollowerObserver
{
    public List<StepOutcome> Steps { get; } = [];

    public List<KeyValuePair<string, SourceFailure>> Failures { get; } = [];

    public List<Disagreement> Disagreements { get; } = [];

    public List<Exception> Exceptions { get; } = [];

    public string? Last { get; set; }

    public Action<StepOutcome>? AfterStep { get; set; }

    public IEnumerable<Inconsistency> Inconsistencies =>
        Failures.Select(failure => failure.Value).OfType<SourceFailure.Inconsistent>().Select(failure => failure.Kind);

    public void OnStep(StepOutcome outcome, TimeSpan elapsed)
    {
        Steps.Add(outcome);
        AfterStep?.Invoke(outcome);
    }

    public void OnEndpointFailure(string endpoint, SourceFailure failure) => Failures.Add(KeyValuePair.Create(endpoint, failure));

    public void OnDisagreement(Disagreement disagreement) => Disagreements.Add(disagreement);

    public void OnException(Exception exception, TimeSpan retryAfter) => Exceptions.Add(exception);
}
