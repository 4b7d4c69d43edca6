using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Admission.Rules;

/// <summary>One answer is enough: quorums are answered by their members.</summary>
public sealed class AnyoneAnswers : IAdmissionRule
{
    public TurnedAway? Judge(AdmissionCase request) =>
        request.Job.Ask.Request.QuorumValue == 0
            ? null
            : new TurnedAway(TurnAwayReason.NotAMember, "A quorum is asked for, and its members answer.");
}
