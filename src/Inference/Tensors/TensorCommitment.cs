using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Inference.Tensors;

/// <summary>What requests and receipts commit to in place of encoded tensors.</summary>
public static class TensorCommitment
{
    private static readonly Hash32 PrivateTag = Keccak256.Hash("OpenGradient.Relayer.PrivateTensors.1"u8);

    /// <summary>The canonical hash: the commitment of public requests.</summary>
    public static Hash32 Public(ReadOnlySpan<byte> encoded) => Keccak256.Hash(encoded);

    /// <summary>
    /// The commitment of private requests. A salt is 32 random bytes and is used once: without it, or with a known one, short inputs can be
    /// guessed.
    /// </summary>
    public static Hash32 Private(Hash32 salt, ReadOnlySpan<byte> encoded)
    {
        Span<byte> length = stackalloc byte[UInt256.ByteLength];
        ((UInt256)(ulong)encoded.Length).WriteBigEndian(length);
        var hasher = new Keccak256Hasher();
        hasher.Append(PrivateTag.Bytes);
        hasher.Append(salt.Bytes);
        hasher.Append(length);
        hasher.Append(encoded);
        return hasher.Finish();
    }
}
