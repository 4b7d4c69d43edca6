using Microsoft.Extensions.Logging;

namespace OpenGradient.Indexer.Hosting;

internal static partial class HostLog
{
    [LoggerMessage(1, LogLevel.Information, "Began to index chain {ChainId}: {Families}; the API listened at {Address}")]
    public static partial void Began(this ILogger logger, ulong chainId, string families, string address);

    [LoggerMessage(2, LogLevel.Warning, "The chain took back {Blocks} blocks, from block {From} on")]
    public static partial void Reorganised(this ILogger logger, int blocks, ulong from);

    [LoggerMessage(3, LogLevel.Warning, "An endpoint gave no usable answer: {Endpoint}: {Failure}")]
    public static partial void EndpointFailed(this ILogger logger, string endpoint, string failure);

    [LoggerMessage(4, LogLevel.Error, "Endpoints contradicted each other about block {Block}: {Testimonies}")]
    public static partial void Disagreed(this ILogger logger, ulong block, string testimonies);

    [LoggerMessage(5, LogLevel.Error, "A step broke, and is repeated after {RetryAfter}")]
    public static partial void StepBroke(this ILogger logger, Exception exception, TimeSpan retryAfter);

    [LoggerMessage(6, LogLevel.Critical, "The follower stopped for good: {Advice}")]
    public static partial void StoppedForGood(this ILogger logger, string advice);

    [LoggerMessage(7, LogLevel.Information, "Stored {Rows} rows up to block {Tip} of {Head}; {BlocksPerSecond} blocks and {RowsPerSecond} rows a second, {SecondsLeft} s left")]
    public static partial void Progressed(this ILogger logger, long rows, ulong tip, ulong head, double blocksPerSecond, double rowsPerSecond, double secondsLeft);

    [LoggerMessage(8, LogLevel.Information, "Began to fill in {Family} up to block {Last}")]
    public static partial void FillBegan(this ILogger logger, string family, long last);

    [LoggerMessage(9, LogLevel.Information, "Filled in {Family}")]
    public static partial void Filled(this ILogger logger, string family);

    [LoggerMessage(10, LogLevel.Information, "Made the secondary indexes of {Family} in {Seconds} s")]
    public static partial void Indexed(this ILogger logger, string family, double seconds);

    [LoggerMessage(12, LogLevel.Warning, "The webhook {Hook} did not take a delivery, attempt {Attempt}: {Fault}")]
    public static partial void DeliveryFailed(this ILogger logger, string hook, long attempt, string fault);

    [LoggerMessage(13, LogLevel.Error, "The webhook {Hook} broke, and is looked at again")]
    public static partial void WebhookBroke(this ILogger logger, string hook, Exception exception);

    [LoggerMessage(14, LogLevel.Warning, "The webhook {Hook} cannot be reached: {Reason}")]
    public static partial void HookUnreachable(this ILogger logger, string hook, string reason);

    [LoggerMessage(15, LogLevel.Error, "The webhook {Hook} took nothing between {From} and {To} in {Attempts} attempts: it was put aside")]
    public static partial void DeliveryPutAside(this ILogger logger, string hook, string from, string to, long attempts);

    [LoggerMessage(11, LogLevel.Error, "The upkeep broke, and is repeated after {RetryAfter}")]
    public static partial void UpkeepBroke(this ILogger logger, Exception exception, TimeSpan retryAfter);

    [LoggerMessage(16, LogLevel.Information, "Filled in {Family} up to block {Tip} of {Last}; {BlocksPerSecond} blocks a second, {SecondsLeft} s left")]
    public static partial void FillProgressed(this ILogger logger, string family, ulong tip, ulong last, double blocksPerSecond, double secondsLeft);

    [LoggerMessage(17, LogLevel.Warning, "What settlements took could not be asked, and is asked again after {RetryAfter}: {Reason}")]
    public static partial void GasUnknown(this ILogger logger, string reason, TimeSpan retryAfter);

    [LoggerMessage(19, LogLevel.Warning, "New heads may have been missed, and are polled for meanwhile: {Endpoint}: {Reason}")]
    public static partial void HeadsMissed(this ILogger logger, string endpoint, string reason);

    [LoggerMessage(20, LogLevel.Warning, "An endpoint tells of no new heads, which are polled for: {Endpoint}: {Reason}")]
    public static partial void HeadsRefused(this ILogger logger, string endpoint, string reason);

    [LoggerMessage(18, LogLevel.Warning, "A node has lost the receipts of {Count} transactions that settled requests, between block {First} and {Last}; what they took is left out: {Node}")]
    public static partial void ReceiptsLost(this ILogger logger, string node, int count, ulong first, ulong last);
}
