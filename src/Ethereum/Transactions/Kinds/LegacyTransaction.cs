using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Ethereum.Transactions;

/// <summary>
/// The first kind of transaction. Its chain, if it names one (EIP-155), stands in what is signed and in the signature's v.
/// </summary>
public sealed record LegacyTransaction : Transaction
{
    // v is 27 or 28 without a chain, and 35 or 36 more than twice the chain's id with one.
    private const ulong UnprotectedV = 27;
    private const ulong ProtectedV = 35;

    public override TransactionType Type => TransactionType.Legacy;

    /// <summary>Null lets anyone send the same transaction on every chain.</summary>
    public required ChainId? ChainId { get; init; }

    /// <summary>Null creates a contract from <see cref="Transaction.Data"/>.</summary>
    public new required Address? To
    {
        get => base.To;
        init => base.To = value;
    }

    public required Wei GasPrice { get; init; }

    public bool Equals(LegacyTransaction? other) => base.Equals(other);

    public override int GetHashCode() => base.GetHashCode();

    internal static LegacyTransaction ReadFields(ref RlpReader fields, ReadOnlyMemory<byte> encoding) => new()
    {
        ChainId = null,
        Nonce = TransactionEncoding.ReadNonce(ref fields),
        GasPrice = fields.ReadWei(),
        GasLimit = fields.ReadUInt64(),
        To = fields.ReadOptionalAddress(),
        Value = fields.ReadWei(),
        Data = TransactionEncoding.ReadData(ref fields, encoding),
    };

    /// <summary>Reads what follows the fields in the unsigned form: the chain's id and two zeros, or nothing.</summary>
    internal static LegacyTransaction ReadReplayProtection(ref RlpReader fields, LegacyTransaction transaction)
    {
        if (fields.IsAtEnd)
            return transaction;

        var chainId = new ChainId(fields.ReadUInt64());
        for (var i = 0; i < 2; i++)
        {
            var offset = fields.Offset;
            if (fields.ReadByte() != 0)
                throw new RlpException(RlpFault.InvalidValue, offset, "zeros stand where the signature will be.");
        }

        return transaction with { ChainId = chainId };
    }

    /// <summary>Reads v, which holds the signature's parity and maybe the chain's id.</summary>
    internal static LegacyTransaction ReadV(ref RlpReader fields, LegacyTransaction transaction, out bool yParity)
    {
        var offset = fields.Offset;
        var v = fields.ReadUInt256();
        if (v == UnprotectedV || v == UnprotectedV + 1)
        {
            yParity = v != UnprotectedV;
            return transaction;
        }

        if (v < ProtectedV)
            throw new RlpException(RlpFault.InvalidValue, offset, $"a signature's v is 27, 28, or 35 and more, not {v}.");

        var protection = v - ProtectedV;
        var chainId = protection >> 1;
        if (!chainId.FitsUInt64)
            throw new RlpException(RlpFault.NumberTooLarge, offset, $"the chain id in a signature's v of {v} does not fit 64 bits.");

        yParity = !(protection & 1UL).IsZero;
        return transaction with { ChainId = new ChainId((ulong)chainId) };
    }

    private protected override void WriteFields(RlpWriter writer)
    {
        writer.Write(Nonce);
        writer.Write(GasPrice);
        writer.Write(GasLimit);
        writer.Write(To);
        writer.Write(Value);
        writer.Write(Data.Span);
    }

    private protected override void WriteUnsigned(RlpWriter writer)
    {
        writer.StartList();
        WriteFields(writer);
        if (ChainId is { } chainId)
        {
            writer.Write(chainId.Value);
            writer.Write(0UL);
            writer.Write(0UL);
        }

        writer.EndList();
    }

    private protected override void WriteSignature(RlpWriter writer, Signature signature)
    {
        var parity = signature.YParity ? 1UL : 0;
        writer.Write(ChainId is { } chainId ? ((UInt256)chainId.Value << 1) + (ProtectedV + parity) : UnprotectedV + parity);
        writer.Write(signature.R);
        writer.Write(signature.S);
    }
}
