using System.Runtime.InteropServices;

namespace OpenGradient.Prover.Proving;

/// <summary>What making a proof is at.</summary>
public enum ProofStep
{
    /// <summary>The model is run.</summary>
    Running = 0,

    /// <summary>The polynomials are multiplied and divided, row by row.</summary>
    Dividing = 1,

    /// <summary>The quotient is committed to.</summary>
    Committing = 2,

    /// <summary>The polynomials are opened, by a sum as long as the one before.</summary>
    Opening = 3,
}

/// <summary>How far making a proof is.</summary>
/// <param name="Step">At what.</param>
/// <param name="Done">How much of that, from 0 to 1.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ProofProgress(ProofStep Step, double Done);

/// <summary>Tells one step's part of it; null where nobody listens.</summary>
internal sealed class StepProgress(IProgress<ProofProgress> progress, ProofStep step) : IProgress<double>
{
    public static StepProgress? Of(IProgress<ProofProgress>? progress, ProofStep step)
    {
        if (progress is null)
            return null;
        var own = new StepProgress(progress, step);
        own.Report(0);
        return own;
    }

    public void Report(double value) => progress.Report(new ProofProgress(step, value));
}
