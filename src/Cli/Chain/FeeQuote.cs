using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Cli.Chain;

/// <summary>What a transaction offers for a unit of gas (EIP-1559).</summary>
/// <param name="Tip">The most that goes to the block's proposer.</param>
/// <param name="Most">The most that is paid at all.</param>
internal sealed record FeeQuote(Wei Tip, Wei Most)
{
    /// <summary>How many blocks are looked at.</summary>
    public const int Blocks = 10;

    /// <summary>The percentile of the tips in each block.</summary>
    public const double Percentile = 50;

    /// <summary>
    /// The middle one of the recent tips, and room for the base fee to double, which outlasts six full blocks in a row. Null where even
    /// the next block's base fee is above what is allowed; otherwise never above it.
    /// </summary>
    public static FeeQuote? From(FeeHistory history, Wei allowed)
    {
        if (history.NextBaseFee >= allowed)
            return null;

        var tips = history.Rewards.Where(rewards => rewards.Count > 0).Select(rewards => rewards[0]).Order().ToArray();
        var wanted = tips.Length == 0 ? Wei.Zero : tips[tips.Length / 2];
        var room = allowed - history.NextBaseFee;
        var tip = wanted <= room ? wanted : room;
        // Below `allowed` each, so that nothing overflows.
        var most = (history.NextBaseFee * 2u) + tip;
        return new FeeQuote(tip, most <= allowed ? most : allowed);
    }
}
