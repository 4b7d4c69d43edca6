using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Duties;

namespace OpenGradient.Relayer.Verifying.Cases;

/// <summary>
/// An answer of ours before the court, as one function of what is known: its bytes are shown where they stayed off the chain, and a case that nobody moves
/// is brought to its end.
/// </summary>
public sealed class DefencePolicy(Address node, CourtRules rules, Attempts attempts)
{
    /// <summary>The next step at a moment.</summary>
    /// <param name="duty">The duty.</param>
    /// <param name="dossier">What the chain has told.</param>
    /// <param name="hasOutput">Whether we have the bytes of our answer, and they are not longer than the court takes.</param>
    /// <param name="openedBy">A moment of chain time at which the case was open; the earliest that we know.</param>
    /// <param name="now">The moment.</param>
    public DutyStep Next(Duty duty, Dossier dossier, bool hasOutput, ulong openedBy, Moment now)
    {
        if (dossier is not { Ask: not null, Answer.Settlement: var settlement } || dossier.Case.Stage == CaseStage.None)
            return new DutyStep.Sleep(DutyWait.ItsReturn);
        if (settlement.Node != node)
            return new DutyStep.End(DutyEnd.NotChosen);
        if (dossier.Case.Stage == CaseStage.Ended)
            return new DutyStep.End(DutyEnd.Served);
        var maySeal = dossier.Case.Stage == CaseStage.Open || now.ChainTime < dossier.Case.RevealsFrom;
        if (hasOutput && maySeal && !dossier.IsAnswerShown && dossier.Has(RequestFlags.OutputOffChain))
            return attempts.Send(duty, Move.ShowOutput, now);

        // A day for the challenger, or the time of the committee, and some more: the verdict's money may be ours.
        var end = dossier.Case.Stage == CaseStage.Open
            ? openedBy + rules.SummonSeconds
            : JudgeTime.Of(dossier.Case, rules) + (14 * rules.InclusionSeconds);
        return now.ChainTime <= end
            ? new DutyStep.Rest(dossier.Case.Stage == CaseStage.Open ? DutyWait.Summoning : DutyWait.Others, now.WhenChainTimeIs(end + 1))
            : attempts.Send(duty, dossier.Case.Stage == CaseStage.Open ? Move.Lapse : Move.Judge, now);
    }
}
