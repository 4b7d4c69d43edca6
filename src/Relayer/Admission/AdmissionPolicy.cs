using OpenGradient.Relayer.Admission.Rules;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Admission;

/// <summary>All rules, in the order in which they are asked: the first that objects is the reason. What costs nothing to find out comes first.</summary>
public sealed class AdmissionPolicy
{
    private readonly IReadOnlyList<IAdmissionRule> _rules =
    [
        new AssuranceOffered(),
        new WorkloadAccepted(),
        new RequesterServed(),
        new AnyoneAnswers(),
        new VersionServed(),
        new DeadlineReachable(),
        new NotAssignedAway(),
        new CallbackWithinLimits(),
        new LienWithinStake(),
        new FeeCoversCost(),
    ];

    /// <summary>Why a request is turned away before anything is fetched for it; null where it is not.</summary>
    public TurnedAway? Judge(AdmissionCase request)
    {
        foreach (var rule in _rules)
        {
            if (rule.Judge(request) is { } objection)
                return objection;
        }

        return null;
    }
}
