namespace OpenGradient.Sending.Fees;

/// <summary>Decides what is done about a transaction that waits for a block.</summary>
internal static class StuckJudge
{
    /// <param name="attempt">What was last sent for it.</param>
    /// <param name="market">What gas costs.</param>
    /// <param name="isLowest">Whether it has the lowest nonce that is not in a block: only that one can be stuck by itself.</param>
    /// <param name="ageBlocks">The blocks since its last attempt.</param>
    /// <param name="pricedBlocks">For how many blocks in a row it has offered what the market asks.</param>
    /// <param name="options">The limits.</param>
    public static Care Judge(GasFees attempt, Market market, bool isLowest, ulong ageBlocks, ulong pricedBlocks, SendingOptions options) =>
        isLowest && pricedBlocks >= (ulong)options.StuckAfterBlocks && IsPriced(attempt, market) ? Care.Replace
        : ageBlocks < (ulong)options.BumpAfterBlocks ? Care.None
        // Those behind the lowest wait for it; raising them helps only where no block can take them as they are.
        : isLowest || attempt.Max < market.BaseFee ? Care.Bump
        : Care.None;

    /// <summary>Whether a block takes it at this price.</summary>
    public static bool IsPriced(GasFees attempt, Market market) =>
        market.BaseFee is { } baseFee
            ? attempt.Max >= FeePolicy.Sum(baseFee, FeePolicy.Min(attempt.Tip, market.Fees.Tip))
            : attempt.Max >= market.Fees.Max;
}

/// <summary>What is done about a transaction.</summary>
internal enum Care
{
    None,

    /// <summary>The same, for more.</summary>
    Bump,

    /// <summary>An empty transaction in its place: whichever of the two is mined decides.</summary>
    Replace,
}
