using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Blocks;

/// <summary>
/// The fields of a block's header in the order in which they are encoded. The optional ones came with later forks, each only together with
/// all before it.
/// </summary>
public sealed record BlockHeader
{
    public required Hash32 ParentHash { get; init; }

    public required Hash32 OmmersHash { get; init; }

    public required Address Beneficiary { get; init; }

    public required Hash32 StateRoot { get; init; }

    public required Hash32 TransactionsRoot { get; init; }

    public required Hash32 ReceiptsRoot { get; init; }

    public required Bloom LogsBloom { get; init; }

    public required UInt256 Difficulty { get; init; }

    public required BlockNumber Number { get; init; }

    public required ulong GasLimit { get; init; }

    public required ulong GasUsed { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public required ulong Timestamp { get; init; }

    public required ReadOnlyMemory<byte> ExtraData { get; init; }

    /// <summary>The beacon chain's randomness since the merge.</summary>
    public required Hash32 MixHash { get; init; }

    public required ulong Nonce { get; init; }

    /// <summary>London, EIP-1559.</summary>
    public Wei? BaseFeePerGas { get; init; }

    /// <summary>Shanghai, EIP-4895.</summary>
    public Hash32? WithdrawalsRoot { get; init; }

    /// <summary>Cancun, EIP-4844.</summary>
    public ulong? BlobGasUsed { get; init; }

    /// <summary>Cancun, EIP-4844.</summary>
    public ulong? ExcessBlobGas { get; init; }

    /// <summary>Cancun, EIP-4788.</summary>
    public Hash32? ParentBeaconBlockRoot { get; init; }

    /// <summary>Prague, EIP-7685.</summary>
    public Hash32? RequestsHash { get; init; }
}
