using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Admission.Rules;

/// <summary>We answer whoever asks, or those whom the operator has named.</summary>
public sealed class RequesterServed : IAdmissionRule
{
    public TurnedAway? Judge(AdmissionCase request) =>
        request.Limits.Requesters.Count == 0 || request.Limits.Requesters.Contains(request.Job.Ask.Requester)
            ? null
            : new TurnedAway(TurnAwayReason.RequesterNotServed, $"{request.Job.Ask.Requester} is not among those who are served here.");
}
