using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Ethereum.Transactions;

/// <summary>
/// A transaction on its way into a block, as nodes send it to each other and <c>eth_sendRawTransaction</c> takes it: one that commits to
/// blobs has them with it, and any other is just itself.
/// </summary>
public sealed class PooledTransaction
{
    /// <summary>
    /// Joins a transaction with the blobs that it commits to, or with none if it does not; <see cref="ArgumentException"/> if they do not
    /// belong together.
    /// </summary>
    public PooledTransaction(SignedTransaction transaction, BlobSidecar? sidecar = null)
    {
        if (!BelongTogether(transaction, sidecar))
            throw new ArgumentException("The blobs are not those that the transaction commits to.", nameof(sidecar));

        (Transaction, Sidecar) = (transaction, sidecar);
    }

    /// <summary>The transaction as the block will hold it.</summary>
    public SignedTransaction Transaction { get; }

    /// <summary>The blobs; null if, and only if, the transaction commits to none.</summary>
    public BlobSidecar? Sidecar { get; }

    /// <summary>
    /// Reads the form with blobs, before (EIP-4844) or since (EIP-7594) they are proven cell by cell, or a transaction that needs none.
    /// Throws <see cref="RlpException"/> if it is neither, or if the blobs' commitments are not those of the transaction. The proofs are
    /// not verified.
    /// </summary>
    public static PooledTransaction Decode(ReadOnlySpan<byte> encoding)
    {
        if (encoding.IsEmpty || encoding[0] != (byte)TransactionType.Blob)
            return new PooledTransaction(SignedTransaction.Decode(encoding));

        var parts = TransactionEncoding.ReadFieldList(encoding, out _);
        if (!parts.NextIsList)
            throw new RlpException(RlpFault.ExpectedList, parts.Offset, "the transaction commits to blobs and comes without them.");

        var transaction = DecodeInner(ref parts);
        var offset = parts.Offset;
        var sidecar = BlobSidecar.Read(ref parts);
        parts.ReadEnd();
        return BelongTogether(transaction, sidecar)
            ? new PooledTransaction(transaction, sidecar)
            : throw new RlpException(RlpFault.InvalidValue, offset, "the blobs' commitments are not those of the transaction.");
    }

    public byte[] Encode()
    {
        if (Sidecar is null)
            return Transaction.Encoding.ToArray();

        using var writer = new RlpWriter();
        writer.StartList();
        writer.WriteEncoded(Transaction.Encoding.Span[1..]);
        Sidecar.Write(writer);
        writer.EndList();

        var encoding = new byte[1 + writer.Length];
        encoding[0] = (byte)TransactionType.Blob;
        writer.CopyTo(encoding.AsSpan(1));
        return encoding;
    }

    // Inside the form with blobs, a transaction stands without its type.
    private static SignedTransaction DecodeInner(ref RlpReader parts)
    {
        const int TypeLength = 1;
        var start = parts.Offset;
        try
        {
            return SignedTransaction.Decode([(byte)TransactionType.Blob, .. parts.ReadItem()]);
        }
        catch (RlpException refusal) when (parts.Offset > start)
        {
            throw refusal.At(start + refusal.Offset - TypeLength);
        }
    }

    private static bool BelongTogether(SignedTransaction transaction, BlobSidecar? sidecar) =>
        transaction.Transaction is BlobTransaction blob ? sidecar is not null && sidecar.IsOf(blob) : sidecar is null;
}
