using OpenGradient.Relayer.Admission.Rules;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Admission;

/// <summary>
/// All rules, in the order in which they are asked: the first that objects for good is the reason. What may pass counts only where nothing else is against it;
/// and when the time for it is over, it is the reason, and not that time.
/// </summary>
public sealed class AdmissionPolicy
{
    private readonly IReadOnlyList<IAdmissionRule> _rules =
    [
        new AssuranceOffered(),
        new WorkloadAccepted(),
        new RequesterServed(),
        new AnyoneAnswers(),
        new VersionServed(),
        new NotAssignedAway(),
        new CallbackWithinLimits(),
        new ProverLives(),
        new LienWithinStake(),
        new FeeCoversCost(),
        new DeadlineReachable(),
    ];

    /// <summary>Why a request is turned away before anything is fetched for it; null where it is not.</summary>
    public TurnedAway? Judge(AdmissionCase request)
    {
        var objections = _rules.Select(rule => rule.Judge(request)).OfType<TurnedAway>().ToList();
        var (last, passing) = (objections.Find(objection => !objection.MayPass), objections.Find(objection => objection.MayPass));
        return last is null ? passing
            : passing is not null && last.Reason == TurnAwayReason.DeadlineTooClose ? passing with { MayPass = false }
            : last;
    }
}
