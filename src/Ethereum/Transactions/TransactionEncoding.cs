using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Ethereum.Transactions;

/// <summary>The way from an encoding (EIP-2718) to the reader of its kind.</summary>
internal static class TransactionEncoding
{
    private const byte MaxType = 0x7F;

    /// <summary>Reads what comes before the fields; they must be all there is.</summary>
    public static RlpReader ReadFieldList(ReadOnlySpan<byte> encoding, out TransactionType type)
    {
        if (encoding.IsEmpty)
            throw new RlpException(RlpFault.Truncated, 0);

        type = encoding[0] switch
        {
            >= RlpPrefix.EmptyList => TransactionType.Legacy,
            >= (byte)TransactionType.AccessList and <= (byte)TransactionType.SetCode => (TransactionType)encoding[0],
            <= MaxType => throw new RlpException(RlpFault.InvalidValue, 0, $"no transaction of type {encoding[0]} is known."),
            _ => throw new RlpException(
                RlpFault.ExpectedList, 0, "a byte string is no transaction; inside a block's body, it holds one with a type."),
        };
        var whole = new RlpReader(encoding, type == TransactionType.Legacy ? 0 : 1);
        var fields = whole.ReadList();
        whole.ReadEnd();
        return fields;
    }

    /// <summary>Reads the fields that come before the signature. <paramref name="encoding"/> is what the reader reads.</summary>
    public static Transaction ReadFields(ref RlpReader fields, TransactionType type, ReadOnlyMemory<byte> encoding) => type switch
    {
        TransactionType.Legacy => LegacyTransaction.ReadFields(ref fields, encoding),
        TransactionType.AccessList => AccessListTransaction.ReadFields(ref fields, encoding),
        TransactionType.FeeMarket => FeeMarketTransaction.ReadFields(ref fields, encoding),
        TransactionType.Blob => BlobTransaction.ReadFields(ref fields, encoding),
        _ => SetCodeTransaction.ReadFields(ref fields, encoding),
    };

    public static ulong ReadNonce(ref RlpReader fields)
    {
        var offset = fields.Offset;
        var nonce = fields.ReadUInt64();
        return nonce < ulong.MaxValue
            ? nonce
            : throw new RlpException(RlpFault.NumberTooLarge, offset, "a nonce is below 2^64 − 1 (EIP-2681).");
    }

    /// <summary>A byte string as a part of the encoding that the reader reads.</summary>
    public static ReadOnlyMemory<byte> ReadData(ref RlpReader fields, ReadOnlyMemory<byte> encoding)
    {
        var length = fields.ReadBytes().Length;
        return encoding.Slice(fields.Offset - length, length);
    }
}
