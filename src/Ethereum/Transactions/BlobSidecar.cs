using System.Security.Cryptography;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Ethereum.Transactions;

/// <summary>How the blobs of a transaction are proven.</summary>
public enum BlobProofForm
{
    /// <summary>One proof for each blob (EIP-4844), until Osaka.</summary>
    WholeBlobs = 0,

    /// <summary>One proof for each of the 128 cells of each blob (EIP-7594), since Osaka.</summary>
    Cells = 1,
}

/// <summary>
/// The blobs of a transaction with their KZG commitments and proofs. Lengths and counts are right; the mathematics is not looked at here.
/// </summary>
public sealed class BlobSidecar
{
    public const int BlobLength = 131_072;

    public const int CellsPerBlob = 128;

    /// <summary>The length of a commitment and of a proof: a compressed point.</summary>
    public const int PointLength = 48;

    private const byte VersionedHashVersion = 0x01;

    /// <summary>
    /// Takes one commitment for each blob, and as many proofs as the form says; <see cref="ArgumentException"/> names what has another
    /// length.
    /// </summary>
    public BlobSidecar(
        BlobProofForm form,
        IReadOnlyList<ReadOnlyMemory<byte>> blobs,
        IReadOnlyList<ReadOnlyMemory<byte>> commitments,
        IReadOnlyList<ReadOnlyMemory<byte>> proofs)
    {
        if (WrongLengths(form, blobs, commitments, proofs) is { } fault)
            throw new ArgumentException(fault, nameof(blobs));

        (Form, Blobs, Commitments, Proofs) = (form, blobs, commitments, proofs);
    }

    public BlobProofForm Form { get; }

    public IReadOnlyList<ReadOnlyMemory<byte>> Blobs { get; }

    public IReadOnlyList<ReadOnlyMemory<byte>> Commitments { get; }

    /// <summary>One for each blob, or one for each cell of the first blob, then of the second, and so on.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Proofs { get; }

    /// <summary>What a transaction commits to: the SHA-256 hash of a commitment, with a version as its first byte.</summary>
    public static Hash32 VersionedHash(ReadOnlySpan<byte> commitment)
    {
        Span<byte> hash = stackalloc byte[Hash32.ByteLength];
        SHA256.HashData(commitment, hash);
        hash[0] = VersionedHashVersion;
        return new Hash32(hash);
    }

    /// <summary>Whether these are the commitments of the transaction's blobs, in their order.</summary>
    public bool IsOf(BlobTransaction transaction) =>
        transaction.BlobVersionedHashes.SequenceEqual(Commitments.Select(commitment => VersionedHash(commitment.Span)));

    internal static BlobSidecar Read(ref RlpReader parts)
    {
        var offset = parts.Offset;
        var form = BlobProofForm.WholeBlobs;
        if (!parts.NextIsList)
        {
            form = (BlobProofForm)parts.ReadByte();
            if (form != BlobProofForm.Cells)
                throw new RlpException(RlpFault.InvalidValue, offset, $"no form {(int)form} of blobs beside a transaction is known.");
        }

        var blobs = ReadList(ref parts, BlobLength);
        var commitments = ReadList(ref parts, PointLength);
        var proofs = ReadList(ref parts, PointLength);
        return WrongLengths(form, blobs, commitments, proofs) is { } fault
            ? throw new RlpException(RlpFault.WrongLength, offset, fault)
            : new BlobSidecar(form, blobs, commitments, proofs);
    }

    internal void Write(RlpWriter writer)
    {
        if (Form == BlobProofForm.Cells)
            writer.Write((ulong)Form);

        foreach (var list in (ReadOnlySpan<IReadOnlyList<ReadOnlyMemory<byte>>>)[Blobs, Commitments, Proofs])
        {
            writer.StartList();
            foreach (var item in list)
                writer.Write(item.Span);
            writer.EndList();
        }
    }

    private static List<ReadOnlyMemory<byte>> ReadList(ref RlpReader parts, int length)
    {
        var list = parts.ReadList();
        List<ReadOnlyMemory<byte>> items = [];
        while (!list.IsAtEnd)
            items.Add(list.ReadBytes(length).ToArray());
        return items;
    }

    private static string? WrongLengths(
        BlobProofForm form,
        IReadOnlyList<ReadOnlyMemory<byte>> blobs,
        IReadOnlyList<ReadOnlyMemory<byte>> commitments,
        IReadOnlyList<ReadOnlyMemory<byte>> proofs)
    {
        if (form is not (BlobProofForm.WholeBlobs or BlobProofForm.Cells))
            return $"no form {(int)form} of blobs beside a transaction is known.";

        var proofCount = blobs.Count * (form == BlobProofForm.Cells ? CellsPerBlob : 1);
        if (commitments.Count != blobs.Count)
            return $"{blobs.Count} blobs have as many commitments, not {commitments.Count}.";
        if (proofs.Count != proofCount)
            return $"{blobs.Count} blobs have {proofCount} proofs, not {proofs.Count}.";
        if (blobs.Any(blob => blob.Length != BlobLength))
            return $"a blob has {BlobLength} bytes.";
        return commitments.Concat(proofs).Any(point => point.Length != PointLength)
            ? $"a commitment and a proof have {PointLength} bytes each."
            : null;
    }
}
