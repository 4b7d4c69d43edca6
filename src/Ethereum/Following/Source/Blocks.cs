using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Following;

/// <summary>Which block, and which of the rivals at its height.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BlockRef(BlockNumber Number, Hash32 Hash)
{
    public override string ToString() => $"{Number} ({Hash})";
}

/// <summary>A header with the hash that an endpoint gave it.</summary>
public sealed record SealedHeader(Hash32 Hash, BlockHeader Header)
{
    public BlockNumber Number => Header.Number;

    public Hash32 ParentHash => Header.ParentHash;

    public BlockRef Ref => new(Number, Hash);

    /// <summary>Whether the contents hash to the hash: false also where the optional fields are those of no fork.</summary>
    public bool IsGenuine() => Header.TryComputeHash(out var computed) && computed == Hash;
}

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
