using OpenGradient.Cli.Terminal;
using OpenGradient.Prover.Setup;
using Spectre.Console;

namespace OpenGradient.Cli.Srs;

/// <summary>Tells what an import is at, a line at a time: each step once, and how far it is now and then.</summary>
internal sealed class ImportScreen(IAnsiConsole screen, TimeProvider clock) : IProgress<ImportProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private ImportStep? _step;
    private long _told;

    // An import is at one thing at a time, and tells one thing at a time.
    public void Report(ImportProgress value)
    {
        if (_step == value.Step && clock.GetElapsedTime(_told) < Pause)
            return;
        (_step, _told) = (value.Step, clock.GetTimestamp());
        CommandOutput.TryTell(() => screen.MarkupLineInterpolated($"[grey]{Words(value.Step)}: {value.Done * 100:0} %[/]"));
    }

    private static string Words(ImportStep step) => step switch
    {
        ImportStep.Reading => "reading the powers",
        ImportStep.Checking => "checking each of them",
        ImportStep.Hashing => "hashing the whole file",
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, message: null),
    };
}
