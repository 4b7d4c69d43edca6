using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Admission;

/// <summary>One reason not to answer. A rule looks at what is known, and asks nobody.</summary>
public interface IAdmissionRule
{
    /// <summary>Why not; null where this rule has nothing against it.</summary>
    TurnedAway? Judge(AdmissionCase request);
}
