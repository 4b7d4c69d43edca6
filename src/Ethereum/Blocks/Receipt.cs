using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Blocks;

/// <summary>A transaction's outcome as consensus keeps it: what the receipts root of a block commits to.</summary>
public sealed record Receipt
{
    /// <summary>The transaction's type (EIP-2718); 0 is a legacy transaction.</summary>
    public required byte TransactionType { get; init; }

    /// <summary>Whether the transaction succeeded; null before Byzantium, where <see cref="PostState"/> stands instead.</summary>
    public required bool? Succeeded { get; init; }

    /// <summary>The state root after the transaction; only before Byzantium.</summary>
    public Hash32? PostState { get; init; }

    /// <summary>Gas used in the block up to and with this transaction.</summary>
    public required ulong CumulativeGasUsed { get; init; }

    public required Bloom LogsBloom { get; init; }

    public required IReadOnlyList<Log> Logs { get; init; }
}
