using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.Layout;

namespace OpenGradient.Prover.Statements;

/// <summary>The parts that a proof's bytes consist of.</summary>
internal sealed record ProofEnvelope(
    ProofForm Form, IntegerDescriptor Descriptor, ReadOnlyMemory<byte> Weights, ReadOnlyMemory<byte> Items, ReadOnlyMemory<byte> Opening)
{
    public const int ShortOpeningLength = (4 * G1Affine.ByteLength) + Fr.ByteLength;
    public const int LongOpeningLength = (6 * G1Affine.ByteLength) + Fr.ByteLength;

    public Hash32 ProofCommitment => CommitmentOf(Descriptor, Weights.Span);

    public static Hash32 CommitmentOf(IntegerDescriptor descriptor, ReadOnlySpan<byte> weights)
    {
        var hasher = new Keccak256Hasher();
        hasher.Append(descriptor.Encoded.AsSpan());
        hasher.Append(weights);
        return hasher.Finish();
    }

    /// <summary>Takes a proof of so many items apart, or says why it cannot.</summary>
    public static string? TryRead(ReadOnlyMemory<byte> proof, int itemCount, out ProofEnvelope? envelope)
    {
        envelope = null;
        if (proof.IsEmpty || proof.Span[0] is not ((byte)ProofForm.Short or (byte)ProofForm.Long))
            return "The form is neither short nor long.";
        var form = (ProofForm)proof.Span[0];
        if (IntegerDescriptor.TryRead(proof.Span[1..], out var descriptor) is { } fault)
            return fault;
        var items = RevealedItem.LengthOf(descriptor!) * itemCount;
        var opening = form == ProofForm.Long ? LongOpeningLength : ShortOpeningLength;
        var start = 1 + descriptor!.Encoded.Length;
        if (proof.Length != start + G1Affine.ByteLength + items + opening)
            return "The proof has not the length that its descriptor and its number of items ask for.";
        var afterWeights = start + G1Affine.ByteLength;
        envelope = new ProofEnvelope(
            form, descriptor, proof[start..afterWeights], proof.Slice(afterWeights, (int)items), proof[^opening..]);
        return null;
    }

    public byte[] Write() =>
        [(byte)Form, .. Descriptor.Encoded, .. Weights.Span, .. Items.Span, .. Opening.Span];
}
