using OpenGradient.Inference.Integer;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Planning;

namespace OpenGradient.Cli.Model.Compiling;

/// <summary>What <c>og model compile</c> made.</summary>
/// <param name="File">The integer model.</param>
/// <param name="DescriptorHash">What a version publishes of it.</param>
/// <param name="Sizes">The inputs, and each layer's outputs.</param>
/// <param name="FoldRows">R of the layout that proofs stand on.</param>
/// <param name="AccumulatorBytes">In how many bytes every sum fits.</param>
/// <param name="Powers">How many powers of a setup a commitment needs.</param>
/// <param name="ItemBytes">How many bytes of a proof each inference takes, beside the opening.</param>
/// <param name="Samples">On how many inputs the rest was measured.</param>
/// <param name="GreatestError">By output: how far it was from the float network at the most.</param>
/// <param name="MeanError">By output, on average.</param>
/// <param name="SameGreatest">The part of inputs whose greatest output is the same one.</param>
/// <param name="Saturated">The part of hidden values that the clamps cut off.</param>
/// <param name="OutputScale">What its outputs are multiplied by to be read as the float network's.</param>
/// <param name="Proofs">What proofs of it will take; null where none can be made.</param>
public sealed record ModelCompileReport(
    string File, string DescriptorHash, IReadOnlyList<int> Sizes, int FoldRows, int AccumulatorBytes, long Powers, long ItemBytes, int Samples,
    IReadOnlyList<double> GreatestError, IReadOnlyList<double> MeanError, double SameGreatest, double Saturated, double OutputScale, ProofForecast? Proofs);

/// <summary>What proofs of a model will take, by formulas that are fitted to measurements (docs/benchmarks).</summary>
/// <param name="Threads">On so many threads, as cores were that were measured.</param>
/// <param name="ShortSeconds">A proof of the short form.</param>
/// <param name="LongSeconds">One of the long form, once the version's cache is filled.</param>
/// <param name="CacheSeconds">Filling that cache, once.</param>
/// <param name="ShortGas">Settling one answer, in the short form.</param>
/// <param name="LongGas">The same in the long form.</param>
/// <param name="Batch">How many answers a batch is taken to have.</param>
/// <param name="BatchGas">Each answer of such a batch, in the short form.</param>
public sealed record ProofForecast(
    int Threads, double ShortSeconds, double LongSeconds, double CacheSeconds, ulong ShortGas, ulong LongGas, int Batch, ulong BatchGas)
{
    private const int UsualBatch = 16;

    /// <summary>Null where the model is too large for any proof.</summary>
    internal static ProofForecast? Of(IntegerDescriptor descriptor, int threads) => WeightLayout.Of(descriptor) is not { Coefficients: <= WeightLayout.MaxCoefficients } layout
        ? null
        : new ProofForecast(
            threads, ExpectedTime.OfShortProof(layout, threads).TotalSeconds, ExpectedTime.OfLongProof(layout, threads).TotalSeconds,
            ExpectedTime.OfCache(layout, threads).TotalSeconds, ExpectedGas.Of(descriptor, 1, ProofForm.Short), ExpectedGas.Of(descriptor, 1, ProofForm.Long), UsualBatch,
            ExpectedGas.Of(descriptor, UsualBatch, ProofForm.Short) / UsualBatch);
}

/// <summary>What <c>og model commit</c> found.</summary>
/// <param name="ProofCommitment">What a version publishes for its proofs.</param>
/// <param name="WeightCommitment">W, the commitment to the weights alone.</param>
/// <param name="Setup">The label of the setup that it stands on.</param>
/// <param name="OutputScale">What the model's outputs are multiplied by to be read as real numbers.</param>
public sealed record ModelCommitReport(string ProofCommitment, string WeightCommitment, string Setup, double OutputScale);
