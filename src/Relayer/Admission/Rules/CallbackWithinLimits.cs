using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Admission.Rules;

/// <summary>The callback gets no more gas than we are ready to send.</summary>
public sealed class CallbackWithinLimits : IAdmissionRule
{
    public TurnedAway? Judge(AdmissionCase request) =>
        request.Job.Ask.Request.CallbackGas <= request.Limits.CallbackGas
            ? null
            : new TurnedAway(
                TurnAwayReason.CallbackTooLarge,
                $"The callback asks for {request.Job.Ask.Request.CallbackGas} gas, and {request.Limits.CallbackGas} is the most that is sent here.");
}
