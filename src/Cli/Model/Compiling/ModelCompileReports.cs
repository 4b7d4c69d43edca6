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
public sealed record ModelCompileReport(
    string File, string DescriptorHash, IReadOnlyList<int> Sizes, int FoldRows, int AccumulatorBytes, int Powers, long ItemBytes, int Samples,
    IReadOnlyList<double> GreatestError, IReadOnlyList<double> MeanError, double SameGreatest, double Saturated);

/// <summary>What <c>og model commit</c> found.</summary>
/// <param name="ProofCommitment">What a version publishes for its proofs.</param>
/// <param name="WeightCommitment">W, the commitment to the weights alone.</param>
/// <param name="Setup">The label of the setup that it stands on.</param>
public sealed record ModelCommitReport(string ProofCommitment, string WeightCommitment, string Setup);
