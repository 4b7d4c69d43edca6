using Spectre.Console;

namespace OpenGradient.Cli.Terminal;

/// <summary>Tells how far a transfer is, a line at a time and not too often: it reads as well in a log as on a terminal.</summary>
internal sealed class TransferScreen(IAnsiConsole screen, string what, TimeProvider clock) : IProgress<(long Bytes, long? Total)>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private long _told = clock.GetTimestamp();

    public void Report((long Bytes, long? Total) value)
    {
        lock (_gate)
        {
            if (clock.GetElapsedTime(_told) < Pause)
                return;
            _told = clock.GetTimestamp();
        }

        var share = value.Total is > 0 and var total ? $" of {Sizes.Show(total)}, {value.Bytes * 100.0 / total:0} %" : string.Empty;
        CommandOutput.TryTell(() => screen.MarkupLineInterpolated($"[grey]{what}: {Sizes.Show(value.Bytes)}{share}[/]"));
    }
}

/// <summary>Numbers of bytes, for people.</summary>
internal static class Sizes
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Show(long bytes)
    {
        double value = bytes;
        var unit = 0;
        for (; value >= 1024 && unit < Units.Length - 1; unit++)
            value /= 1024;
        return unit == 0 ? $"{bytes} B" : $"{value:0.0} {Units[unit]}";
    }
}
