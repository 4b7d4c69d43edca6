using OpenGradient.Contracts.Hub;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Admission.Rules;

/// <summary>What runs here is among what the request takes answers of.</summary>
public sealed class WorkloadAccepted : IAdmissionRule
{
    public TurnedAway? Judge(AdmissionCase request) =>
        request.Job.Terms.AcceptedWorkloads.Count == 0 ? null
        : request.Job.Assurance != Assurance.Attested
            ? new TurnedAway(TurnAwayReason.WorkloadNotAccepted, "Workloads are named, and only attested evidence shows one.")
        : request.AttestedKey is { } key && !key.Serves(request.Job.Terms.AcceptedWorkloads)
            ? new TurnedAway(TurnAwayReason.WorkloadNotAccepted, $"The workload here is {key.WorkloadId}, which is not among those that are accepted.")
        : null;
}
