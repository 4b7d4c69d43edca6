using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Contracts.Hub;

/// <summary>
/// What private requests and their receipts commit to in place of encoded tensors: the twin of <c>Tensors.privateCommit</c> in Solidity. Whoever asks privately
/// needs this, and nothing that runs models.
/// </summary>
public static class PrivateCommitment
{
    private static readonly Hash32 Tag = Keccak256.Hash("OpenGradient.Relayer.PrivateTensors.1"u8);
    private static readonly Hash32 OutputSaltTag = Keccak256.Hash("OpenGradient.Relayer.PrivateOutputSalt.1"u8);

    /// <summary>The commitment. A salt is 32 random bytes and is used once: without it, or with a known one, short contents can be guessed.</summary>
    public static Hash32 Of(Hash32 salt, ReadOnlySpan<byte> encoded)
    {
        Span<byte> length = stackalloc byte[UInt256.ByteLength];
        ((UInt256)(ulong)encoded.Length).WriteBigEndian(length);
        var hasher = new Keccak256Hasher();
        hasher.Append(Tag.Bytes);
        hasher.Append(salt.Bytes);
        hasher.Append(length);
        hasher.Append(encoded);
        return hasher.Finish();
    }

    /// <summary>
    /// What the answer to a request at the hub is committed to with. It follows from the requester's own salt, so that an answer that was lost on the way can be
    /// given again under the same commitment, by a node that remembers nothing; it shows nothing of that salt.
    /// </summary>
    public static Hash32 OutputSaltOf(Hash32 inputSalt, Hash32 requestId)
    {
        var hasher = new Keccak256Hasher();
        hasher.Append(OutputSaltTag.Bytes);
        hasher.Append(inputSalt.Bytes);
        hasher.Append(requestId.Bytes);
        return hasher.Finish();
    }
}
