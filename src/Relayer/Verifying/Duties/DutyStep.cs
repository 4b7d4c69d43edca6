namespace OpenGradient.Relayer.Verifying.Duties;

/// <summary>What is to be done next about a duty. A policy decides, and does nothing.</summary>
public abstract record DutyStep
{
    private DutyStep()
    {
    }

    /// <summary>Find out what the answer is.</summary>
    public sealed record Run : DutyStep;

    /// <summary>Give up finding out: seal that we do not know.</summary>
    public sealed record Abstain : DutyStep;

    /// <summary>Order a transaction.</summary>
    public sealed record Send(Move Move) : DutyStep;

    /// <summary>Nothing, until then or until the chain tells something new.</summary>
    public sealed record Rest(DutyWait Reason, DateTimeOffset Until) : DutyStep;

    /// <summary>Nothing, until the chain tells something new.</summary>
    public sealed record Sleep(DutyWait Reason) : DutyStep;

    /// <summary>Nothing any more.</summary>
    public sealed record End(DutyEnd Reason) : DutyStep;
}

/// <summary>What a duty waits for. The numbers stand in the database: they never change meaning.</summary>
public enum DutyWait
{
    Nothing = 0,

    /// <summary>A reorganisation has taken what it is about away.</summary>
    ItsReturn = 1,

    /// <summary>A failed run is tried again.</summary>
    AnotherRun = 2,

    /// <summary>Our transaction is on its way.</summary>
    OurTransaction = 3,

    /// <summary>The block after our seal, or after the one that decides the draw.</summary>
    NextBlock = 4,

    /// <summary>The committee seals.</summary>
    Sealing = 5,

    /// <summary>The committee reveals.</summary>
    Revealing = 6,

    /// <summary>Somebody else is about to do what anyone may.</summary>
    Others = 7,

    /// <summary>Too little balance, or too much at risk already.</summary>
    Capacity = 8,

    /// <summary>Our last challenges failed: for a while we bring none.</summary>
    Breaker = 9,

    /// <summary>The pipeline prepares our answer.</summary>
    OurAnswer = 10,

    /// <summary>The members of the quorum seal or reveal.</summary>
    Members = 11,

    /// <summary>The challenger has a day to have the committee drawn.</summary>
    Summoning = 12,

    /// <summary>The hub is paused, and its clock stands still.</summary>
    HubsPause = 13,

    /// <summary>A process that proves: this one does not.</summary>
    Prover = 14,
}

/// <summary>How a duty ended. The numbers stand in the database: they never change meaning.</summary>
public enum DutyEnd
{
    None = 0,

    /// <summary>The review stands in its table.</summary>
    Reviewed = 1,

    /// <summary>The policy does not choose this answer.</summary>
    NotChosen = 2,

    /// <summary>It is our own answer.</summary>
    OurOwn = 3,

    /// <summary>The answer was final, or its request had ended, before anything was done.</summary>
    TooLate = 4,

    /// <summary>The answer that we challenged fell, for the one that we said.</summary>
    Won = 5,

    /// <summary>The answer that we challenged fell, for another one than we said.</summary>
    WonForOthers = 6,

    /// <summary>The answer that we challenged was upheld.</summary>
    Lost = 7,

    /// <summary>Somebody else brought it before the court.</summary>
    CalledByAnother = 8,

    /// <summary>The court ended without a committee.</summary>
    NotJudged = 9,

    /// <summary>The committee that we sat on has judged.</summary>
    Served = 10,

    /// <summary>We did not seal or reveal in time.</summary>
    Missed = 11,

    /// <summary>It pays too little to be done.</summary>
    NotWorthIt = 12,

    /// <summary>The pipeline turned the request away.</summary>
    TurnedAway = 13,

    /// <summary>Our answer in the quorum is revealed.</summary>
    Revealed = 14,

    /// <summary>The quorum ended without enough members; our bond is back.</summary>
    TooFew = 15,

    /// <summary>What we ordered failed too often.</summary>
    Failed = 16,

    /// <summary>Our seal was forfeited.</summary>
    SealLost = 17,

    /// <summary>No proof was made before the answer could not be contested any more: the wrong answer stands.</summary>
    NoTimeToProve = 18,

    /// <summary>A reorganisation took back what it is about, and no block can bring that again.</summary>
    TakenBack = 19,
}
