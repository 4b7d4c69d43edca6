using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Blocks;

/// <summary>The blocks from the first to the last, both included; never empty.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BlockRange
{
    public BlockRange(BlockNumber first, BlockNumber last)
    {
        if (last < first)
            throw new ArgumentOutOfRangeException(nameof(last), last, $"A range that starts at {first} ends at or after it.");
        First = first;
        Last = last;
    }

    public BlockNumber First { get; }

    public BlockNumber Last { get; }

    /// <summary>How many blocks, saturated for the one range that has 2^64.</summary>
    public ulong Count => Last.Value - First.Value is var distance and < ulong.MaxValue ? distance + 1 : ulong.MaxValue;

    public bool Contains(BlockNumber number) => First <= number && number <= Last;

    public override string ToString() => $"{First}–{Last}";
}
