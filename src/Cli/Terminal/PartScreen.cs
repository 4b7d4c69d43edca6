using Spectre.Console;

namespace OpenGradient.Cli.Terminal;

/// <summary>Tells of the parts of an answer as they come, a line each and not too often. They are not shown: until the receipt is checked they may be anything.</summary>
internal sealed class PartScreen(IAnsiConsole screen, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private long? _told;
    private int _parts;
    private long _bytes;

    public void Tell(ReadOnlyMemory<byte> part)
    {
        (_parts, _bytes) = (_parts + 1, _bytes + part.Length);
        if (_told is { } at && clock.GetElapsedTime(at) < Pause)
            return;
        _told = clock.GetTimestamp();
        CommandOutput.TryTell(() => screen.MarkupLineInterpolated($"[grey]arrived[/]    part {_parts}, {Sizes.Show(_bytes)} so far: they count once the receipt is checked"));
    }
}
