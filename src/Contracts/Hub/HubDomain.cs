using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;

namespace OpenGradient.Contracts.Hub;

/// <summary>One hub on one chain: what requests are called there, and what nodes sign for it.</summary>
public sealed class HubDomain(ChainId chainId, Address hub)
{
    private const int Word = UInt256.ByteLength;

    private static readonly Hash32 SealTag = Keccak256.Hash("OpenGradient.Relayer.QuorumSeal"u8);

    private static readonly Hash32 RaiseTag = Keccak256.Hash("OpenGradient.Relayer.Raise"u8);

    private readonly Hash32 _separator = ContractDomain.SeparatorOf(chainId, hub);

    /// <summary>What a receipt commits to in place of an output, when the input cannot be run: one less than a hash, so that no output hashes to it.</summary>
    public static Hash32 Failure { get; } =
        Hash32.FromUInt256(Keccak256.Hash("OpenGradient.Relayer.Failure"u8).ToUInt256() - UInt256.One);

    public ChainId ChainId { get; } = chainId;

    public Address Hub { get; } = hub;

    public Hash32 IdOf(IHubContract.Ask ask) => RequestHash.IdOf(ChainId, Hub, ask);

    public Hash32 DigestOf(IHubContract.Receipt receipt) => ReceiptDigest.Of(receipt, _separator);

    /// <summary>What a quorum's member seals. It hides the answer only as well as the salt does: 32 random bytes, used once.</summary>
    public Hash32 SealOf(Hash32 requestId, Address member, Hash32 outputCommit, Hash32 salt)
    {
        var writer = Begin(stackalloc byte[7 * Word], SealTag);
        writer.WriteBytes32(requestId);
        writer.WriteAddress(member);
        writer.WriteBytes32(outputCommit);
        writer.WriteBytes32(salt);
        return Keccak256.Hash(writer.ToArray());
    }

    /// <summary>What a proof absorbs that is put behind an answer which was settled with less: it pays nobody.</summary>
    public Hash32 DigestOfRaise(Hash32 requestId)
    {
        var writer = Begin(stackalloc byte[4 * Word], RaiseTag);
        writer.WriteBytes32(requestId);
        return Keccak256.Hash(writer.ToArray());
    }

    /// <summary>The receipt that the hub puts together from a submission and its request.</summary>
    public IHubContract.Receipt ReceiptOf(IHubContract.Submission submission) => new(
        IdOf(submission.Ask),
        submission.Ask.Request.VersionId,
        submission.Ask.Request.InputCommit,
        submission.OutputCommit,
        submission.Ask.Request.Assurance,
        submission.Node,
        submission.Payee,
        submission.KeyEpoch,
        submission.IssuedAt,
        submission.ExpiresAt,
        submission.EvidenceHash);

    /// <summary>The submission with its receipt's signature for evidence, by the node itself.</summary>
    public ValueTask<IHubContract.Submission> SignAsync(IHubContract.Submission submission, ISigner signer, CancellationToken cancellationToken) =>
        SignAsync(submission, new Secp256k1ReceiptSigner(signer), cancellationToken);

    /// <summary>The same where it is <c>Attested</c>: by the enclave's key.</summary>
    public async ValueTask<IHubContract.Submission> SignAsync(IHubContract.Submission submission, IReceiptSigner signer, CancellationToken cancellationToken) =>
        submission with { Evidence = await signer.SignAsync(DigestOf(ReceiptOf(submission)), cancellationToken) };

    private AbiWriter Begin(Span<byte> room, Hash32 tag)
    {
        var writer = new AbiWriter(room, room.Length);
        writer.WriteBytes32(tag);
        writer.WriteUInt64(ChainId.Value);
        writer.WriteAddress(Hub);
        return writer;
    }
}
