using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Inference.Tensors;

/// <summary>What public requests and receipts commit to in place of encoded tensors. Those of private ones are salted.</summary>
public static class TensorCommitment
{
    /// <summary>The canonical hash.</summary>
    public static Hash32 Public(ReadOnlySpan<byte> encoded) => Keccak256.Hash(encoded);
}
