using OpenGradient.Inference.Integer;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Statements;

namespace OpenGradient.Prover.Planning;

/// <summary>
/// What settling answers by a proof is expected to take of a chain, with the hub and all data, and without callbacks. It follows from the sizes that a proof reveals, and is fitted to the
/// receipts that docs/benchmarks/gas.md keeps. Inputs are taken to have no zeros, which are cheaper.
/// </summary>
public static class ExpectedGas
{
    /// <summary>What a proof of the short form takes once, however many answers it has: the points, the pairing, and reading it.</summary>
    public const ulong OfOpening = 172_000;

    /// <summary>What the long form takes beside.</summary>
    public const ulong OfLongForm = 67_000;

    // With the opening: the transaction, and what the hub does once.
    private const ulong OfTransaction = 224_850;
    private const ulong PerLayer = 2_280;

    // The hub's work on an answer, and its submission as data.
    private const ulong PerAnswer = 30_500;
    private const ulong PerByte = 16;
    private const ulong PerTenInputs = 302;
    private const ulong PerHidden = 170;
    private const ulong PerOutput = 156;

    /// <summary>Of one transaction that settles so many answers.</summary>
    public static ulong Of(IntegerDescriptor descriptor, int answers, ProofForm form)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(answers);
        var hidden = descriptor.Layers.SkipLast(1).Aggregate(0UL, (sum, layer) => sum + (ulong)layer.Outputs);
        var each = PerAnswer + (PerByte * (ulong)ProofSizes.ItemLength(descriptor)) + (PerTenInputs * (ulong)descriptor.Inputs / 10)
            + (PerHidden * hidden) + (PerOutput * (ulong)descriptor.Layers[^1].Outputs);
        return OfTransaction + (PerLayer * (ulong)descriptor.Layers.Length) + (form == ProofForm.Long ? OfLongForm : 0) + ((ulong)answers * each);
    }

    /// <summary>The part of what each of so many answers takes that the long form adds, from 0 to 1.</summary>
    public static double ShareOfLongForm(IntegerDescriptor descriptor, int answers) => (double)OfLongForm / Of(descriptor, answers, ProofForm.Long);
}
