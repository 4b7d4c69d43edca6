namespace OpenGradient.Relayer.Jobs;

/// <summary>Why a request is not answered by us. The numbers stand in the database: they never change meaning.</summary>
public enum TurnAwayReason
{
    None = 0,

    /// <summary>The request asks for evidence that this relayer does not make.</summary>
    AssuranceNotOffered = 1,

    /// <summary>Only a quorum's members answer, and we are none.</summary>
    NotAMember = 2,

    /// <summary>The version is not among those that this relayer serves, or is unknown.</summary>
    VersionNotServed = 3,

    /// <summary>Its publisher has taken the version out of use.</summary>
    VersionYanked = 4,

    /// <summary>No source has the artifact whose hash was published.</summary>
    ArtifactUnavailable = 5,

    /// <summary>The artifact is refused: too large, malformed, not what was published, or not allowed here.</summary>
    ArtifactRefused = 6,

    /// <summary>No source has the input.</summary>
    InputUnavailable = 7,

    /// <summary>The input is too large for us.</summary>
    InputTooLarge = 8,

    /// <summary>What is left until the deadline is too short.</summary>
    DeadlineTooClose = 9,

    /// <summary>The fee does not cover what answering costs.</summary>
    FeeTooLow = 10,

    /// <summary>Another node alone may answer in the time that there is.</summary>
    AssignedToAnother = 11,

    /// <summary>The callback needs more gas than we send.</summary>
    CallbackTooLarge = 12,

    /// <summary>The lien that it asks for is larger than all of our stake.</summary>
    LienTooLarge = 13,

    /// <summary>Running it failed too often, for reasons of our own.</summary>
    CannotRun = 14,

    /// <summary>The output is larger than an answer may be.</summary>
    OutputTooLarge = 15,

    /// <summary>The hub refused our answer for a reason that another attempt does not change.</summary>
    AnswerNotTaken = 16,

    /// <summary>Our claims failed too often.</summary>
    ClaimsFailed = 17,

    /// <summary>The requester is not among those we serve.</summary>
    RequesterNotServed = 18,

    /// <summary>The commitment that was published for its proofs is not that of its artifact: whoever answers it can be proven wrong.</summary>
    CommitmentWrong = 19,

    /// <summary>The version has no proofs, or none that we can make.</summary>
    NotProvable = 20,

    /// <summary>Proving it failed too often.</summary>
    ProofFailed = 21,

    /// <summary>The request takes answers of other workloads than what runs here.</summary>
    WorkloadNotAccepted = 22,

    /// <summary>A proof is asked for, and while there was time nobody lived who makes one, or the version's cache was not filled that it needs.</summary>
    NoProver = 23,
}
