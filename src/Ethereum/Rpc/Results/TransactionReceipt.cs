using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>A transaction's outcome as a node tells it: what consensus keeps, and where it happened.</summary>
public sealed record TransactionReceipt
{
    public required Hash32 TransactionHash { get; init; }

    public required uint TransactionIndex { get; init; }

    public required BlockRef Block { get; init; }

    public required Address From { get; init; }

    /// <summary>Null where a contract was created.</summary>
    public Address? To { get; init; }

    /// <summary>The contract that was created.</summary>
    public Address? ContractAddress { get; init; }

    public required ulong GasUsed { get; init; }

    /// <summary>What was paid for a unit of gas; null from nodes of before London.</summary>
    public Wei? EffectiveGasPrice { get; init; }

    public ulong? BlobGasUsed { get; init; }

    public Wei? BlobGasPrice { get; init; }

    /// <summary>What a rollup took for publishing the transaction, where it is charged beside the gas (OP Stack).</summary>
    public Wei? L1Fee { get; init; }

    public required IReadOnlyList<LocatedLog> Logs { get; init; }

    /// <summary>What the block's receipts root commits to.</summary>
    public required Receipt Consensus { get; init; }

    /// <summary>Whether it did what it was sent for; null before Byzantium, where receipts do not say.</summary>
    public bool? Succeeded => Consensus.Succeeded;

    /// <summary>All that the sender paid; null where the price is not known, or where what the node says cannot be an amount.</summary>
    public Wei? Cost =>
        EffectiveGasPrice is { } price
        && !UInt256.MultiplyOverflows(price.Value, GasUsed, out var gas)
        && !UInt256.MultiplyOverflows(BlobGasPrice?.Value ?? default, BlobGasUsed ?? 0, out var blobs)
        && !UInt256.AddOverflows(gas, blobs, out var execution)
        && !UInt256.AddOverflows(execution, L1Fee?.Value ?? default, out var total)
            ? new Wei(total)
            : null;
}
