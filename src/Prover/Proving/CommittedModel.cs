using System.Collections.Immutable;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.MultiScalar;
using OpenGradient.Prover.Setup;
using OpenGradient.Prover.Statements;

namespace OpenGradient.Prover.Proving;

/// <summary>Raised where a model cannot be committed to: it is too large for the layout or the setup, or has no weights.</summary>
public sealed class CommitmentException(string message) : Exception(message);

/// <summary>A model with the commitment to its weights, under one setup: made once a version, and what every proof of it starts from.</summary>
public sealed class CommittedModel
{
    private CommittedModel(IntegerModel model, WeightLayout layout, ProvingSetup setup, int[] coefficients, byte[] weights)
    {
        Model = model;
        Layout = layout;
        Setup = setup;
        Coefficients = coefficients;
        WeightCommitment = [.. weights];
        ProofCommitment = ProofEnvelope.CommitmentOf(model.Descriptor, weights);
    }

    public IntegerModel Model { get; }

    public WeightLayout Layout { get; }

    public ProvingSetup Setup { get; }

    /// <summary>W, in 64 bytes.</summary>
    public ImmutableArray<byte> WeightCommitment { get; }

    /// <summary>What the version publishes: keccak256(descriptor ‖ W).</summary>
    public Hash32 ProofCommitment { get; }

    /// <summary>R·C numbers, row by row.</summary>
    internal ReadOnlyMemory<int> Coefficients { get; }

    /// <exception cref="CommitmentException">The model cannot be committed to under this setup.</exception>
    public static CommittedModel Create(IntegerModel model, ProvingSetup setup, Work work)
    {
        var layout = WeightLayout.Of(model.Descriptor);
        if (layout is null || layout.Coefficients > WeightLayout.MaxCoefficients)
            throw new CommitmentException($"The model needs more than {WeightLayout.MaxColumns} columns, or more than {WeightLayout.MaxCoefficients} coefficients.");
        if (layout.Coefficients > setup.Length)
            throw new CommitmentException($"The model has {layout.Coefficients} coefficients; the setup has {setup.Length} powers.");
        var coefficients = layout.Fill(model);
        var commitment = MultiScalarSum.OfSmall(setup.Powers, coefficients, work).ToAffine();
        // Infinity would be a commitment to zeros, which verifiers refuse.
        return commitment.IsInfinity
            ? throw new CommitmentException("All weights are zero.")
            : new CommittedModel(model, layout, setup, coefficients, commitment.ToBytes());
    }
}
