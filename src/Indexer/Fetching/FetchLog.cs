using Microsoft.Extensions.Logging;

namespace OpenGradient.Indexer.Fetching;

/// <summary>What the fetcher says. What is in blobs is never in it.</summary>
internal static partial class FetchLog
{
    [LoggerMessage(60, LogLevel.Information, "No source of blobs was named: evidence and descriptions were not fetched")]
    public static partial void NothingFetched(this ILogger logger);

    [LoggerMessage(61, LogLevel.Information, "Blobs were had from {Source}: {Place}")]
    public static partial void SourceNamed(this ILogger logger, string source, string place);

    [LoggerMessage(62, LogLevel.Warning, "A source lied about {Hash}: {Source}. {Reason}")]
    public static partial void SourceLied(this ILogger logger, string source, string hash, string reason);

    [LoggerMessage(63, LogLevel.Information, "A source did not bring {Hash}: {Source}. {Reason}")]
    public static partial void SourceFailed(this ILogger logger, string source, string hash, string reason);

    [LoggerMessage(64, LogLevel.Information, "Fetched {Hash} from {Source}, {Bytes} bytes")]
    public static partial void BlobFetched(this ILogger logger, string hash, string source, long bytes);

    [LoggerMessage(65, LogLevel.Information, "A description counted for nothing, {Hash}: {Fault}")]
    public static partial void DescriptionFaulty(this ILogger logger, string hash, string fault);

    [LoggerMessage(66, LogLevel.Warning, "Gave up {Hash} after {Attempts} attempts: {Reason}")]
    public static partial void BlobGivenUp(this ILogger logger, string hash, long attempts, string reason);

    [LoggerMessage(67, LogLevel.Error, "Fetching broke, and is repeated after {RetryAfter}")]
    public static partial void FetchingBroke(this ILogger logger, TimeSpan retryAfter, Exception exception);
}
