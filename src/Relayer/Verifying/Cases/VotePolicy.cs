using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Duties;

namespace OpenGradient.Relayer.Verifying.Cases;

/// <summary>
/// A seat on a committee, as one function of what is known: run, seal, reveal, and see that it is judged. Silence costs stake: who could not find out in time
/// seals that, and reveals it.
/// </summary>
public sealed class VotePolicy(Address node, CourtRules rules, VerifyingOptions options, Attempts attempts)
{
    /// <summary>The next step at a moment.</summary>
    public DutyStep Next(Duty duty, Dossier dossier, Moment now)
    {
        if (dossier is not { Ask: not null, Answer: not null } || dossier.Case.Stage is CaseStage.None or CaseStage.Open)
            return new DutyStep.Sleep(DutyWait.ItsReturn);
        // Drawn anew after a reorganisation, without us.
        if (dossier.Case.SeatOf(node) is not { } index)
            return new DutyStep.End(DutyEnd.NotChosen);
        var seat = dossier.Case.Seats[index];
        if (dossier.Case.Stage == CaseStage.Ended)
            return new DutyStep.End(seat.HasRevealed ? DutyEnd.Served : DutyEnd.Missed);
        return seat.HasRevealed ? ToJudge(duty, dossier.Case, index, now)
            : seat.HasSealed ? ToReveal(duty, dossier.Case, now)
            : ToSeal(duty, dossier.Case, now);
    }

    private DutyStep ToSeal(Duty duty, CaseView view, Moment now)
    {
        if (now.HeadTime >= view.RevealsFrom)
            return attempts.Pending(duty, now) ?? (DutyStep)new DutyStep.Sleep(DutyWait.Revealing);
        if (duty.Answer is not null)
            return attempts.Send(duty, Move.SealVote, now);
        // The last quarter of the time, or three transactions' worth, is kept for the seal.
        var reserve = Math.Max(rules.Terms.Phase / 4, 3 * rules.InclusionSeconds);
        return duty.FailedRuns >= options.MostFailedRuns || now.ChainTime + reserve >= view.RevealsFrom
            ? new DutyStep.Abstain()
            : new DutyStep.Run();
    }

    private DutyStep ToReveal(Duty duty, CaseView view, Moment now) =>
        now.ChainTime <= view.RevealsFrom ? new DutyStep.Rest(DutyWait.Sealing, now.WhenChainTimeIs(view.RevealsFrom + 1))
        : now.HeadTime < view.RevealsFrom + rules.Terms.Phase ? attempts.Send(duty, Move.RevealVote, now)
        : attempts.Pending(duty, now) ?? (DutyStep)new DutyStep.Sleep(DutyWait.Revealing);

    // Anyone may, and the challenger is the first who wants to: members come one after another, so that not all pay for it.
    private DutyStep ToJudge(Duty duty, CaseView view, int index, Moment now)
    {
        var turn = JudgeTime.Of(view, rules) + ((ulong)(index + 1) * 2 * rules.InclusionSeconds);
        return now.ChainTime <= turn
            ? new DutyStep.Rest(view.AllHaveRevealed ? DutyWait.Others : DutyWait.Revealing, now.WhenChainTimeIs(turn + 1))
            : attempts.Send(duty, Move.Judge, now);
    }
}
