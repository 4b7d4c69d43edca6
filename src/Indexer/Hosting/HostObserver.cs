using Microsoft.Extensions.Logging;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Indexer.Api;

namespace OpenGradient.Indexer.Hosting;

/// <summary>Tells people and the API what the follower does.</summary>
internal sealed class HostObserver(FollowingStatus status, ILogger logger, TimeProvider clock, Action<IndexerException> onDisplaced) : IFollowerObserver
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    private long _spoke = clock.GetTimestamp();

    public void OnStep(StepOutcome outcome, TimeSpan elapsed)
    {
        status.OnStep(outcome, elapsed);
        if (outcome is StepOutcome.Advanced { Advance: { IsReorg: true } advance })
            logger.Reorganised(advance.Orphaned.Count, advance.Orphaned[^1].Number.Value);
        else if (outcome is StepOutcome.Stopped stopped)
            logger.StoppedForGood(stopped.Stop.Advice);
        else if (outcome is StepOutcome.Advanced { IsAtTarget: false } && clock.GetElapsedTime(_spoke) > BetweenLines)
            Progressed();
    }

    public void OnEndpointFailure(string endpoint, SourceFailure failure)
    {
        status.OnEndpointFailure(endpoint, failure);
        logger.EndpointFailed(endpoint, failure.ToString());
    }

    public void OnDisagreement(Disagreement disagreement)
    {
        status.OnDisagreement(disagreement);
        logger.Disagreed(disagreement.Block.Value, string.Join("; ", disagreement.Testimonies));
    }

    public void OnException(Exception exception, TimeSpan retryAfter)
    {
        status.OnException(exception, retryAfter);
        if (exception is IndexerException displaced)
        {
            onDisplaced(displaced);
            return;
        }

        logger.StepBroke(exception, retryAfter);
    }

    private void Progressed()
    {
        var now = status.Now;
        _spoke = clock.GetTimestamp();
        logger.Progressed(
            now.Rows, now.Tip ?? 0, now.Head ?? 0, Math.Round(now.BlocksPerSecond, 1), Math.Round(now.RowsPerSecond, 1), Math.Round(now.SecondsLeft ?? 0));
    }
}

/// <summary>Tells how far a filling-in has come, and ends one that is not this process's to do any more.</summary>
internal sealed class FillObserver(string family, BlockRange range, CancellationTokenSource ends, ILogger logger, TimeProvider clock) : IFollowerObserver
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    private (long At, ulong Block)? _began;
    private long _spoke = clock.GetTimestamp();

    public IndexerException? Displaced { get; private set; }

    public void OnStep(StepOutcome outcome, TimeSpan elapsed)
    {
        if (outcome is not StepOutcome.Advanced(var advance, _, _))
            return;
        var tip = advance.Next.Tip.Number.Value;
        var (at, first) = _began ??= (clock.GetTimestamp(), tip);
        var seconds = clock.GetElapsedTime(at).TotalSeconds;
        if (clock.GetElapsedTime(_spoke) <= BetweenLines || seconds <= 0 || tip <= first)
            return;
        _spoke = clock.GetTimestamp();
        var rate = (tip - first) / seconds;
        logger.FillProgressed(family, tip, range.Last.Value, Math.Round(rate, 1), Math.Round((range.Last.Value - Math.Min(tip, range.Last.Value)) / rate));
    }

    public void OnException(Exception exception, TimeSpan retryAfter)
    {
        if (exception is IndexerException displaced)
        {
            Displaced = displaced;
            ends.Cancel();
            return;
        }

        logger.StepBroke(exception, retryAfter);
    }
}
