using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Verifying.Duties;

namespace OpenGradient.Relayer.Verifying.Cases;

/// <summary>
/// When a transaction is sent, and sent again: what was sent counts as sent until the chain says otherwise, and what is in a block that the follower has not
/// told yet has not failed.
/// </summary>
/// <param name="Most">How often one move is tried. Those that a node says would revert cost nothing.</param>
/// <param name="LookAgain">When to look after one that is on its way.</param>
public sealed record Attempts(int Most, TimeSpan LookAgain)
{
    private const ulong MostBlocksAhead = 1_000;
    private static readonly TimeSpan LookSoon = TimeSpan.FromMilliseconds(500);

    /// <summary>Sends a move, or waits for the one that was sent; ends the duty where it failed too often.</summary>
    public DutyStep Send(Duty duty, Move move, Moment now) => Pending(duty, now) is { } pending ? pending
        : now.IsPaused ? new DutyStep.Rest(DutyWait.HubsPause, now.Time + LookAgain)
        : TriesOf(duty, move) < Most ? new DutyStep.Send(move)
        : new DutyStep.End(DutyEnd.Failed);

    /// <summary>Waits for whatever was sent last; null where nothing is on its way.</summary>
    public DutyStep.Rest? Pending(Duty duty, Moment now) => duty.Sent?.Work switch
    {
        { State: SentState.Pending } => new DutyStep.Rest(DutyWait.OurTransaction, now.Time + LookAgain),
        // When the follower tells that block, it wakes the duty.
        { State: SentState.Mined, Block: { } block } when block > now.Tip =>
            new DutyStep.Rest(DutyWait.OurTransaction, now.Time + Between(LookSoon * Math.Min(block.Value - now.Tip.Value, MostBlocksAhead))),
        _ => null,
    };

    private TimeSpan Between(TimeSpan wait) => wait > LookAgain && LookAgain > LookSoon ? LookAgain : wait;

    /// <summary>How often a move was tried in a row.</summary>
    public static int TriesOf(Duty duty, Move move) => duty.Sent is { } sent && sent.Move == move ? sent.Work.Attempt : 0;
}
