using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Ethereum.Transactions;

/// <summary>A transaction with an access list and a single gas price (EIP-2930).</summary>
public sealed record AccessListTransaction : TypedTransaction
{
    public override TransactionType Type => TransactionType.AccessList;

    /// <summary>Null creates a contract from <see cref="Transaction.Data"/>.</summary>
    public new required Address? To
    {
        get => base.To;
        init => base.To = value;
    }

    public required Wei GasPrice { get; init; }

    public bool Equals(AccessListTransaction? other) => base.Equals(other);

    public override int GetHashCode() => base.GetHashCode();

    internal static AccessListTransaction ReadFields(ref RlpReader fields, ReadOnlyMemory<byte> encoding) => new()
    {
        ChainId = new ChainId(fields.ReadUInt64()),
        Nonce = TransactionEncoding.ReadNonce(ref fields),
        GasPrice = fields.ReadWei(),
        GasLimit = fields.ReadUInt64(),
        To = fields.ReadOptionalAddress(),
        Value = fields.ReadWei(),
        Data = TransactionEncoding.ReadData(ref fields, encoding),
        AccessList = AccessListEntry.ReadList(ref fields),
    };

    private protected override void WriteFields(RlpWriter writer)
    {
        writer.Write(ChainId.Value);
        writer.Write(Nonce);
        writer.Write(GasPrice);
        writer.Write(GasLimit);
        writer.Write(To);
        writer.Write(Value);
        writer.Write(Data.Span);
        AccessListEntry.WriteList(writer, AccessList);
    }
}

/// <summary>An account that a transaction says it will use, and which slots of its storage. Equality is by content.</summary>
public sealed record AccessListEntry(Address Address, IReadOnlyList<Hash32> StorageKeys)
{
    public bool Equals(AccessListEntry? other) =>
        other is not null && Address == other.Address && StorageKeys.SequenceEqual(other.StorageKeys);

    public override int GetHashCode() => HashCode.Combine(Address, StorageKeys.Count);

    internal static IReadOnlyList<AccessListEntry> ReadList(ref RlpReader fields)
    {
        var list = fields.ReadList();
        if (list.IsAtEnd)
            return [];

        List<AccessListEntry> entries = [];
        while (!list.IsAtEnd)
        {
            var entry = list.ReadList();
            var address = entry.ReadAddress();
            var keyList = entry.ReadList();
            entry.ReadEnd();

            List<Hash32> keys = [];
            while (!keyList.IsAtEnd)
                keys.Add(keyList.ReadHash32());
            entries.Add(new AccessListEntry(address, keys));
        }

        return entries;
    }

    internal static void WriteList(RlpWriter writer, IReadOnlyList<AccessListEntry> entries)
    {
        writer.StartList();
        foreach (var entry in entries)
        {
            writer.StartList();
            writer.Write(entry.Address);
            writer.StartList();
            foreach (var key in entry.StorageKeys)
                writer.Write(key);
            writer.EndList();
            writer.EndList();
        }

        writer.EndList();
    }
}
