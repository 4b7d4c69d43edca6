using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Ethereum.Transactions;

/// <summary>A transaction that pays the block's base fee and a tip, each up to a maximum (EIP-1559).</summary>
public sealed record FeeMarketTransaction : TypedTransaction
{
    public override TransactionType Type => TransactionType.FeeMarket;

    /// <summary>Null creates a contract from <see cref="Transaction.Data"/>.</summary>
    public new required Address? To
    {
        get => base.To;
        init => base.To = value;
    }

    /// <summary>The most that goes to the block's proposer.</summary>
    public required Wei MaxPriorityFeePerGas { get; init; }

    /// <summary>The most that is paid at all.</summary>
    public required Wei MaxFeePerGas { get; init; }

    public bool Equals(FeeMarketTransaction? other) => base.Equals(other);

    public override int GetHashCode() => base.GetHashCode();

    internal static FeeMarketTransaction ReadFields(ref RlpReader fields, ReadOnlyMemory<byte> encoding) => new()
    {
        ChainId = new ChainId(fields.ReadUInt64()),
        Nonce = TransactionEncoding.ReadNonce(ref fields),
        MaxPriorityFeePerGas = fields.ReadWei(),
        MaxFeePerGas = fields.ReadWei(),
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
        writer.Write(MaxPriorityFeePerGas);
        writer.Write(MaxFeePerGas);
        writer.Write(GasLimit);
        writer.Write(To);
        writer.Write(Value);
        writer.Write(Data.Span);
        AccessListEntry.WriteList(writer, AccessList);
    }
}
