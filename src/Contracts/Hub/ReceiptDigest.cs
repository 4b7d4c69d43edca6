using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.TypedData;

namespace OpenGradient.Contracts.Hub;

/// <summary>What a node signs for a receipt: the twin, off the chain, of ReceiptLib in Solidity. Tests hold the two together.</summary>
public static class ReceiptDigest
{
    private const int Fields = 11;

    private static readonly Hash32 TypeHash = Eip712.TypeHash(
        "Receipt(bytes32 requestId,bytes32 versionId,bytes32 inputCommit,bytes32 outputCommit,uint8 assurance,address node,address payee," +
        "uint64 keyEpoch,uint64 issuedAt,uint64 expiresAt,bytes32 evidenceHash)");

    /// <summary>The digest of one receipt.</summary>
    public static Hash32 Of(IHubContract.Receipt receipt, Hash32 domainSeparator)
    {
        var writer = new StructWriter(stackalloc byte[StructWriter.LengthOf(Fields)], TypeHash);
        writer.Add(receipt.RequestId);
        writer.Add(receipt.VersionId);
        writer.Add(receipt.InputCommit);
        writer.Add(receipt.OutputCommit);
        writer.Add((ulong)receipt.Assurance);
        writer.Add(receipt.Node);
        writer.Add(receipt.Payee);
        writer.Add(receipt.KeyEpoch);
        writer.Add(receipt.IssuedAt);
        writer.Add(receipt.ExpiresAt);
        writer.Add(receipt.EvidenceHash);
        return Eip712.Digest(domainSeparator, writer.Hash());
    }
}
