using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Admission.Rules;

/// <summary>We can make the evidence that is asked for.</summary>
public sealed class AssuranceOffered : IAdmissionRule
{
    public TurnedAway? Judge(AdmissionCase request) =>
        request.Limits.Assurances.Contains(request.Job.Assurance)
            ? null
            : new TurnedAway(TurnAwayReason.AssuranceNotOffered, $"{request.Job.Assurance} evidence is asked for, which is not made here.");
}
