using OpenGradient.Inference.Integer;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.Layout;

namespace OpenGradient.Prover.Statements;

/// <summary>How long proofs are: known before they are made.</summary>
public static class ProofSizes
{
    /// <summary>What each inference adds: its input, and all its accumulators.</summary>
    public static long ItemLength(IntegerDescriptor descriptor) => RevealedItem.LengthOf(descriptor);

    /// <summary>A whole proof of so many inferences.</summary>
    public static long ProofLength(IntegerDescriptor descriptor, ProofForm form, int inferences) =>
        1 + descriptor.Encoded.Length + G1Affine.ByteLength + (ItemLength(descriptor) * inferences)
        + (form == ProofForm.Long ? ProofEnvelope.LongOpeningLength : ProofEnvelope.ShortOpeningLength);
}
