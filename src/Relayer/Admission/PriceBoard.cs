using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Admission;

/// <summary>The price that counts now. Whoever weighs gas against fees looks here.</summary>
public sealed class PriceBoard(UInt256 tokensPerCoin)
{
    private volatile CostPolicy _costs = new(tokensPerCoin);

    public CostPolicy Costs => _costs;

    /// <summary>When a source told it; null where it is the one that was set.</summary>
    public DateTimeOffset? ToldAt { get; private set; }

    public void Post(UInt256 tokensPerCoin, DateTimeOffset toldAt) => (_costs, ToldAt) = (new CostPolicy(tokensPerCoin), toldAt);
}
