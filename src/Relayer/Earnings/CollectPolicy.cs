using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Earnings;

/// <summary>Whether collecting pays now: earnings wait without loss, and gas is paid for each time.</summary>
/// <param name="Least">What is not worth the trouble, in the token's smallest unit.</param>
public sealed record CollectPolicy(UInt256 Least)
{
    /// <summary>Gas may take a twentieth of what is collected.</summary>
    private const uint Times = 20;

    /// <summary>What has waited for so long is collected as soon as it is more than it costs.</summary>
    private const ulong PatienceSeconds = 7 * 86_400;

    /// <param name="amount">All that can be collected.</param>
    /// <param name="cost">What that costs in gas, in tokens; zero where gas is not weighed.</param>
    /// <param name="oldestHourEnd">When the first of it became final.</param>
    /// <param name="activeTime">The hub's clock.</param>
    public bool Pays(UInt256 amount, UInt256 cost, ulong oldestHourEnd, ulong activeTime) =>
        !amount.IsZero && amount >= Least
        && (amount / Times >= cost || (activeTime > oldestHourEnd + PatienceSeconds && amount > cost));
}
