using System.Diagnostics.CodeAnalysis;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Ethereum.Transactions;

/// <summary>A transaction as a block holds it, with the bytes that its hash is of. Equality is by those bytes.</summary>
public sealed class SignedTransaction : IEquatable<SignedTransaction>
{
    internal SignedTransaction(Transaction transaction, Signature signature, ReadOnlyMemory<byte> encoding)
    {
        Transaction = transaction;
        Signature = signature;
        Encoding = encoding;
        Hash = Keccak256.Hash(encoding.Span);
    }

    public Transaction Transaction { get; }

    /// <summary>As it was found or given; only <see cref="TryRecoverSender"/> says whether it is a signature of anyone.</summary>
    public Signature Signature { get; }

    /// <summary>
    /// The type byte, if it has one, and the fields (EIP-2718): what <c>eth_sendRawTransaction</c> takes, except for blobs.
    /// </summary>
    public ReadOnlyMemory<byte> Encoding { get; }

    public Hash32 Hash { get; }

    /// <summary>
    /// Reads an encoding and keeps a copy of it. Throws <see cref="RlpException"/> if it is not the canonical encoding of one transaction
    /// whose every field is in its range. Whether a chain would take it is another question.
    /// </summary>
    public static SignedTransaction Decode(ReadOnlySpan<byte> encoding)
    {
        var copy = encoding.ToArray();
        var fields = TransactionEncoding.ReadFieldList(copy, out var type);
        if (type == TransactionType.Blob && fields.NextIsList)
        {
            throw new RlpException(
                RlpFault.ExpectedBytes, fields.Offset, $"this is a transaction with its blobs, which {nameof(PooledTransaction)} reads.");
        }

        return Read(ref fields, type, copy);
    }

    /// <summary>Reads an encoding as <see cref="Decode"/> does; false if it is none.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoding, [NotNullWhen(true)] out SignedTransaction? transaction)
    {
        try
        {
            transaction = Decode(encoding);
            return true;
        }
        catch (RlpException)
        {
            transaction = null;
            return false;
        }
    }

    /// <summary>
    /// The account that signed; false if none can have. An s in the upper half is refused, as every chain does since Homestead (EIP-2);
    /// only for older blocks it may be allowed.
    /// </summary>
    public bool TryRecoverSender(out Address sender, HighS highS = HighS.Refused) =>
        Secp256k1.TryRecoverAddress(Transaction.SigningDigest(), Signature, out sender, highS);

    public bool Equals(SignedTransaction? other) => other is not null && Hash == other.Hash;

    public override bool Equals(object? obj) => Equals(obj as SignedTransaction);

    public override int GetHashCode() => Hash.GetHashCode();

    public override string ToString() => $"{Transaction.Type} transaction {Hash}";

    internal static SignedTransaction Read(ref RlpReader fields, TransactionType type, ReadOnlyMemory<byte> encoding)
    {
        var transaction = TransactionEncoding.ReadFields(ref fields, type, encoding);
        bool yParity;
        if (transaction is LegacyTransaction legacy)
            transaction = LegacyTransaction.ReadV(ref fields, legacy, out yParity);
        else
            yParity = fields.ReadBool();

        var offset = fields.Offset;
        var signature = new Signature(fields.ReadUInt256(), fields.ReadUInt256(), yParity);
        fields.ReadEnd();

        // The unsigned form of a legacy transaction has the shape of the signed one, and a chain's id can pass for v.
        if (signature.R.IsZero || signature.S.IsZero)
            throw new RlpException(RlpFault.InvalidValue, offset, "no signature has a zero in it: this is not signed.");

        return new SignedTransaction(transaction, signature, encoding);
    }
}
