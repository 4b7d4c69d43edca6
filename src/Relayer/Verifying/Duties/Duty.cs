using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Verifying.Duties;

/// <summary>What a verifier does about a request. The numbers stand in the database: they never change meaning.</summary>
public enum DutyKind
{
    None = 0,

    /// <summary>Find out whether another node's answer is right.</summary>
    Review = 1,

    /// <summary>Bring a wrong answer before the court.</summary>
    Challenge = 2,

    /// <summary>Sit on a committee: seal and reveal what the answer is.</summary>
    Seat = 3,

    /// <summary>See that an answer of ours that was challenged is judged by what it is.</summary>
    Defence = 4,

    /// <summary>Answer as one of the members that a request names.</summary>
    Quorum = 5,

    /// <summary>Prove that a wrong answer is wrong, where the version's answers can be proven.</summary>
    ProofChallenge = 6,
}

/// <summary>Which duties are taken together.</summary>
public enum DutyLane
{
    /// <summary>All, of whatever kind.</summary>
    All = 0,

    /// <summary>All that need no proof.</summary>
    Usual = 1,

    /// <summary>Those that wait for the turn to prove, with nothing in hand: others go on meanwhile.</summary>
    Proofs = 2,

    /// <summary>Those of them that nobody has taken for long, for who proves nothing: it ends what is over, looks after what was sent, and leaves the rest as it is.</summary>
    Overdue = 3,
}

/// <summary>Something to do about one request, with what we have done of it. What the chain says of the request is not here: see the dossier.</summary>
public sealed record Duty
{
    public required Hash32 RequestId { get; init; }

    public required DutyKind Kind { get; init; }

    /// <summary>What we say the answer is, once that was stored.</summary>
    public OwnAnswer? Answer { get; init; }

    /// <summary>What was sealed, with the salt that opens it; null before.</summary>
    public OwnSeal? Seal { get; init; }

    /// <summary>The last transaction that was ordered for it; null where none was.</summary>
    public SentStep? Sent { get; init; }

    /// <summary>How often finding the answer failed for reasons of our own.</summary>
    public int FailedRuns { get; init; }

    /// <summary>Chain time, as far as it was known when the duty arose; of a defence, when the case was open.</summary>
    public ulong Deadline { get; init; }
}

/// <summary>What we found: the output's hash and bytes, the hub's word for a failure, or zero where we could not find out.</summary>
/// <param name="Commit">What is committed to.</param>
/// <param name="Output">The output as it is encoded; empty where there is none.</param>
public sealed record OwnAnswer(Hash32 Commit, ReadOnlyMemory<byte> Output)
{
    /// <summary>We could not find out.</summary>
    public static OwnAnswer Unknown { get; } = new(Hash32.Zero, ReadOnlyMemory<byte>.Empty);
}

/// <param name="Salt">32 random bytes.</param>
/// <param name="Value">What stands on the chain.</param>
public sealed record OwnSeal(Hash32 Salt, Hash32 Value);

/// <summary>A transaction that was ordered for a duty.</summary>
/// <param name="Move">What for.</param>
/// <param name="Work">How far it got.</param>
public sealed record SentStep(Move Move, SentWork Work);

/// <summary>What is sent to hub or court. The numbers stand in the database: they never change meaning.</summary>
public enum Move
{
    None = 0,
    SealChallenge = 1,
    OpenCase = 2,
    WithdrawSeal = 3,
    Summon = 4,
    Judge = 5,
    ShowOutput = 6,
    Lapse = 7,
    SealVote = 8,
    RevealVote = 9,
    SealAnswer = 10,
    RevealAnswer = 11,
    CloseSeal = 12,

    /// <summary>What a challenge won goes from our account at the hub to our payee.</summary>
    WithdrawReward = 13,

    /// <summary>Shows the right answer by a proof, which decides at once.</summary>
    ChallengeWithProof = 14,
}
