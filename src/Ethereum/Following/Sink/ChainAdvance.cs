using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Following;

/// <summary>One step of a follower, to be stored whole or not at all.</summary>
public sealed record ChainAdvance
{
    /// <summary>The tip that the sink must still have; null for the very first advance, which only sets the place to start from.</summary>
    public required BlockRef? Expected { get; init; }

    /// <summary>Blocks of ours that the chain has replaced, highest first; empty unless there was a reorg.</summary>
    public required IReadOnlyList<BlockRef> Orphaned { get; init; }

    /// <summary>What comes on top of what is left; null when there is only a rewind, or only news about finality.</summary>
    public required ChainSegment? Segment { get; init; }

    /// <summary>The place on the chain to store with the rows.</summary>
    public required ChainCursor Next { get; init; }

    /// <summary>
    /// The filters that the segment was loaded with. A filter that is new here has nothing below the segment's first block: that part is
    /// filled by <see cref="ChainFollower.BackfillAsync"/>.
    /// </summary>
    public required IReadOnlyList<LogFilter> Filters { get; init; }

    /// <summary>Who said so: the endpoint that answered, then those that confirmed it.</summary>
    public required IReadOnlyList<string> Endpoints { get; init; }

    public bool IsReorg => Orphaned.Count > 0;
}

/// <summary>Consecutive blocks as one endpoint told them.</summary>
public sealed record ChainSegment
{
    public required BlockRange Blocks { get; init; }

    /// <summary>The hash that the first block names as its parent.</summary>
    public required Hash32 ParentHash { get; init; }

    public required BlockRef Last { get; init; }

    /// <summary>
    /// The headers that were read, ascending: of every block, or of the first and the last where ranges are read with
    /// <see cref="RangeVerification.Edges"/>.
    /// </summary>
    public required IReadOnlyList<SealedHeader> Headers { get; init; }

    /// <summary>The logs that match any filter, each once, ordered by block number and log index.</summary>
    public required IReadOnlyList<LocatedLog> Logs { get; init; }

    /// <summary>What <see cref="IChainSink.Prepare"/> made of it beforehand; null where it was not asked.</summary>
    public object? Prepared { get; init; }
}
