using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Ethereum.Transactions;

/// <summary>
/// A transaction that commits to blobs (EIP-4844). It always calls an account. The blobs themselves travel beside it, on the way into a
/// block only: <see cref="PooledTransaction"/>.
/// </summary>
public sealed record BlobTransaction : TypedTransaction
{
    /// <summary>The gas of one blob, which has a price of its own.</summary>
    public const ulong GasPerBlob = 131_072;

    public override TransactionType Type => TransactionType.Blob;

    /// <summary>The account that is called.</summary>
    public new required Address To
    {
        get => base.To.GetValueOrDefault();
        init => base.To = value;
    }

    /// <inheritdoc cref="FeeMarketTransaction.MaxPriorityFeePerGas"/>
    public required Wei MaxPriorityFeePerGas { get; init; }

    /// <inheritdoc cref="FeeMarketTransaction.MaxFeePerGas"/>
    public required Wei MaxFeePerGas { get; init; }

    public required Wei MaxFeePerBlobGas { get; init; }

    /// <summary>One for each blob: <see cref="BlobSidecar.VersionedHash"/> of its commitment.</summary>
    public required IReadOnlyList<Hash32> BlobVersionedHashes { get; init; }

    public ulong BlobGas => checked(GasPerBlob * (ulong)BlobVersionedHashes.Count);

    public bool Equals(BlobTransaction? other) => base.Equals(other);

    public override int GetHashCode() => base.GetHashCode();

    internal static BlobTransaction ReadFields(ref RlpReader fields, ReadOnlyMemory<byte> encoding) => new()
    {
        ChainId = new ChainId(fields.ReadUInt64()),
        Nonce = TransactionEncoding.ReadNonce(ref fields),
        MaxPriorityFeePerGas = fields.ReadWei(),
        MaxFeePerGas = fields.ReadWei(),
        GasLimit = fields.ReadUInt64(),
        To = fields.ReadAddress(),
        Value = fields.ReadWei(),
        Data = TransactionEncoding.ReadData(ref fields, encoding),
        AccessList = AccessListEntry.ReadList(ref fields),
        MaxFeePerBlobGas = fields.ReadWei(),
        BlobVersionedHashes = ReadHashes(ref fields),
    };

    private protected override void WriteFields(RlpWriter writer)
    {
        writer.Write(ChainId.Value);
        writer.Write(Nonce);
        writer.Write(MaxPriorityFeePerGas);
        writer.Write(MaxFeePerGas);
        writer.Write(GasLimit);
        writer.Write(To);
        writer.Write(Value);
        writer.Write(Data.Span);
        AccessListEntry.WriteList(writer, AccessList);
        writer.Write(MaxFeePerBlobGas);
        writer.StartList();
        foreach (var hash in BlobVersionedHashes)
            writer.Write(hash);
        writer.EndList();
    }

    private static List<Hash32> ReadHashes(ref RlpReader fields)
    {
        var list = fields.ReadList();
        List<Hash32> hashes = [];
        while (!list.IsAtEnd)
            hashes.Add(list.ReadHash32());
        return hashes;
    }
}
