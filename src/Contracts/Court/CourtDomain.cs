using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Contracts.Court;

/// <summary>
/// One court on one chain: what challengers and members seal there, and what proofs before it absorb. A seal hides what it is about only as well as its
/// salt does: 32 random bytes, used once.
/// </summary>
public sealed class CourtDomain(ChainId chainId, Address court)
{
    private const int Word = UInt256.ByteLength;

    private static readonly Hash32 SealTag = Keccak256.Hash("OpenGradient.Relayer.Challenge.Seal.1"u8);
    private static readonly Hash32 VoteTag = Keccak256.Hash("OpenGradient.Relayer.Challenge.Vote.1"u8);
    private static readonly Hash32 ChallengeTag = Keccak256.Hash("OpenGradient.Relayer.Challenge.Proof.1"u8);
    private static readonly Hash32 ContradictionTag = Keccak256.Hash("OpenGradient.Relayer.Contradiction.1"u8);

    public ChainId ChainId { get; } = chainId;

    public Address Court { get; } = court;

    /// <summary>What a challenger seals: that this request's answer should have been another one.</summary>
    public Hash32 SealOf(Address challenger, Hash32 requestId, Hash32 otherCommit, Hash32 salt)
    {
        var writer = Begin(stackalloc byte[7 * Word], SealTag);
        writer.WriteAddress(challenger);
        writer.WriteBytes32(requestId);
        writer.WriteBytes32(otherCommit);
        writer.WriteBytes32(salt);
        return Keccak256.Hash(writer.ToArray());
    }

    /// <summary>What a member of a committee seals: its own answer.</summary>
    public Hash32 VoteSealOf(Hash32 requestId, Address member, Hash32 outputCommit, Hash32 salt)
    {
        var writer = Begin(stackalloc byte[7 * Word], VoteTag);
        writer.WriteBytes32(requestId);
        writer.WriteAddress(member);
        writer.WriteBytes32(outputCommit);
        writer.WriteBytes32(salt);
        return Keccak256.Hash(writer.ToArray());
    }

    /// <summary>What a challenger's proof absorbs in place of a receipt, so that a copied proof pays its maker.</summary>
    public Hash32 ChallengeDigestOf(Hash32 requestId, Address challenger)
    {
        var writer = Begin(stackalloc byte[5 * Word], ChallengeTag);
        writer.WriteBytes32(requestId);
        writer.WriteAddress(challenger);
        return Keccak256.Hash(writer.ToArray());
    }

    /// <summary>What a proof absorbs that only revokes a key.</summary>
    public Hash32 ContradictionDigestOf(Hash32 requestId)
    {
        var writer = Begin(stackalloc byte[4 * Word], ContradictionTag);
        writer.WriteBytes32(requestId);
        return Keccak256.Hash(writer.ToArray());
    }

    private AbiWriter Begin(Span<byte> room, Hash32 tag)
    {
        var writer = new AbiWriter(room, room.Length);
        writer.WriteBytes32(tag);
        writer.WriteUInt64(ChainId.Value);
        writer.WriteAddress(Court);
        return writer;
    }
}
