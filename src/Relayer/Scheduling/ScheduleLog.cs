using Microsoft.Extensions.Logging;

namespace OpenGradient.Relayer.Scheduling;

/// <summary>What timed work says. Its events are 100 to 119.</summary>
internal static partial class ScheduleLog
{
    [LoggerMessage(100, LogLevel.Warning, "The timed work {Work} failed; it is done again when its time comes")]
    public static partial void WorkFailed(this ILogger logger, Exception failure, string work);

    [LoggerMessage(101, LogLevel.Warning, "{Jobs} jobs and duties were leased by processes that are silent, and are free again")]
    public static partial void Reaped(this ILogger logger, int jobs);

    [LoggerMessage(102, LogLevel.Information, "Pruned {Jobs} jobs, {Logs} logs and {Transactions} transactions")]
    public static partial void Pruned(this ILogger logger, int jobs, int logs, int transactions);

    [LoggerMessage(103, LogLevel.Information, "Collecting {Hours} hours of earnings was ordered: {Amount} for {Payee}")]
    public static partial void Collecting(this ILogger logger, int hours, string amount, string payee);

    [LoggerMessage(104, LogLevel.Warning, "The price was not renewed: {Reason}")]
    public static partial void PriceNotTold(this ILogger logger, string reason);

    [LoggerMessage(105, LogLevel.Debug, "{Jobs} jobs and {Transactions} transactions went into the books")]
    public static partial void Booked(this ILogger logger, int jobs, int transactions);

    [LoggerMessage(106, LogLevel.Warning, "The timers do not start yet, tried {Failures} times: {Reason}")]
    public static partial void TimersWait(this ILogger logger, string reason, int failures);

    [LoggerMessage(107, LogLevel.Information, "A reorganisation took {Count} jobs and duties back for good: their deadlines lie below the final block")]
    public static partial void TakenBackForGood(this ILogger logger, int count);
}
