using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Following;

/// <summary>
/// A follower's place on the chain: the blocks from the last final one up to the tip, which is all that is needed to find the common
/// ancestor after a reorg.
/// </summary>
public sealed record ChainCursor
{
    /// <param name="recent">Consecutive numbers, ascending; the first is final and never rewound, the last is the tip.</param>
    public ChainCursor(IReadOnlyList<BlockRef> recent)
    {
        for (var i = 1; i < recent.Count; i++)
        {
            if (recent[i].Number != recent[i - 1].Number + 1)
                throw new ArgumentException($"Block {recent[i]} does not follow {recent[i - 1]}.", nameof(recent));
        }

        Recent = recent;
    }

    /// <summary>Nothing was followed yet.</summary>
    public static ChainCursor None { get; } = new([]);

    public IReadOnlyList<BlockRef> Recent { get; }

    /// <summary>Set when a person has to look before anything goes on.</summary>
    public FollowerStop? Stop { get; init; }

    public bool IsEmpty => Recent.Count == 0;

    /// <summary>The last block whose rows are stored.</summary>
    public BlockRef Tip => Recent[^1];

    /// <summary>The last block known to be final.</summary>
    public BlockRef Final => Recent[0];

    /// <summary>The block at a height; null below the final block and above the tip.</summary>
    public BlockRef? At(BlockNumber number) =>
        !IsEmpty && Final.Number <= number && number <= Tip.Number ? Recent[(int)(number.Value - Final.Number.Value)] : null;

    public bool Holds(BlockRef block) => At(block.Number) == block;

    /// <summary>True where the block stands against one of ours at its height.</summary>
    public bool Contradicts(BlockRef block) => At(block.Number) is { } ours && ours != block;

    /// <summary>What lies above a block, highest first: the order in which it is undone.</summary>
    public IReadOnlyList<BlockRef> Above(BlockRef ancestor) => [.. Recent.Where(block => block.Number > ancestor.Number).Reverse()];

    /// <summary>The cursor after a rewind to <paramref name="ancestor"/> and <paramref name="added"/> on top of it.</summary>
    /// <param name="ancestor">One of ours.</param>
    /// <param name="added">The blocks after it; where they do not start right after it, all that lies below them is final.</param>
    /// <param name="final">The number of the highest final block as far as it is known.</param>
    internal ChainCursor After(BlockRef ancestor, IEnumerable<BlockRef> added, BlockNumber final)
    {
        List<BlockRef> blocks = [.. Recent.Where(block => block.Number <= ancestor.Number)];
        foreach (var block in added)
        {
            if (blocks.Count > 0 && block.Number != blocks[^1].Number + 1)
                blocks.Clear();
            blocks.Add(block);
        }

        var kept = blocks.FindLastIndex(block => block.Number <= final);
        return new ChainCursor(kept > 0 ? blocks.GetRange(kept, blocks.Count - kept) : blocks);
    }
}
