using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Duties;

namespace OpenGradient.Relayer.Verifying.Cases;

/// <summary>
/// The whole life of a challenge, as one function of what is known: seal, open, have the committee drawn, have it judged. A bond that is down is brought
/// home in any case: by opening, or by taking the seal back where somebody else has called the court.
/// </summary>
public sealed class CasePolicy(Address node, CourtRules rules, VerifyingOptions options, Attempts attempts)
{
    /// <summary>The next step at a moment.</summary>
    public DutyStep Next(Duty duty, Dossier dossier, SealView seal, ChallengeRoom room, Moment now)
    {
        if (dossier is not { Ask: not null, Answer: not null })
            return new DutyStep.Sleep(DutyWait.ItsReturn);
        var isOurs = dossier.Case.Challenger == node;
        var isSpent = duty.Seal is { } ours && dossier.Case.SpentSeals.Contains(ours.Value);
        return dossier.Case.Stage switch
        {
            CaseStage.None => BeforeCase(duty, dossier, seal, room, now),
            _ when !isSpent && seal.Block is not null && !seal.IsForfeited => attempts.Send(duty, Move.WithdrawSeal, now),
            // Our seal is on its way, or never was sent.
            _ when !isOurs => attempts.Pending(duty, now) ?? (DutyStep)new DutyStep.End(DutyEnd.CalledByAnother),
            CaseStage.Open => ToSummon(duty, dossier, now),
            CaseStage.Voting => ToJudge(duty, dossier.Case, now),
            _ => AfterVerdict(duty, dossier, now),
        };
    }

    private DutyStep BeforeCase(Duty duty, Dossier dossier, SealView seal, ChallengeRoom room, Moment now)
    {
        if (seal.IsForfeited)
            return new DutyStep.End(DutyEnd.SealLost);
        var isOpen = dossier.View.Stage is Stage.Settled or Stage.Failed;
        var left = !isOpen || now.ActiveTime >= dossier.View.Until ? 0 : dossier.View.Until - now.ActiveTime;
        if (seal.Block is { } sealedIn)
            return ToOpen(duty, sealedIn, left, now);
        if (attempts.Pending(duty, now) is { } pending)
            return pending;
        return ToSeal(duty, dossier, room, left, now);
    }

    private DutyStep ToSeal(Duty duty, Dossier dossier, ChallengeRoom room, ulong left, Moment now)
    {
        // Time for the seal, for a block behind it, and for the opening: else the bond would be lost.
        if (left < 4 * rules.InclusionSeconds)
            return new DutyStep.End(DutyEnd.TooLate);
        var lien = dossier.Answer!.Settlement.Lien;
        if (rules.Terms.MemberFee * CourtRules.Seats > CourtRules.RewardOf(lien) + options.AcceptedLoss)
            return new DutyStep.End(DutyEnd.NotWorthIt);
        if (room.StoppedUntil(options, now.Time) is { } until)
            return new DutyStep.Rest(DutyWait.Breaker, until);
        return room.Fits(rules.RiskOf(lien), options)
            ? attempts.Send(duty, Move.SealChallenge, now)
            : new DutyStep.Rest(DutyWait.Capacity, now.Time + options.LookAgain);
    }

    private DutyStep ToOpen(Duty duty, BlockNumber sealedIn, ulong left, Moment now)
    {
        if (attempts.Pending(duty, now) is { } pending)
            return pending;
        if (left == 0)
            return new DutyStep.End(DutyEnd.TooLate);
        return now.Tip <= sealedIn
            ? new DutyStep.Rest(DutyWait.NextBlock, now.Time + options.Poll)
            : attempts.Send(duty, Move.OpenCase, now);
    }

    private DutyStep ToSummon(Duty duty, Dossier dossier, Moment now)
    {
        if (attempts.Pending(duty, now) is { } pending)
            return pending;
        return now.Tip <= dossier.Case.SeedBlock
            ? new DutyStep.Rest(DutyWait.NextBlock, now.Time + options.Poll)
            : attempts.Send(duty, Move.Summon, now);
    }

    private DutyStep ToJudge(Duty duty, CaseView view, Moment now) =>
        JudgeTime.Of(view, rules) is var time && now.ChainTime <= time
            ? new DutyStep.Rest(now.ChainTime < view.RevealsFrom ? DutyWait.Sealing : DutyWait.Revealing, now.WhenChainTimeIs(time + 1))
            : attempts.Send(duty, Move.Judge, now);

    private DutyStep AfterVerdict(Duty duty, Dossier dossier, Moment now)
    {
        if (dossier.Case.Verdict == CaseView.ForNode)
            return new DutyStep.End(dossier.Case.Seats.Count == 0 ? DutyEnd.NotJudged : DutyEnd.Lost);
        if (dossier.Case.Verdict != CaseView.ForChallenger)
            return new DutyStep.End(DutyEnd.WonForOthers);
        return RewardPolicy.Next(duty, dossier.Slashed, options, attempts, now);
    }
}

/// <summary>When a case can be judged.</summary>
internal static class JudgeTime
{
    /// <summary>Chain time, behind which it can be.</summary>
    public static ulong Of(CaseView view, CourtRules rules) => view.AllHaveRevealed ? view.RevealsFrom : view.RevealsFrom + rules.Terms.Phase;
}
