using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Verifying.Duties;

namespace OpenGradient.Relayer.Verifying.Cases;

/// <summary>What a challenge does that has won: its reward goes on to the payee. It is won in any case, whether or not the money moves.</summary>
internal static class RewardPolicy
{
    public static DutyStep Next(Duty duty, UInt256 slashed, VerifyingOptions options, Attempts attempts, Moment now)
    {
        if (!options.WithdrawsRewards || CourtRules.RewardOf(slashed).IsZero)
            return new DutyStep.End(DutyEnd.Won);
        if (attempts.Pending(duty, now) is { } pending)
            return pending;
        // A pause of the hub stops no withdrawal.
        var isMoved = duty.Sent is { Move: Move.WithdrawReward, Work.State: SentState.Mined };
        return isMoved || Attempts.TriesOf(duty, Move.WithdrawReward) >= attempts.Most ? new DutyStep.End(DutyEnd.Won) : new DutyStep.Send(Move.WithdrawReward);
    }
}
