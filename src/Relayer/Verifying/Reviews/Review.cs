using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Verifying.Reviews;

/// <summary>What a review comes to. The numbers stand in the database: they never change meaning.</summary>
public enum Verdict
{
    None = 0,

    /// <summary>Our own run agrees with the answer.</summary>
    Agreed = 1,

    /// <summary>All our runs agree with each other, and differ from the answer by more than any doubt.</summary>
    Differs = 2,

    /// <summary>It cannot be told with certainty; the reason says why.</summary>
    Undecidable = 3,

    /// <summary>The receipt's signature is not its node's: the hub would not have taken it, so that something is wrong with hub or endpoint.</summary>
    Forged = 4,
}

/// <summary>Why a review came to its verdict. The numbers stand in the database: they never change meaning.</summary>
public enum ReviewReason
{
    None = 0,

    /// <summary>Nothing can be compared by this version's semantics.</summary>
    NotComparable = 1,

    /// <summary>The request is private.</summary>
    Private = 2,

    /// <summary>We do not run this version.</summary>
    NotServed = 3,

    /// <summary>Nothing is known of the version.</summary>
    VersionUnknown = 4,

    /// <summary>The artifact cannot be had, or is not what was published.</summary>
    Artifact = 5,

    /// <summary>The input cannot be had.</summary>
    Input = 6,

    /// <summary>Running it failed too often.</summary>
    CannotRun = 7,

    /// <summary>The answer's bytes stayed off the chain, and without them closeness cannot be told.</summary>
    OutputNotShown = 8,

    /// <summary>Answers of this length are compared by their bits alone.</summary>
    OutputTooLong = 9,

    /// <summary>It differs by less than twice the tolerance.</summary>
    WithinMargin = 10,

    /// <summary>Our own runs do not agree with each other.</summary>
    RunsDisagree = 11,

    /// <summary>Whether the input can be run may depend on the machine.</summary>
    FailureUncertain = 12,

    /// <summary>Wrong, and only a proof is taken against it, which cannot be made here.</summary>
    NeedsProof = 13,

    /// <summary>Wrong, and too long for a case.</summary>
    TooLongForCase = 14,
}

/// <summary>One review.</summary>
public sealed record Review
{
    public required Hash32 RequestId { get; init; }

    public required Hash32 VersionId { get; init; }

    /// <summary>Whose answer it is about.</summary>
    public required Address Node { get; init; }

    /// <summary>What that is.</summary>
    public required Hash32 OutputCommit { get; init; }

    /// <summary>What we found; null where we found nothing.</summary>
    public Hash32? OwnCommit { get; init; }

    public required Verdict Verdict { get; init; }

    public ReviewReason Reason { get; init; }

    /// <summary>In words.</summary>
    public string Details { get; init; } = "";

    /// <summary>How often the input was run.</summary>
    public int Runs { get; init; }

    public TimeSpan Compute { get; init; }

    /// <summary>Active time at which the answer is final.</summary>
    public ulong Until { get; init; }
}
