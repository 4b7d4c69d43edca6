using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Admission.Rules;

/// <summary>All of our stake would do, and more may be staked; whether it is free now is another question, which time answers, too.</summary>
public sealed class LienWithinStake : IAdmissionRule
{
    public TurnedAway? Judge(AdmissionCase request) =>
        request.Lien <= request.Stake
            ? null
            : new TurnedAway(TurnAwayReason.LienTooLarge, $"The answer locks {request.Lien}, and our whole stake is {request.Stake}.") { MayPass = true };
}
