using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Ethereum.Transactions;

/// <summary>The kinds of transactions, by the byte that starts their encoding (EIP-2718); a legacy transaction has none.</summary>
public enum TransactionType : byte
{
    Legacy = 0,

    /// <summary>Berlin, EIP-2930.</summary>
    AccessList = 1,

    /// <summary>London, EIP-1559.</summary>
    FeeMarket = 2,

    /// <summary>Cancun, EIP-4844.</summary>
    Blob = 3,

    /// <summary>Prague, EIP-7702.</summary>
    SetCode = 4,
}

/// <summary>
/// What a sender asks of a chain, not yet signed. The kinds are closed: <see cref="LegacyTransaction"/>,
/// <see cref="AccessListTransaction"/>, <see cref="FeeMarketTransaction"/>, <see cref="BlobTransaction"/> and
/// <see cref="SetCodeTransaction"/>. Equality is by what is signed.
/// </summary>
public abstract record Transaction
{
    private protected Transaction()
    {
    }

    public abstract TransactionType Type { get; }

    /// <summary>How many transactions of the sender come before this one. No account may reach 2^64 − 1 (EIP-2681).</summary>
    public required ulong Nonce { get; init; }

    public required ulong GasLimit { get; init; }

    /// <summary>Null creates a contract from <see cref="Data"/>. Each kind declares it anew, as not every kind can create one.</summary>
    public Address? To { get; private protected init; }

    public Wei Value { get; init; }

    /// <summary>The input of the call, or the code that returns the code of the new contract.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The type byte as it stands before an encoding; empty for a legacy transaction.</summary>
    private protected ReadOnlySpan<byte> TypePrefix => Type == TransactionType.Legacy ? [] : TypeBytes.Slice((int)Type, 1);

    private static ReadOnlySpan<byte> TypeBytes => [0, 1, 2, 3, 4];

    /// <summary>The bytes whose hash is signed.</summary>
    public byte[] EncodeUnsigned()
    {
        using var writer = new RlpWriter();
        WriteUnsigned(writer);
        return Encode(writer);
    }

    /// <summary>The hash that the sender signs.</summary>
    public Hash32 SigningDigest()
    {
        using var writer = new RlpWriter();
        WriteUnsigned(writer);
        return writer.ToHash(TypePrefix);
    }

    public SignedTransaction Sign(PrivateKey key) => WithSignature(key.Sign(SigningDigest()));

    /// <summary>
    /// Joins the transaction with a signature of its <see cref="SigningDigest"/> that was made elsewhere. It is not checked here.
    /// </summary>
    public SignedTransaction WithSignature(Signature signature)
    {
        using var writer = new RlpWriter();
        writer.StartList();
        WriteFields(writer);
        WriteSignature(writer, signature);
        writer.EndList();
        return new SignedTransaction(this, signature, Encode(writer));
    }

    /// <summary>
    /// Reads the bytes whose hash is to be signed, so that a signer can see what it is asked for; throws <see cref="RlpException"/> if
    /// they are not the encoding of a transaction.
    /// </summary>
    public static Transaction DecodeUnsigned(ReadOnlySpan<byte> encoding)
    {
        var copy = encoding.ToArray();
        var fields = TransactionEncoding.ReadFieldList(copy, out var type);
        var transaction = TransactionEncoding.ReadFields(ref fields, type, copy);
        if (transaction is LegacyTransaction legacy)
            transaction = LegacyTransaction.ReadReplayProtection(ref fields, legacy);
        fields.ReadEnd();
        return transaction;
    }

    public virtual bool Equals(Transaction? other) =>
        other is not null && (ReferenceEquals(this, other) || EncodeUnsigned().AsSpan().SequenceEqual(other.EncodeUnsigned()));

    public override int GetHashCode() => SigningDigest().GetHashCode();

    /// <summary>Writes the fields that come before the signature.</summary>
    private protected abstract void WriteFields(RlpWriter writer);

    private protected virtual void WriteUnsigned(RlpWriter writer)
    {
        writer.StartList();
        WriteFields(writer);
        writer.EndList();
    }

    private protected virtual void WriteSignature(RlpWriter writer, Signature signature)
    {
        writer.Write(signature.YParity);
        writer.Write(signature.R);
        writer.Write(signature.S);
    }

    private byte[] Encode(RlpWriter writer)
    {
        var prefix = TypePrefix;
        var encoding = new byte[prefix.Length + writer.Length];
        prefix.CopyTo(encoding);
        writer.CopyTo(encoding.AsSpan(prefix.Length));
        return encoding;
    }
}

/// <summary>What all kinds of transactions with a type byte have.</summary>
public abstract record TypedTransaction : Transaction
{
    private protected TypedTransaction()
    {
    }

    public required ChainId ChainId { get; init; }

    /// <summary>What the sender says will be used, so that its first use costs less (EIP-2930).</summary>
    public IReadOnlyList<AccessListEntry> AccessList { get; init; } = [];

    public virtual bool Equals(TypedTransaction? other) => base.Equals(other);

    public override int GetHashCode() => base.GetHashCode();
}
