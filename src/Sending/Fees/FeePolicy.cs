using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Sending.Fees;

/// <summary>What to offer for a new transaction. Nodes may say anything: whatever they say, it is not above the cap.</summary>
internal static class FeePolicy
{
    /// <summary>How far back the tips of others are looked at.</summary>
    public const int HistoryBlocks = 10;

    /// <summary>Which of a block's tips counts.</summary>
    public const double Percentile = 50;

    /// <summary>From the fee history: the middle one of the blocks' middle tips, above the base fee with its margin.</summary>
    public static Market OfHistory(FeeHistory history, SendingOptions options)
    {
        var tips = history.Rewards.Where(block => block.Count > 0).Select(block => block[0]).Order().ToList();
        var tip = Max(options.MinTipPerGas, tips.Count > 0 ? tips[tips.Count / 2] : Wei.Zero);
        return new Market(Capped(Sum(Times(history.NextBaseFee, options.BaseFeeFactor), tip), tip, options), history.NextBaseFee);
    }

    /// <summary>On a chain without base fees: the node's own price, with a tenth on top.</summary>
    public static Market OfGasPrice(Wei price, SendingOptions options)
    {
        var offered = Max(options.MinTipPerGas, Sum(price, new Wei(price.Value / 10UL)));
        return new Market(Capped(offered, offered, options), BaseFee: null);
    }

    internal static Wei Max(Wei left, Wei right) => left > right ? left : right;

    internal static Wei Min(Wei left, Wei right) => left < right ? left : right;

    internal static Wei Sum(Wei left, Wei right) =>
        new(UInt256.AddOverflows(left.Value, right.Value, out var sum) ? UInt256.MaxValue : sum);

    private static Wei Times(Wei price, int factor) =>
        new(UInt256.MultiplyOverflows(price.Value, (ulong)factor, out var product) ? UInt256.MaxValue : product);

    private static GasFees Capped(Wei max, Wei tip, SendingOptions options)
    {
        var most = Min(max, options.MaxFeePerGas);
        return new GasFees(most, Min(tip, most));
    }
}
