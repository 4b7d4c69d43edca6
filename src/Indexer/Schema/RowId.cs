using System.Globalization;
using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Indexer.Schema;

/// <summary>
/// Where a row's log stands on the chain, as one number that grows along it: the block's number in the high bits, the log's place in the
/// block in the low 20. It is the key of every table, and so the place of a cursor. With the block's hash it is the log's identity.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RowId(long Value)
{
    public const int LogIndexBits = 20;

    /// <summary>Blocks and logs beyond these have no id; no chain has come near either.</summary>
    public const ulong MaxBlock = (1UL << (63 - LogIndexBits)) - 1;

    public const uint MaxLogIndex = (1U << LogIndexBits) - 1;

    public BlockNumber Block => new((ulong)(Value >> LogIndexBits));

    public uint LogIndex => (uint)(Value & MaxLogIndex);

    /// <summary>The place of a log.</summary>
    public static RowId Of(BlockNumber block, uint logIndex) =>
        block.Value <= MaxBlock && logIndex <= MaxLogIndex
            ? new RowId(((long)block.Value << LogIndexBits) | logIndex)
            : throw new ArgumentOutOfRangeException(nameof(block), $"Log {logIndex} of block {block} lies beyond what a row's id can say.");

    /// <summary>The least id of a block: all of lower blocks are below it.</summary>
    public static RowId FirstOf(BlockNumber block) => Of(block, 0);

    /// <summary>The block's number and the log's place: <c>1234-7</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Block.Value}-{LogIndex}");

    public static bool TryParse(ReadOnlySpan<char> text, out RowId id)
    {
        id = default;
        var dash = text.IndexOf('-');
        if (dash < 0
            || !ulong.TryParse(text[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var block) || block > MaxBlock
            || !uint.TryParse(text[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index > MaxLogIndex)
            return false;
        id = Of(new BlockNumber(block), index);
        return true;
    }
}
