using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Admission.Rules;

/// <summary>What is paid covers gas, data on another chain and computing, with the margin that the operator wants. Gas may become cheaper; what the operator asks at least stays.</summary>
public sealed class FeeCoversCost : IAdmissionRule
{
    public TurnedAway? Judge(AdmissionCase request) =>
        Least(request) is var least && request.Job.Ask.Request.Fee >= least
            ? null
            : new TurnedAway(
                TurnAwayReason.FeeTooLow, $"The fee is {request.Job.Ask.Request.Fee}, and {least} is the least that it is done for.")
            { MayPass = request.Job.Ask.Request.Fee >= request.Limits.LeastFee };

    private static UInt256 Least(AdmissionCase request)
    {
        var covered = request.Cost + (request.Cost * request.Limits.MarginBp / 10_000u);
        return covered > request.Limits.LeastFee ? covered : request.Limits.LeastFee;
    }
}
