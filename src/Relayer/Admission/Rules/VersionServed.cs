using OpenGradient.Contracts.Models;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Admission.Rules;

/// <summary>We have the version, and it may still be used.</summary>
public sealed class VersionServed : IAdmissionRule
{
    public TurnedAway? Judge(AdmissionCase request) =>
        request.Version is VersionStatus.Yanked ? new TurnedAway(TurnAwayReason.VersionYanked, "Its publisher took the version out of use.")
        : request is { IsServed: true, Version: not null } ? null
        : new TurnedAway(TurnAwayReason.VersionNotServed, $"Version {request.Job.Ask.Request.VersionId} is not served here.");
}
