using OpenGradient.Client.Nodes;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.PrivateRequests.Messages;

namespace OpenGradient.Client.Answers;

/// <summary>What is asked.</summary>
public sealed record PrivateOrder
{
    public required Hash32 VersionId { get; init; }

    /// <summary>Encoded tensors.</summary>
    public required ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>The most that it may cost, in the payment token's smallest unit.</summary>
    public required UInt256 PriceCap { get; init; }

    /// <summary>The request at the hub that this is the input of; without it one that never touches the chain. On the way it is sealed.</summary>
    public HubOrder? Hub { get; init; }
}

/// <summary>A private request at the hub.</summary>
/// <param name="RequestId">Its id.</param>
/// <param name="InputSalt">What it commits to the input with (<see cref="PrivateCommitment"/>): 32 random bytes, used once.</param>
public sealed record HubOrder(Hash32 RequestId, Hash32 InputSalt);

/// <summary>An answer whose receipt was checked, and all that shows it to others. The salts are secrets: with them the commitments can be guessed from.</summary>
public sealed record PrivateAnswer
{
    /// <summary>Encoded tensors; null where the receipt says that the input cannot be run.</summary>
    public required ReadOnlyMemory<byte>? Output { get; init; }

    public required ReadOnlyMemory<byte> Input { get; init; }

    public required Hash32 InputSalt { get; init; }

    public required Hash32 OutputSalt { get; init; }

    public required IHubContract.Receipt Receipt { get; init; }

    /// <summary>By <see cref="TrustedNode.Signer"/>.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    public required TrustedNode Node { get; init; }
}

/// <summary>Why there is no answer that counts.</summary>
public enum PrivateRefusal
{
    None = 0,
    InputTooLong,

    /// <summary>The relay does not answer, or not in time.</summary>
    Unreachable,

    /// <summary>The gateway has changed its key: examine the node again.</summary>
    KeyNotCurrent,

    /// <summary>The gateway says that our clock, or its own, is wrong.</summary>
    ClockWrong,

    /// <summary>Relay or gateway has no room now.</summary>
    Busy,

    /// <summary>Relay or gateway refuses the request.</summary>
    Rejected,

    /// <summary>The answer ends before its end.</summary>
    AnswerTruncated,

    AnswerTooLarge,

    /// <summary>The answer was not sealed for this request, or was changed on the way.</summary>
    AnswerNotAuthentic,

    /// <summary>What was sealed is no answer.</summary>
    AnswerMalformed,

    /// <summary>The node gives no answer, and says why.</summary>
    NodeRefused,

    ReceiptMalformed,
    ReceiptOfAnotherRequest,
    ReceiptOfAnotherVersion,
    ReceiptOfAnotherNode,

    /// <summary>It names another key epoch, or other evidence than that which was checked.</summary>
    ReceiptOfOtherEvidence,

    /// <summary>It claims another assurance than Attested.</summary>
    ReceiptNotAttested,

    /// <summary>It was signed at another time, or is over already.</summary>
    ReceiptOfAnotherTime,

    /// <summary>It commits to another input.</summary>
    ReceiptOfAnotherInput,

    /// <summary>It commits to another output than was sent.</summary>
    ReceiptOfAnotherOutput,

    /// <summary>It was not signed by the key that was found in the evidence.</summary>
    ReceiptNotSigned,
}

/// <summary>What came of asking.</summary>
public abstract record PrivateOutcome
{
    private PrivateOutcome()
    {
    }

    public sealed record Answered(PrivateAnswer Answer) : PrivateOutcome;

    /// <summary>The node signed that the input cannot be run. <paramref name="Detail"/> is its word.</summary>
    public sealed record CannotRun(PrivateAnswer Answer, string Detail) : PrivateOutcome;

    /// <param name="Reason">Why not.</param>
    /// <param name="Detail">For people.</param>
    /// <param name="ByNode">What the node says; none where it is not the node that refuses.</param>
    public sealed record Refused(PrivateRefusal Reason, string Detail, AnswerRefusal ByNode = AnswerRefusal.None) : PrivateOutcome;
}
