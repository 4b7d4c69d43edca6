using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;

namespace OpenGradient.Relayer.Jobs;

/// <summary>One request and our work on it: what was asked, where the chain has it, and what we have done.</summary>
public sealed record Job
{
    public required Hash32 RequestId { get; init; }

    public required IHubContract.Ask Ask { get; init; }

    /// <summary>The bytes that came with the request: the input, or where it is.</summary>
    public required ReadOnlyMemory<byte> Brought { get; init; }

    /// <summary>What it asks for beside; empty where it asks for nothing more.</summary>
    public required IHubContract.Terms Terms { get; init; }

    /// <summary>Where the chain has it; <see cref="RequestView.Unknown"/> while a reorganisation has taken it away.</summary>
    public required RequestView View { get; init; }

    /// <summary>Our answer, once there is one. It stays when a reorganisation takes the request away, and serves when it is back.</summary>
    public JobAnswer? Answer { get; init; }

    /// <summary>Why we do not answer; null where we do.</summary>
    public TurnedAway? TurnedAway { get; init; }

    /// <summary>When we heard of it.</summary>
    public DateTimeOffset FoundAt { get; init; }

    /// <summary>How often running it failed for a reason of our own.</summary>
    public int FailedRuns { get; init; }

    /// <summary>Our last claim, null where there is none.</summary>
    public SentWork? Claim { get; init; }

    /// <summary>The last batch that our answer went into, null where there is none.</summary>
    public SentWork? Settlement { get; init; }

    /// <summary>The last refusal of our answer by the hub; none where it refused nothing since the last batch.</summary>
    public Refusal NotTaken { get; init; }

    /// <summary>Whether our answer is in a proof that is being made.</summary>
    public bool IsInProof { get; init; }

    /// <summary>How many proofs with our answer came to nothing.</summary>
    public int FailedProofs { get; init; }

    public Assurance Assurance => (Assurance)Ask.Request.Assurance;

    public ulong Deadline => Ask.Request.Deadline;
}

/// <summary>What we found.</summary>
/// <param name="OutputCommit">What the receipt commits to: the output's hash, or the hub's word for a failure.</param>
/// <param name="Output">The output as it is encoded; empty for a failure.</param>
/// <param name="Compute">How long the model ran.</param>
/// <param name="Backend">What ran it.</param>
public sealed record JobAnswer(Hash32 OutputCommit, ReadOnlyMemory<byte> Output, TimeSpan Compute, string Backend)
{
    /// <summary>Whether it says that the input cannot be run.</summary>
    public bool IsFailure => OutputCommit == HubDomain.Failure;
}

/// <summary>A transaction that was ordered for a job.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Attempt">How many were ordered for this purpose, this one included.</param>
/// <param name="State">How far it got.</param>
/// <param name="Block">The block it is in, where it is in one.</param>
public sealed record SentWork(long OrderId, int Attempt, SentState State, BlockNumber? Block);

/// <summary>How far an ordered transaction got.</summary>
public enum SentState
{
    /// <summary>Ordered, and perhaps on the way: it counts as sent.</summary>
    Pending,

    /// <summary>In a block, and it did not revert.</summary>
    Mined,

    /// <summary>It reverted, or will never be sent.</summary>
    Failed,
}

/// <summary>Why a request is not answered by us.</summary>
/// <param name="Reason">Of a closed list.</param>
/// <param name="Details">In words, with figures.</param>
public sealed record TurnedAway(TurnAwayReason Reason, string Details)
{
    /// <summary>
    /// Whether time may take the reason away, such as prices that fall or stake that is added: then it is looked at again while there is time to answer. It is
    /// not stored: what is stored is final.
    /// </summary>
    public bool MayPass { get; init; }
}
