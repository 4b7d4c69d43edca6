using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Verifying.Cases;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Duties;

namespace OpenGradient.Relayer.Verifying.Proofs;

/// <summary>
/// The whole life of a challenge that a proof decides, as one function of what is known: one transaction, which nobody votes on and which risks nothing but its
/// gas; then the reward. Whoever was faster has the reward, and the answer is right all the same. One is tried while a transaction still fits in, however short the time is: most proofs take
/// a small part of what they may, and no committee judges these answers. When it is over, nothing is left but to say so.
/// </summary>
/// <param name="node">Who challenges.</param>
/// <param name="inclusionSeconds">How long a transaction takes to be mined.</param>
/// <param name="options">Whether rewards go on, and how often a proof is tried.</param>
/// <param name="attempts">When what was sent is sent again.</param>
public sealed class ProofChallengePolicy(Address node, ulong inclusionSeconds, VerifyingOptions options, Attempts attempts)
{
    // Longer than any proof and its transaction take.
    private const ulong MostSeconds = 86_400;

    /// <summary>The next step at a moment.</summary>
    public DutyStep Next(Duty duty, Dossier dossier, Moment now)
    {
        if (dossier is not { Ask: not null, Answer.Settlement: var settlement })
            return new DutyStep.Sleep(DutyWait.ItsReturn);
        if (settlement.OutputCommit == duty.Answer!.Commit)
            return AfterCorrection(duty, dossier, now);
        if (attempts.Pending(duty, now) is { } pending)
            return pending;
        // What was ended by the court, or raised to a proof, time does not decide.
        if (dossier.View is not { Stage: Stage.Settled or Stage.Failed, Until: > 0 })
            return new DutyStep.End(DutyEnd.TooLate);
        if (TimeToProve(dossier, now) <= TimeSpan.Zero)
            return new DutyStep.End(DutyEnd.NoTimeToProve);
        return duty.FailedRuns < options.MostFailedRuns ? attempts.Send(duty, Move.ChallengeWithProof, now) : new DutyStep.End(DutyEnd.Failed);
    }

    /// <summary>How long a proof may take now, so that a transaction can still bring it; nothing or less where none can.</summary>
    public TimeSpan TimeToProve(Dossier dossier, Moment now) =>
        dossier.View.IsFinal(now.ActiveTime)
            ? TimeSpan.Zero
            : TimeSpan.FromSeconds(Math.Min(dossier.View.Until - now.ActiveTime, MostSeconds)) - TimeSpan.FromSeconds(inclusionSeconds);

    private DutyStep AfterCorrection(Duty duty, Dossier dossier, Moment now)
    {
        if (dossier.OverturnedBy == node)
            return RewardPolicy.Next(duty, dossier.Slashed, options, attempts, now);
        // Where nobody was overturned, another answer came in the place of the wrong one: a reorganisation brought it.
        return attempts.Pending(duty, now) ?? (DutyStep)new DutyStep.End(dossier.OverturnedBy is null ? DutyEnd.TooLate : DutyEnd.CalledByAnother);
    }
}
