using Microsoft.Extensions.Logging;
using OpenGradient.Ethereum.Following;
using OpenGradient.Relayer.Chain;

namespace OpenGradient.Relayer.Hosting;

/// <summary>Tells people what the follower does.</summary>
internal sealed class FollowingLog(ILogger logger) : IFollowerObserver
{
    public void OnStep(StepOutcome outcome, TimeSpan elapsed)
    {
        if (outcome is StepOutcome.Advanced { Advance: { IsReorg: true } advance })
            logger.Reorganised(advance.Orphaned.Count, advance.Orphaned[^1].Number.Value);
        else if (outcome is StepOutcome.Stopped stopped)
            logger.StoppedForGood(stopped.Stop.Advice);
    }

    public void OnEndpointFailure(string endpoint, SourceFailure failure) => logger.EndpointFailed(endpoint, failure.ToString());

    public void OnDisagreement(Disagreement disagreement) =>
        logger.Disagreed(disagreement.Block.Value, string.Join("; ", disagreement.Testimonies));

    public void OnException(Exception exception, TimeSpan retryAfter) => logger.StepBroke(exception, retryAfter);
}
