using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Ethereum.Transactions;

/// <summary>
/// A transaction that carries authorisations by which accounts delegate to code (EIP-7702). It always calls an account.
/// </summary>
public sealed record SetCodeTransaction : TypedTransaction
{
    public override TransactionType Type => TransactionType.SetCode;

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

    /// <summary>
    /// Applied in their order, before the call; one that does not hold is skipped, and its gas is paid. A chain wants at least one.
    /// </summary>
    public required IReadOnlyList<SignedAuthorization> Authorizations { get; init; }

    public bool Equals(SetCodeTransaction? other) => base.Equals(other);

    public override int GetHashCode() => base.GetHashCode();

    internal static SetCodeTransaction ReadFields(ref RlpReader fields, ReadOnlyMemory<byte> encoding) => new()
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
        Authorizations = SignedAuthorization.ReadList(ref fields),
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
        writer.StartList();
        foreach (var authorization in Authorizations)
            authorization.Write(writer);
        writer.EndList();
    }
}
