using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Verifying.Cases;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Duties;

namespace OpenGradient.Relayer.Verifying.Proofs;

/// <summary>
/// The whole life of a challenge that a proof decides, as one function of what is known: one transaction, which nobody votes on and which risks nothing but its
/// gas; then the reward. Whoever was faster has the reward, and the answer is right all the same. None is begun that may be made too late: no committee judges these answers,
/// so that nothing is left then but to say so.
/// </summary>
/// <param name="node">Who challenges.</param>
/// <param name="proveSeconds">How long a proof may take; zero where none is made here.</param>
/// <param name="inclusionSeconds">How long a transaction takes to be mined.</param>
/// <param name="options">Whether rewards go on, and how often a proof is tried.</param>
/// <param name="attempts">When what was sent is sent again.</param>
public sealed class ProofChallengePolicy(Address node, ulong proveSeconds, ulong inclusionSeconds, VerifyingOptions options, Attempts attempts)
{
    /// <summary>The next step at a moment.</summary>
    public DutyStep Next(Duty duty, Dossier dossier, Moment now)
    {
        if (dossier is not { Ask: not null, Answer.Settlement: var settlement })
            return new DutyStep.Sleep(DutyWait.ItsReturn);
        if (settlement.OutputCommit == duty.Answer!.Commit)
            return AfterCorrection(duty, dossier, now);
        var left = dossier.View.Stage is not (Stage.Settled or Stage.Failed) || dossier.View.IsFinal(now.ActiveTime) ? 0 : dossier.View.Until - now.ActiveTime;
        if (attempts.Pending(duty, now) is { } pending)
            return pending;
        if (left <= inclusionSeconds)
            return new DutyStep.End(DutyEnd.TooLate);
        if (left <= proveSeconds + inclusionSeconds)
            return new DutyStep.End(DutyEnd.NoTimeToProve);
        return duty.FailedRuns < options.MostFailedRuns ? attempts.Send(duty, Move.ChallengeWithProof, now) : new DutyStep.End(DutyEnd.Failed);
    }

    private DutyStep AfterCorrection(Duty duty, Dossier dossier, Moment now)
    {
        if (dossier.OverturnedBy == node)
            return RewardPolicy.Next(duty, dossier.Slashed, options, attempts, now);
        // Where nobody was overturned, another answer came in the place of the wrong one: a reorganisation brought it.
        return attempts.Pending(duty, now) ?? (DutyStep)new DutyStep.End(dossier.OverturnedBy is null ? DutyEnd.TooLate : DutyEnd.CalledByAnother);
    }
}
