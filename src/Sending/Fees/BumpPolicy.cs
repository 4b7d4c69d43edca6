using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Sending.Fees;

/// <summary>By how much a transaction is raised that replaces one of the same nonce.</summary>
internal static class BumpPolicy
{
    /// <summary>
    /// A fifth more than before, at least the least step, at least the market; never above the cap. Nodes take a replacement only when both
    /// fees are a tenth above: where the cap leaves no room for that, there is none, and the old bytes are sent again.
    /// </summary>
    public static GasFees? Bump(GasFees previous, GasFees market, SendingOptions options)
    {
        var max = Raised(previous.Max, market.Max, options);
        var tip = FeePolicy.Min(Raised(previous.Tip, market.Tip, options), max);
        return max >= ATenthAbove(previous.Max) && tip >= ATenthAbove(previous.Tip) ? new GasFees(max, tip) : null;
    }

    private static Wei Raised(Wei previous, Wei market, SendingOptions options)
    {
        var fifth = FeePolicy.Sum(previous, new Wei((previous.Value / 5UL) + UInt256.One));
        var step = FeePolicy.Sum(previous, options.MinBump);
        return FeePolicy.Min(FeePolicy.Max(FeePolicy.Max(fifth, step), market), options.MaxFeePerGas);
    }

    // Rounded up, as nodes do not forgive a unit; and more than nothing of nothing.
    private static Wei ATenthAbove(Wei previous) => FeePolicy.Sum(previous, new Wei((previous.Value / 10UL) + UInt256.One));
}
