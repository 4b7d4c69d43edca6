namespace OpenGradient.Relayer.Jobs;

/// <summary>What is to be done next about a job. <see cref="StepPolicy"/> decides, and does nothing.</summary>
public abstract record NextStep
{
    private NextStep()
    {
    }

    /// <summary>Admit it, get its input, and run it.</summary>
    public sealed record Prepare : NextStep;

    /// <summary>Take the sole right to answer: the answer is there.</summary>
    public sealed record Claim : NextStep;

    /// <summary>Put the answer into a batch.</summary>
    /// <param name="Before">Chain time by which it has to be mined: the end of our claim, of our exclusive time, or the deadline.</param>
    public sealed record Settle(ulong Before) : NextStep;

    /// <summary>Have the answer proven, with others of its version.</summary>
    /// <param name="Before">As of <see cref="Settle"/>.</param>
    public sealed record Prove(ulong Before) : NextStep;

    /// <summary>Nothing, until then or until the chain tells something new.</summary>
    public sealed record Rest(WaitingFor Reason, DateTimeOffset Until) : NextStep;

    /// <summary>Nothing, until the chain tells something new.</summary>
    public sealed record Sleep(WaitingFor Reason) : NextStep;

    /// <summary>Nothing any more.</summary>
    public sealed record End(JobEnd Reason) : NextStep;
}

/// <summary>What a job waits for. The numbers stand in the database: they never change meaning.</summary>
public enum WaitingFor
{
    Nothing = 0,

    /// <summary>A reorganisation has taken the request away.</summary>
    ItsReturn = 1,

    /// <summary>Another node has the sole right to answer, for a while.</summary>
    AnothersClaim = 2,

    /// <summary>Our claim is on its way.</summary>
    OurClaim = 3,

    /// <summary>Our claim holds from the next second on.</summary>
    ClaimsConfirmation = 4,

    /// <summary>Our answer is on its way.</summary>
    OurSettlement = 5,

    /// <summary>The answer can still be contested.</summary>
    Finality = 6,

    /// <summary>The court judges.</summary>
    Judgement = 7,

    /// <summary>A failed run is tried again.</summary>
    AnotherRun = 8,

    /// <summary>The network is too busy, or too much of our work fails, to take on more.</summary>
    Capacity = 9,

    /// <summary>A quorum seals and reveals.</summary>
    Quorum = 10,

    /// <summary>There is no time left to claim it, or it was claimed too often: it ends by its deadline, or by another's answer.</summary>
    Deadline = 11,

    /// <summary>A proof of our answer is being made, or of others with it.</summary>
    Proof = 12,

    /// <summary>The hub is paused, and takes nothing.</summary>
    HubsPause = 13,

    /// <summary>There is no key that may sign an attested answer.</summary>
    AttestedKey = 14,

    /// <summary>Other nodes claim, too, and it is not our turn yet.</summary>
    ItsTurn = 15,

    /// <summary>Its fee is too low for what gas costs now, or our stake too small for its lien: both may change before its deadline.</summary>
    BetterTerms = 16,

    /// <summary>The server that runs it refuses us: its operator, or ours, has to mend that.</summary>
    ServersMending = 17,

    /// <summary>Its input is private, and whoever asked has not given it to the gateway.</summary>
    ItsInput = 18,

    /// <summary>A proof is asked for, and no process lives that makes one, or none would be in time before the version's cache is filled: without that it is not claimed.</summary>
    Prover = 19,
}

/// <summary>How a job ended. The numbers stand in the database: they never change meaning.</summary>
public enum JobEnd
{
    None = 0,

    /// <summary>Our answer is final.</summary>
    Answered = 1,

    /// <summary>Our word that the input cannot be run is final.</summary>
    AnsweredFailure = 2,

    /// <summary>Another node answered.</summary>
    AnsweredByAnother = 3,

    Refunded = 4,

    /// <summary>Our answer was overturned.</summary>
    Overturned = 5,

    /// <summary>We turned it away.</summary>
    TurnedAway = 6,

    /// <summary>The deadline passed.</summary>
    Expired = 7,

    /// <summary>The hub refused our answer for a reason that another attempt does not change, or did so too often.</summary>
    NotTaken = 8,

    /// <summary>A reorganisation took the question back, and no block can bring it again before its deadline.</summary>
    TakenBack = 9,
}
