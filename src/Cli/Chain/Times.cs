using System.Globalization;

namespace OpenGradient.Cli.Chain;

/// <summary>Moments of a chain, for people.</summary>
internal static class Times
{
    private const ulong LastSecond = 253_402_300_799;

    /// <summary>A time in seconds of Unix time; what lies beyond the year 9999 is its end.</summary>
    public static DateTimeOffset Of(ulong seconds) => DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(seconds, LastSecond));

    public static string Show(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>About how long: in the two largest units that are not zero.</summary>
    public static string Show(TimeSpan span) =>
        span.TotalDays >= 1 ? $"{span.Days} d {span.Hours} h"
        : span.TotalHours >= 1 ? $"{span.Hours} h {span.Minutes} min"
        : span.TotalMinutes >= 1 ? $"{span.Minutes} min"
        : $"{Math.Max(0, (int)span.TotalSeconds)} s";
}
