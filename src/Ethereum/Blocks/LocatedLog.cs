using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Blocks;

/// <summary>A log and where it was found.</summary>
/// <param name="Block">The block it belongs to.</param>
/// <param name="TransactionHash">The transaction that emitted it.</param>
/// <param name="TransactionIndex">The transaction's place in the block.</param>
/// <param name="LogIndex">The log's place in the block; with the block's hash it is the log's identity.</param>
/// <param name="Content">What was emitted.</param>
public sealed record LocatedLog(BlockRef Block, Hash32 TransactionHash, uint TransactionIndex, uint LogIndex, Log Content)
{
    /// <summary>The block's time in seconds since 1970, where the endpoint adds it to its logs; only the header is proof of it.</summary>
    public ulong? BlockTimestamp { get; init; }

    /// <summary>Set by subscriptions for logs of a replaced block; a question must never be answered with one.</summary>
    public bool Removed { get; init; }
}
