using OpenGradient.Cli.Terminal;
using OpenGradient.Prover.Proving;
using Spectre.Console;

namespace OpenGradient.Cli.Prove;

/// <summary>Tells what a proof is at, a line at a time and not too often: of a proof that takes a moment nothing.</summary>
internal sealed class ProofScreen(IAnsiConsole screen, TimeProvider clock) : IProgress<ProofProgress>, IProgress<double>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private long _told = clock.GetTimestamp();

    public void Report(ProofProgress value) => Tell(Words(value.Step), value.Done);

    /// <summary>How much of a cache is filled.</summary>
    public void Report(double value) => Tell("filling the cache", value);

    // Threads tell side by side.
    private void Tell(string what, double done)
    {
        lock (_gate)
        {
            if (clock.GetElapsedTime(_told) < Pause)
                return;
            _told = clock.GetTimestamp();
        }

        CommandOutput.TryTell(() => screen.MarkupLineInterpolated($"[grey]{what}: {done * 100:0} %[/]"));
    }

    private static string Words(ProofStep step) => step switch
    {
        ProofStep.Running => "running the model",
        ProofStep.Dividing => "dividing, row by row",
        ProofStep.Committing => "committing to the quotient",
        ProofStep.Opening => "opening",
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, message: null),
    };
}
