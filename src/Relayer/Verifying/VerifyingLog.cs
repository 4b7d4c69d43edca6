using Microsoft.Extensions.Logging;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Verifying.Duties;
using OpenGradient.Relayer.Verifying.Reviews;

namespace OpenGradient.Relayer.Verifying;

/// <summary>What verifying says: ids and reasons, never what was asked or answered. Its events are 40 to 59.</summary>
internal static partial class VerifyingLog
{
    [LoggerMessage(40, LogLevel.Information, "Reviewed the answer of {Node} to {RequestId}: {Verdict}. {Reason}")]
    public static partial void Reviewed(this ILogger logger, Hash32 requestId, Address node, Verdict verdict, ReviewReason reason);

    [LoggerMessage(41, LogLevel.Error, "The answer of {Node} to {RequestId} is wrong: {Verdict}. {Details}")]
    public static partial void FoundWrong(this ILogger logger, Hash32 requestId, Address node, Verdict verdict, string details);

    [LoggerMessage(42, LogLevel.Warning, "Running {RequestId} again failed, {Failures} times by now: {Details}")]
    public static partial void RunFailed(this ILogger logger, Hash32 requestId, int failures, string details);

    [LoggerMessage(43, LogLevel.Warning, "Sealed for {RequestId} that its answer could not be found out")]
    public static partial void Abstained(this ILogger logger, Hash32 requestId);

    [LoggerMessage(44, LogLevel.Information, "Ordered for {RequestId}, as {Kind}: {Move}")]
    public static partial void Ordered(this ILogger logger, Hash32 requestId, DutyKind kind, Move move);

    [LoggerMessage(45, LogLevel.Information, "Ended for {RequestId}, as {Kind}: {Reason}")]
    public static partial void Ended(this ILogger logger, Hash32 requestId, DutyKind kind, DutyEnd reason);

    [LoggerMessage(46, LogLevel.Error, "Could not take duties from the database, {Failures} times in a row")]
    public static partial void LeasingFailed(this ILogger logger, Exception failure, int failures);

    [LoggerMessage(47, LogLevel.Error, "The duty of {Kind} for {RequestId} broke: it is tried again soon")]
    public static partial void DutyBroke(this ILogger logger, Exception failure, Hash32 requestId, DutyKind kind);

    [LoggerMessage(48, LogLevel.Warning, "The duty of {Kind} for {RequestId} could not be worked on now: {Reason}")]
    public static partial void DutyDelayed(this ILogger logger, Hash32 requestId, DutyKind kind, string reason);

    [LoggerMessage(49, LogLevel.Warning, "Gave back {Count} duties that were taken and never came, or could not be filed")]
    public static partial void ForgottenReleased(this ILogger logger, int count);

    [LoggerMessage(52, LogLevel.Warning, "What {Count} challenges by proof are made of could not be looked for")]
    public static partial void FetchingBroke(this ILogger logger, Exception failure, int count);

    [LoggerMessage(50, LogLevel.Error, "The wrong answer to {RequestId} stands: no proof was sent before less time was left than a transaction may take; {Failures} failed")]
    public static partial void NoTimeToProve(this ILogger logger, Hash32 requestId, int failures);

    [LoggerMessage(51, LogLevel.Warning, "The wrong answer to {RequestId} waits for a process that proves: this one has no setup")]
    public static partial void ProverMissing(this ILogger logger, Hash32 requestId);
}
