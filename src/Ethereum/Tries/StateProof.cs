using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Ethereum.Tries;

/// <summary>
/// Checks the proofs that <c>eth_getProof</c> (EIP-1186) answers with: of an account under a block's state root, then of its storage
/// under the root that the account holds. Their keys are hashes of what they stand for.
/// </summary>
public static class StateProof
{
    /// <summary>Says what a block's state holds of an account; absent means that it was never used, or is gone.</summary>
    public static ProofResult<AccountState> VerifyAccount(
        Hash32 stateRoot, Address address, IReadOnlyList<ReadOnlyMemory<byte>> nodes) =>
        VerifyHashed(stateRoot, address.Bytes, nodes, AccountState.Decode);

    /// <summary>Says what an account's storage holds in a slot; absent means zero, which storage does not keep.</summary>
    public static ProofResult<UInt256> VerifyStorage(Hash32 storageRoot, Hash32 slot, IReadOnlyList<ReadOnlyMemory<byte>> nodes) =>
        VerifyHashed(storageRoot, slot.Bytes, nodes, DecodeWord);

    private static UInt256 DecodeWord(ReadOnlySpan<byte> encoding)
    {
        var reader = new RlpReader(encoding);
        var word = reader.ReadUInt256();
        reader.ReadEnd();
        return word.IsZero ? throw new RlpException(RlpFault.InvalidValue, 0, "Storage keeps no zeros.") : word;
    }

    private static ProofResult<T> VerifyHashed<T>(
        Hash32 root, ReadOnlySpan<byte> preimage, IReadOnlyList<ReadOnlyMemory<byte>> nodes, Decoder<T> decode)
    {
        Span<byte> key = stackalloc byte[Hash32.ByteLength];
        Keccak256.Hash(preimage, key);
        switch (TrieProof.Verify(root, key, nodes))
        {
            case ProofResult<ReadOnlyMemory<byte>>.Present present:
                try
                {
                    return new ProofResult<T>.Present(decode(present.Value.Span));
                }
                catch (RlpException)
                {
                    return new ProofResult<T>.Invalid(ProofFault.MalformedValue, nodes.Count - 1);
                }

            case ProofResult<ReadOnlyMemory<byte>>.Invalid invalid:
                return new ProofResult<T>.Invalid(invalid.Fault, invalid.NodeIndex);
            default:
                return new ProofResult<T>.Absent();
        }
    }

    private delegate T Decoder<out T>(ReadOnlySpan<byte> encoding);
}
