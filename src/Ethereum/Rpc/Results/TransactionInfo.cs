using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>
/// A transaction as a node tells it, flat: what its type does not have is null. Types that only one chain knows (deposits of a rollup) keep
/// their number and their common fields, so that a block with one of them is still readable.
/// </summary>
public sealed record TransactionInfo
{
    public required Hash32 Hash { get; init; }

    /// <summary>The type of EIP-2718; 0 is a legacy transaction.</summary>
    public required byte Type { get; init; }

    /// <summary>Null while it is pending.</summary>
    public BlockRef? Block { get; init; }

    /// <summary>Its place in the block; null while it is pending.</summary>
    public uint? Index { get; init; }

    public required Address From { get; init; }

    /// <summary>Null creates a contract.</summary>
    public Address? To { get; init; }

    public required ulong Nonce { get; init; }

    public required ulong GasLimit { get; init; }

    public required Wei Value { get; init; }

    public required ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>Null for legacy transactions without replay protection.</summary>
    public ChainId? ChainId { get; init; }

    /// <summary>What a legacy transaction offers; for the newer types what was paid, once it is in a block.</summary>
    public Wei? GasPrice { get; init; }

    public Wei? MaxFeePerGas { get; init; }

    public Wei? MaxPriorityFeePerGas { get; init; }

    public Wei? MaxFeePerBlobGas { get; init; }

    public IReadOnlyList<AccessListItem>? AccessList { get; init; }

    public IReadOnlyList<Hash32>? BlobHashes { get; init; }

    public IReadOnlyList<AuthorizationItem>? Authorizations { get; init; }

    /// <summary>Null for transactions that nobody signed, such as a rollup's deposits.</summary>
    public Signature? Signature { get; init; }
}

/// <summary>What a transaction announces that it will touch (EIP-2930).</summary>
public sealed record AccessListItem(Address Address, IReadOnlyList<Hash32> StorageKeys);

/// <summary>An account's word that its code is that of another (EIP-7702).</summary>
/// <param name="ChainId">Where it counts; zero is everywhere.</param>
/// <param name="Address">Whose code it takes; the zero address takes it away again.</param>
/// <param name="Nonce">The account's nonce at which it counts.</param>
/// <param name="Signature">By the account's own key.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct AuthorizationItem(UInt256 ChainId, Address Address, ulong Nonce, Signature Signature);
