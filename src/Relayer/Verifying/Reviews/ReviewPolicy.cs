using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Duties;

namespace OpenGradient.Relayer.Verifying.Reviews;

/// <summary>Whether an answer is to be reviewed, as a function of what is known.</summary>
public sealed class ReviewPolicy(Address node, ReviewChoice choice)
{
    /// <summary>The next step at a moment.</summary>
    /// <param name="dossier">What the chain has told.</param>
    /// <param name="reviewed">The answer that was reviewed already; null where none was.</param>
    /// <param name="secret">By which some are chosen.</param>
    /// <param name="now">The moment.</param>
    public DutyStep Next(Dossier dossier, Hash32? reviewed, Hash32 secret, Moment now)
    {
        if (dossier is not { Ask: { } ask, Answer.Settlement: var settlement })
            return new DutyStep.Sleep(DutyWait.ItsReturn);
        if (reviewed == settlement.OutputCommit)
            return new DutyStep.End(DutyEnd.Reviewed);
        if (settlement.Node == node)
            return new DutyStep.End(DutyEnd.OurOwn);
        if (!choice.Includes(dossier.RequestId, ask.Request.Fee, secret))
            return new DutyStep.End(DutyEnd.NotChosen);
        // What is before the court already is still worth knowing.
        return dossier.View.Stage is Stage.Settled or Stage.Failed or Stage.Challenged && !dossier.View.IsFinal(now.ActiveTime)
            ? new DutyStep.Run()
            : new DutyStep.End(DutyEnd.TooLate);
    }
}
