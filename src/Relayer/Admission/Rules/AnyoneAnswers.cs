using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Admission.Rules;

/// <summary>One answer is enough, or we are one of the members that are named: quorums are answered by them alone.</summary>
public sealed class AnyoneAnswers : IAdmissionRule
{
    public TurnedAway? Judge(AdmissionCase request) =>
        request.Job.Ask.Request.QuorumValue == 0 || (request.Limits.AnswersQuorums && request.Job.Terms.Members.Contains(request.Node))
            ? null
            : new TurnedAway(TurnAwayReason.NotAMember, "A quorum is asked for, and its members answer.");
}
