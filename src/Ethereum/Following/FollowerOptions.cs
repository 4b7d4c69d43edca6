using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Ethereum.Following;

/// <summary>How a chain is followed. The defaults suit a proof-of-stake chain behind public endpoints.</summary>
public sealed record FollowerOptions
{
    /// <summary>Every hash from the last final block to the tip is kept in memory and in the cursor.</summary>
    public const ulong MaxFinalityDepth = 100_000;

    /// <summary>The first block whose logs are wanted.</summary>
    public BlockNumber StartBlock { get; init; } = new(0);

    /// <summary>The last block whose logs are wanted, null for no last one. Only a back-fill ends there; a follower goes on looking.</summary>
    public BlockNumber? EndBlock { get; init; }

    /// <summary>Up to where: <c>latest</c>, <c>safe</c> or <c>finalized</c>.</summary>
    public BlockTag Target { get; init; } = BlockTag.Latest;

    /// <summary>How many blocks below the target to stay.</summary>
    public ulong Confirmations { get; init; }

    /// <summary>What counts as final.</summary>
    public FinalityRule Finality { get; init; } = FinalityRule.Tagged;

    /// <summary>How many endpoints must tell the same before it is stored; 1 believes whichever is asked.</summary>
    public int Quorum { get; init; } = 1;

    /// <summary>
    /// How long the rest of the endpoints may still take once so many agree as a quorum needs. Who takes longer has no say in this step,
    /// and rests as after any failure: one slow endpoint does not hold up the others.
    /// </summary>
    public TimeSpan SlowVoteGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many blocks that are not final yet are loaded and stored in one step.</summary>
    public int MaxBlocksPerStep { get; init; } = 32;

    /// <summary>How many ranges are loaded ahead of the one that is being stored; 0 loads none ahead.</summary>
    public int PrefetchedRanges { get; init; } = 1;

    /// <summary>How answers about final blocks are checked.</summary>
    public RangeVerification RangeVerification { get; init; } = RangeVerification.EveryHeader;

    /// <summary>What the headers' bloom filters are used for.</summary>
    public BloomUse BloomUse { get; init; } = BloomUse.Check;

    /// <summary>
    /// Whether a header's contents hash to its hash, so that its bloom filter and time are the block's own. Null where the chain's headers
    /// have fields that <see cref="Blocks.BlockHeader"/> lacks; then every header would be refused.
    /// </summary>
    public Func<SealedHeader, bool>? HeaderCheck { get; init; } = static header => header.IsGenuine();

    public ReorgPolicy Reorgs { get; init; } = new();

    /// <summary>The start of each endpoint's own range policy.</summary>
    public RangePolicy Ranges { get; init; } = new();

    public BackoffPolicy Backoff { get; init; } = new();

    public PollPolicy Polling { get; init; } = new();

    /// <summary>What is wrong with these options for so many endpoints; null when nothing is.</summary>
    public string? Fault(int endpoints) =>
        endpoints == 0 ? "A follower needs an endpoint."
        : Quorum < 1 || Quorum > endpoints ? $"A quorum of {Quorum} cannot be had from {endpoints} endpoints."
        : MaxBlocksPerStep < 1 ? $"A step takes at least one block, not {MaxBlocksPerStep}."
        : PrefetchedRanges is < 0 or > 16 ? $"{PrefetchedRanges} prefetched ranges are outside 0–16."
        : Ranges.Most < 1 || Ranges.TargetLogs < 1 ? "A range has at least one block, and one log to aim at."
        : Finality.MaxDepth > MaxFinalityDepth ? $"A finality depth of {Finality.MaxDepth} is more than the {MaxFinalityDepth} that can be kept."
        : Target != BlockTag.Latest && Target != BlockTag.Safe && Target != BlockTag.Finalized ? $"A chain is not followed up to {Target}."
        : EndBlock < StartBlock ? $"The last block {EndBlock} lies below the first, {StartBlock}."
        : null;
}

/// <summary>Which blocks count as final.</summary>
/// <param name="UsesTag">Whether the endpoint's <c>finalized</c> block counts.</param>
/// <param name="MaxDepth">
/// A block this far below the head counts as final in any case: it bounds how far a reorg is walked back, and the hashes to be kept, on a
/// chain that has no such tag or has stopped finalising.
/// </param>
public sealed record FinalityRule(bool UsesTag, ulong MaxDepth)
{
    /// <summary>The endpoint's word, with a bound for chains that stop finalising.</summary>
    public static FinalityRule Tagged { get; } = new(UsesTag: true, MaxDepth: 4096);

    /// <summary>For chains without the tag.</summary>
    public static FinalityRule Depth(ulong blocks) => new(UsesTag: false, blocks);

    /// <summary>The highest final number under a head.</summary>
    public BlockNumber Under(BlockNumber head, BlockNumber? tagged)
    {
        var byDepth = new BlockNumber(head.Value > MaxDepth ? head.Value - MaxDepth : 0);
        return UsesTag && tagged is { } number && number > byDepth ? number : byDepth;
    }
}

/// <summary>How the answer about a range of final blocks is checked.</summary>
public enum RangeVerification
{
    /// <summary>
    /// The header of every block is read: parent links through the range, each log's block, and the bloom filters against the logs that
    /// are there and those that are not. The default, since an answer that is silently short is the commonest lie.
    /// </summary>
    EveryHeader,

    /// <summary>Only the first and the last header are read: far fewer questions, for endpoints that are trusted.</summary>
    Edges,
}

/// <summary>What the bloom filters in the headers are used for.</summary>
public enum BloomUse
{
    /// <summary>Nothing: for chains that have logs outside of them (Polygon's state-sync logs), or leave them empty (ZKsync).</summary>
    None,

    /// <summary>Logs must lie within them, and their absence is questioned.</summary>
    Check,

    /// <summary>
    /// Also, blocks that they rule out are not asked about; worth most with <see cref="FollowerOptions.HeaderCheck"/>. A filter that is all
    /// zero rules nothing out: on a chain that leaves it so, the first log is then refused rather than every log missed.
    /// </summary>
    CheckAndSkip,
}
