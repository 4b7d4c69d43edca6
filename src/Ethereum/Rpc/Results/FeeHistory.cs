using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>What gas cost in some consecutive blocks, oldest first.</summary>
/// <param name="OldestBlock">The first block that is described.</param>
/// <param name="BaseFees">One for each block, and one more: that of the block after the last.</param>
/// <param name="GasUsedRatios">How full each block was.</param>
/// <param name="Rewards">For each block the tips at the percentiles that were asked for; empty when none were.</param>
/// <param name="BlobBaseFees">As <paramref name="BaseFees"/>; empty before Cancun.</param>
/// <param name="BlobGasUsedRatios">As <paramref name="GasUsedRatios"/>; empty before Cancun.</param>
public sealed record FeeHistory(
    BlockNumber OldestBlock,
    IReadOnlyList<Wei> BaseFees,
    IReadOnlyList<double> GasUsedRatios,
    IReadOnlyList<IReadOnlyList<Wei>> Rewards,
    IReadOnlyList<Wei> BlobBaseFees,
    IReadOnlyList<double> BlobGasUsedRatios)
{
    /// <summary>The base fee of the block after the last.</summary>
    public Wei NextBaseFee => BaseFees[^1];
}
