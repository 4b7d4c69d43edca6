using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Client.Answers;

/// <summary>Whether a receipt is of this answer to this question, by the key that was found in the node's evidence. It asks nobody.</summary>
internal static class ReceiptReview
{
    /// <summary>The first thing that is wrong; none where all is well. An output of null stands for the word that the input cannot be run.</summary>
    public static PrivateRefusal FindFault(PrivateAnswer answer, Hash32 requestId, Hash32 versionId, PrivateClientOptions options, DateTimeOffset now)
    {
        var (receipt, node) = (answer.Receipt, answer.Node);
        return receipt.RequestId != requestId ? PrivateRefusal.ReceiptOfAnotherRequest
            : receipt.VersionId != versionId ? PrivateRefusal.ReceiptOfAnotherVersion
            : receipt.Node != node.Address ? PrivateRefusal.ReceiptOfAnotherNode
            : (Assurance)receipt.Assurance != Assurance.Attested ? PrivateRefusal.ReceiptNotAttested
            : receipt.KeyEpoch != node.KeyEpoch || receipt.EvidenceHash != node.Evidence.EvidenceHash ? PrivateRefusal.ReceiptOfOtherEvidence
            : receipt.InputCommit != PrivateCommitment.Of(answer.InputSalt, answer.Input.Span) ? PrivateRefusal.ReceiptOfAnotherInput
            : receipt.OutputCommit != OutputCommitOf(answer) ? PrivateRefusal.ReceiptOfAnotherOutput
            : !IsNow(receipt, options.Skew, now) ? PrivateRefusal.ReceiptOfAnotherTime
            : !IsSigned(answer, options) ? PrivateRefusal.ReceiptNotSigned
            : PrivateRefusal.None;
    }

    private static Hash32 OutputCommitOf(PrivateAnswer answer) =>
        answer.Output is { } output ? PrivateCommitment.Of(answer.OutputSalt, output.Span) : HubDomain.Failure;

    private static bool IsNow(IHubContract.Receipt receipt, TimeSpan skew, DateTimeOffset now)
    {
        var (seconds, most) = ((Int128)now.ToUnixTimeSeconds(), (long)skew.TotalSeconds);
        return Int128.Abs(receipt.IssuedAt - seconds) <= most && receipt.ExpiresAt > seconds;
    }

    private static bool IsSigned(PrivateAnswer answer, PrivateClientOptions options) =>
        SignerRecovery.TryRecover(new HubDomain(options.ChainId, options.Hub).DigestOf(answer.Receipt), answer.Signature.Span, out var signer) && signer == answer.Node.Signer;
}
