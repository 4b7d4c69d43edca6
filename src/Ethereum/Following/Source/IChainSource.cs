using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Following;

/// <summary>
/// One endpoint of a chain, as far as a follower needs it. An implementation asks exactly one node or gateway and adds no retry,
/// failover or cache of its own: those are the follower's policies, and hidden ones would mix the answers of two nodes.
/// </summary>
/// <remarks>
/// Whatever an endpoint may do wrong is a <see cref="SourceFailure"/>; the only exception is <see cref="OperationCanceledException"/> for
/// the token that was given. A time limit of the transport is <see cref="SourceFailure.Unavailable"/>. Answers need no check beyond
/// decoding: the follower believes none of them.
/// </remarks>
public interface IChainSource
{
    /// <summary>A short name for people, without credentials; unique among the endpoints of a follower.</summary>
    string Name { get; }

    /// <summary>
    /// The header of a block by number, by hash, or of <c>latest</c>, <c>safe</c> or <c>finalized</c>. A block that the endpoint does not
    /// have is <see cref="SourceFailure.UnknownBlock"/>.
    /// </summary>
    ValueTask<Answer<SealedHeader>> ReadHeaderAsync(BlockTag block, CancellationToken cancellationToken);

    /// <summary>
    /// The headers of all blocks of a range in ascending order, in one batch where the transport has batches. Any missing one is
    /// <see cref="SourceFailure.UnknownBlock"/>.
    /// </summary>
    ValueTask<Answer<IReadOnlyList<SealedHeader>>> ReadHeadersAsync(BlockRange range, CancellationToken cancellationToken);

    /// <summary>
    /// The logs of the block with this hash that match (<c>eth_getLogs</c> with <c>blockHash</c>); never those of another block at the same
    /// height. A block that the endpoint does not have is <see cref="SourceFailure.UnknownBlock"/>, not an empty list.
    /// </summary>
    ValueTask<Answer<IReadOnlyList<LocatedLog>>> ReadLogsAsync(Hash32 blockHash, LogFilter filter, CancellationToken cancellationToken);

    /// <summary>
    /// The receipts of all transactions of the block with this hash, in their order (<c>eth_getBlockReceipts</c>). Asked only where
    /// <see cref="LogFilter.All"/> was refused: they prove the block's logs as well, and are more to carry.
    /// </summary>
    ValueTask<Answer<IReadOnlyList<Receipt>>> ReadReceiptsAsync(Hash32 blockHash, CancellationToken cancellationToken);

    /// <summary>
    /// The logs of a range that match, with the header of the range's last block. The two belong into one batch, the header last: a
    /// gateway then sends both to one node, and a node that does not have the last block yet betrays that its log answer was short.
    /// </summary>
    ValueTask<Answer<RangeLogs>> ReadLogsAsync(BlockRange range, LogFilter filter, CancellationToken cancellationToken);
}

/// <summary>What a node says about a range of blocks.</summary>
/// <param name="Last">The header of the range's last block, answered together with the logs.</param>
/// <param name="Logs">The matching logs in the node's order.</param>
public sealed record RangeLogs(SealedHeader Last, IReadOnlyList<LocatedLog> Logs);
