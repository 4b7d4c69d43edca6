using System.Diagnostics.CodeAnalysis;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Transactions;

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

    public IReadOnlyList<AccessListEntry>? AccessList { get; init; }

    public IReadOnlyList<Hash32>? BlobHashes { get; init; }

    public IReadOnlyList<SignedAuthorization>? Authorizations { get; init; }

    /// <summary>Null for transactions that nobody signed, such as a rollup's deposits.</summary>
    public Signature? Signature { get; init; }

    /// <summary>
    /// The transaction itself, whose bytes and sender can be checked. False if its type is not one of Ethereum's, or if what the node told
    /// does not hash to the hash that it gave.
    /// </summary>
    public bool TryRebuild([NotNullWhen(true)] out SignedTransaction? transaction)
    {
        transaction = null;
        if (Signature is not { } signature || Unsigned() is not { } unsigned)
            return false;

        var rebuilt = unsigned.WithSignature(signature);
        transaction = rebuilt.Hash == Hash ? rebuilt : null;
        return transaction is not null;
    }

    private Transaction? Unsigned() => (TransactionType)Type switch
    {
        TransactionType.Legacy when GasPrice is { } price => new LegacyTransaction
        {
            ChainId = ChainId,
            Nonce = Nonce,
            GasPrice = price,
            GasLimit = GasLimit,
            To = To,
            Value = Value,
            Data = Input,
        },
        TransactionType.AccessList when ChainId is { } chain && GasPrice is { } price => new AccessListTransaction
        {
            ChainId = chain,
            Nonce = Nonce,
            GasPrice = price,
            GasLimit = GasLimit,
            To = To,
            Value = Value,
            Data = Input,
            AccessList = AccessList ?? [],
        },
        TransactionType.FeeMarket when ChainId is { } chain && MaxFeePerGas is { } cap && MaxPriorityFeePerGas is { } tip =>
            new FeeMarketTransaction
            {
                ChainId = chain,
                Nonce = Nonce,
                MaxFeePerGas = cap,
                MaxPriorityFeePerGas = tip,
                GasLimit = GasLimit,
                To = To,
                Value = Value,
                Data = Input,
                AccessList = AccessList ?? [],
            },
        TransactionType.Blob when ChainId is { } chain && MaxFeePerGas is { } cap && MaxPriorityFeePerGas is { } tip
            && MaxFeePerBlobGas is { } blobCap && To is { } to && BlobHashes is not null => new BlobTransaction
            {
                ChainId = chain,
                Nonce = Nonce,
                MaxFeePerGas = cap,
                MaxPriorityFeePerGas = tip,
                GasLimit = GasLimit,
                To = to,
                Value = Value,
                Data = Input,
                AccessList = AccessList ?? [],
                MaxFeePerBlobGas = blobCap,
                BlobVersionedHashes = BlobHashes,
            },
        TransactionType.SetCode when ChainId is { } chain && MaxFeePerGas is { } cap && MaxPriorityFeePerGas is { } tip
            && To is { } to && Authorizations is not null => new SetCodeTransaction
            {
                ChainId = chain,
                Nonce = Nonce,
                MaxFeePerGas = cap,
                MaxPriorityFeePerGas = tip,
                GasLimit = GasLimit,
                To = to,
                Value = Value,
                Data = Input,
                AccessList = AccessList ?? [],
                Authorizations = Authorizations,
            },
        _ => null,
    };
}
