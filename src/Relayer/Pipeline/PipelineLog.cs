using Microsoft.Extensions.Logging;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Pipeline;

/// <summary>What the pipeline says: ids and reasons, never what was asked or answered. Its events are 120 to 139.</summary>
internal static partial class PipelineLog
{
    [LoggerMessage(120, LogLevel.Information, "Turned {RequestId} away: {Reason}. {Details}")]
    public static partial void TurnedAway(this ILogger logger, Hash32 requestId, TurnAwayReason reason, string details);

    [LoggerMessage(121, LogLevel.Warning, "Running {RequestId} failed, {Failures} times by now: {Details}")]
    public static partial void RunFailed(this ILogger logger, Hash32 requestId, int failures, string details);

    [LoggerMessage(122, LogLevel.Warning, "What {RequestId} needs is not to be had; looking again in {Wait}: {Details}")]
    public static partial void PreparationDelayed(this ILogger logger, Hash32 requestId, TimeSpan wait, string details);

    [LoggerMessage(123, LogLevel.Information, "The terms of {RequestId} do not suffice as things are; looking again in {Wait}: {Details}")]
    public static partial void TermsWaited(this ILogger logger, Hash32 requestId, TimeSpan wait, string details);

    [LoggerMessage(124, LogLevel.Debug, "The input of {RequestId} is private, and was not given; looking again in {Wait}")]
    public static partial void InputNotGiven(this ILogger logger, Hash32 requestId, TimeSpan wait);

    [LoggerMessage(125, LogLevel.Error, "Preparing {RequestId} broke")]
    public static partial void PreparationBroke(this ILogger logger, Exception failure, Hash32 requestId);

    [LoggerMessage(126, LogLevel.Error, "Could not take jobs from the database, {Failures} times in a row")]
    public static partial void LeasingFailed(this ILogger logger, Exception failure, int failures);

    [LoggerMessage(127, LogLevel.Warning, "Gave back {Count} jobs that were taken and never came: a transaction's end was not heard")]
    public static partial void ForgottenReleased(this ILogger logger, int count);

    [LoggerMessage(128, LogLevel.Error, "Could not file {Count} jobs, {Failures} times in a row")]
    public static partial void FilingFailed(this ILogger logger, Exception failure, int count, int failures);

    [LoggerMessage(129, LogLevel.Warning, "Stopped with {Count} jobs in hand: they are due again when their leases end")]
    public static partial void DrainEnded(this ILogger logger, int count);

    [LoggerMessage(130, LogLevel.Error, "Could not follow the transactions, {Failures} times in a row")]
    public static partial void FollowingOrdersFailed(this ILogger logger, Exception failure, int failures);
}
