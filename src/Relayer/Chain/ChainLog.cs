using Microsoft.Extensions.Logging;

namespace OpenGradient.Relayer.Chain;

/// <summary>What following the chain says. Its events are 20 to 39.</summary>
internal static partial class ChainLog
{
    [LoggerMessage(20, LogLevel.Warning, "{Endpoint} could not be asked where the chain stands: {Reason}")]
    public static partial void LookFailed(this ILogger logger, string endpoint, string reason);

    [LoggerMessage(21, LogLevel.Information, "A reorganisation took {Blocks} blocks back, down to {Block}")]
    public static partial void Reorganised(this ILogger logger, int blocks, ulong block);

    [LoggerMessage(22, LogLevel.Warning, "{Endpoint} gave no usable answer: {Failure}")]
    public static partial void EndpointFailed(this ILogger logger, string endpoint, string failure);

    [LoggerMessage(23, LogLevel.Error, "Endpoints contradict each other at block {Block}: {Testimonies}")]
    public static partial void Disagreed(this ILogger logger, ulong block, string testimonies);

    [LoggerMessage(24, LogLevel.Error, "A step of following failed; again after {RetryAfter}")]
    public static partial void StepBroke(this ILogger logger, Exception failure, TimeSpan retryAfter);

    [LoggerMessage(25, LogLevel.Critical, "Following has stopped for good. {Advice}")]
    public static partial void StoppedForGood(this ILogger logger, string advice);

    [LoggerMessage(26, LogLevel.Critical, "The {Loop} broke: the relayer stops")]
    public static partial void LoopBroke(this ILogger logger, Exception failure, string loop);

    [LoggerMessage(27, LogLevel.Warning, "Transactions are mined late: {Measured} s is planned for from now on, not {Planned} s, and what cannot be settled by then is left to others")]
    public static partial void MarginGrew(this ILogger logger, ulong measured, ulong planned);

    [LoggerMessage(28, LogLevel.Information, "Transactions are mined in time again, or too few are known to say: {Planned} s is planned for")]
    public static partial void MarginBack(this ILogger logger, ulong planned);
}
