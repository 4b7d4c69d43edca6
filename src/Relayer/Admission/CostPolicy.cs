using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Admission;

/// <summary>What gas costs in the token that fees are paid in.</summary>
/// <param name="TokensPerCoin">
/// How many of the token's smallest unit the chain's coin is worth; zero does not weigh gas against fees, as where gas is next to free.
/// </param>
public sealed record CostPolicy(UInt256 TokensPerCoin)
{
    private static readonly UInt256 WeiPerCoin = Units.Parse("1", 18);

    /// <summary>Rounded up, since it is a cost.</summary>
    public UInt256 CostOf(ulong gas, Wei weiPerGas) => TokensFor(new Wei(weiPerGas.Value * gas));

    /// <summary>What so much of the coin is worth, rounded up.</summary>
    public UInt256 TokensFor(Wei amount) =>
        TokensPerCoin.IsZero ? UInt256.Zero : ((amount.Value * TokensPerCoin) + WeiPerCoin - UInt256.One) / WeiPerCoin;
}
