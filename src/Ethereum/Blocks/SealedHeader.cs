using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Blocks;

/// <summary>A header with the hash that an endpoint gave it.</summary>
public sealed record SealedHeader(Hash32 Hash, BlockHeader Header)
{
    public BlockNumber Number => Header.Number;

    public Hash32 ParentHash => Header.ParentHash;

    public BlockRef Ref => new(Number, Hash);

    /// <summary>Whether the contents hash to the hash: false also where the optional fields are those of no fork.</summary>
    public bool IsGenuine() => Header.TryComputeHash(out var computed) && computed == Hash;
}
