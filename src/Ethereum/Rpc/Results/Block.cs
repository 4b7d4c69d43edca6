using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>A block as a node tells it. Nothing in it is proven: the hash is the node's word until the header was hashed.</summary>
public sealed record Block
{
    public required SealedHeader Sealed { get; init; }

    public Hash32 Hash => Sealed.Hash;

    public BlockNumber Number => Sealed.Number;

    public BlockHeader Header => Sealed.Header;

    public required IReadOnlyList<Hash32> TransactionHashes { get; init; }

    /// <summary>Null unless they were asked for.</summary>
    public IReadOnlyList<TransactionInfo>? Transactions { get; init; }

    public IReadOnlyList<Hash32> OmmerHashes { get; init; } = [];

    /// <summary>Null before Shanghai, and where the node does not tell them.</summary>
    public IReadOnlyList<Withdrawal>? Withdrawals { get; init; }

    /// <summary>The encoded length in bytes, where the node tells it.</summary>
    public ulong? Size { get; init; }
}
