using OpenGradient.Contracts.Hub;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Admission.Rules;

/// <summary>We can make the evidence that is asked for.</summary>
public sealed class AssuranceOffered : IAdmissionRule
{
    public TurnedAway? Judge(AdmissionCase request) =>
        !request.Limits.Assurances.Contains(request.Job.Assurance)
            ? new TurnedAway(TurnAwayReason.AssuranceNotOffered, $"{request.Job.Assurance} evidence is asked for, which is not made here.")
        : request.Job.Assurance == Assurance.Attested && request.AttestedKey is null
            ? new TurnedAway(TurnAwayReason.AssuranceNotOffered, "Attested evidence is asked for, and no key of ours is valid now.")
        : null;
}
