using OpenGradient.Contracts.Deployments;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Verifying.Cases;

/// <summary>What the court goes by, and the margins that we keep.</summary>
public sealed record CourtRules
{
    public required CourtTerms Terms { get; init; }

    /// <summary>How long a transaction takes to be mined, at worst that is planned for.</summary>
    public required ulong InclusionSeconds { get; init; }

    /// <summary>How long a committee can be drawn.</summary>
    public ulong SummonSeconds { get; init; } = 86_400;

    public const uint Seats = 5;

    /// <summary>What a challenge of an answer with this lien takes from the balance at the court, beside its seal's bond.</summary>
    public UInt256 StakesFor(UInt256 lien) => (Terms.MemberFee * Seats) + (lien * Terms.DepositShare / 10_000u);

    /// <summary>What it puts at risk in all.</summary>
    public UInt256 RiskOf(UInt256 lien) => StakesFor(lien) + Terms.SealBond;

    /// <summary>What a challenge that overturns an answer wins: three tenths of the lien.</summary>
    public static UInt256 RewardOf(UInt256 lien) => lien * 3u / 10u;
}
