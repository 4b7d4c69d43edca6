using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Blocks;

/// <summary>Which block, and which of the rivals at its height.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BlockRef(BlockNumber Number, Hash32 Hash)
{
    public override string ToString() => $"{Number} ({Hash})";
}
