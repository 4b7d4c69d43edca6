using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Admission.Rules;

/// <summary>Nobody else has the sole right for all the time that there is.</summary>
public sealed class NotAssignedAway : IAdmissionRule
{
    public TurnedAway? Judge(AdmissionCase request) =>
        request.Job.Ask.Request is var asked
        && asked.Assignee != request.Node
        && asked.ExclusiveUntil + request.Limits.LeastSecondsAt(request.Now) > asked.Deadline
        && request.Now.ChainTime <= asked.ExclusiveUntil
            ? new TurnedAway(TurnAwayReason.AssignedToAnother, $"{asked.Assignee} alone may answer until {asked.ExclusiveUntil}.")
            : null;
}
