using Microsoft.Extensions.Logging;

namespace OpenGradient.Indexer.Api.Exports;

internal static partial class ExportLog
{
    [LoggerMessage(1, LogLevel.Warning, "Broke off an export of {Resource} to {Client}: it was taken at less than {BytesPerSecond} bytes a second")]
    public static partial void ExportTooSlow(this ILogger logger, string resource, string client, int bytesPerSecond);

    [LoggerMessage(2, LogLevel.Warning, "Broke off an export of {Resource} to {Client}: it took longer than {Limit}")]
    public static partial void ExportTooLong(this ILogger logger, string resource, string client, TimeSpan limit);
}
