using OpenGradient.Contracts.Hub;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Admission.Rules;

/// <summary>There is time to run it, to claim it and to settle it.</summary>
public sealed class DeadlineReachable : IAdmissionRule
{
    public TurnedAway? Judge(AdmissionCase request)
    {
        var needed = request.Limits.LeastSecondsAt(request.Now) + (request.Job.Assurance == Assurance.Proven ? request.Limits.ProveSeconds : 0);
        return request.Now.ChainTime + needed <= request.Job.Deadline
            ? null
            : new TurnedAway(
                TurnAwayReason.DeadlineTooClose,
                $"{request.Job.Deadline - Math.Min(request.Now.ChainTime, request.Job.Deadline)} s are left, and {needed} s are needed.");
    }
}
