using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Rlp;
using OpenGradient.Ethereum.Transactions;

namespace OpenGradient.Ethereum.Tests.Transactions;

public sealed class PooledTransactionTests
{
    private const int Seed = 20_260_403;

    [Theory]
    [InlineData(BlobProofForm.WholeBlobs, 1)]
    [InlineData(BlobProofForm.WholeBlobs, 3)]
    [InlineData(BlobProofForm.Cells, 1)]
    [InlineData(BlobProofForm.Cells, 2)]
    public void Reads_back_what_it_wrote(BlobProofForm form, int blobs)
    {
        var pooled = Sample(form, blobs);
        var encoding = pooled.Encode();

        var decoded = PooledTransaction.Decode(encoding);

        Assert.Equal(pooled.Transaction, decoded.Transaction);
        Assert.Equal(encoding, decoded.Encode());
        Assert.Equal(form, decoded.Sidecar!.Form);
        Assert.Equal(blobs, decoded.Sidecar.Blobs.Count);
        Assert.Equal(pooled.Sidecar!.Blobs[0].ToArray(), decoded.Sidecar.Blobs[0].ToArray());
        Assert.Equal(pooled.Transaction.Hash, Keccak256.Hash(pooled.Transaction.Encoding.Span));
    }

    [Fact]
    public void Any_other_transaction_is_just_itself()
    {
        var transaction = RandomTransactions.Next(new Random(Seed), TransactionType.FeeMarket).WithSignature(new Signature(1UL, 2UL, false));

        var decoded = PooledTransaction.Decode(transaction.Encoding.Span);

        Assert.Equal((transaction, null), (decoded.Transaction, decoded.Sidecar));
        Assert.Equal(transaction.Encoding.ToArray(), decoded.Encode());
    }

    [Fact]
    public void Each_reader_names_the_other_for_the_form_that_it_does_not_read()
    {
        var pooled = Sample(BlobProofForm.WholeBlobs, 1);

        var inBlock = Assert.Throws<RlpException>(() => SignedTransaction.Decode(pooled.Encode()));
        var onTheWay = Assert.Throws<RlpException>(() => PooledTransaction.Decode(pooled.Transaction.Encoding.Span));

        Assert.Contains(nameof(PooledTransaction), inBlock.Message, StringComparison.Ordinal);
        Assert.Contains("without them", onTheWay.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_truncations_and_anything_behind()
    {
        var encoding = Sample(BlobProofForm.Cells, 1).Encode();
        var lengths = Enumerable.Range(0, encoding.Length).Where(length => length < 600 || length % 499 == 0 || length > encoding.Length - 600);
        foreach (var length in lengths)
            Assert.Throws<RlpException>(() => PooledTransaction.Decode(encoding.AsSpan(0, length)));

        Assert.Throws<RlpException>(() => PooledTransaction.Decode([.. encoding, 0]));
    }

    [Fact]
    public void Refuses_parts_that_are_not_of_the_transaction_or_not_of_their_number()
    {
        var pooled = Sample(BlobProofForm.WholeBlobs, 2);
        var other = Sample(BlobProofForm.WholeBlobs, 2, seed: 1);
        var (blobs, points, proofs) = (pooled.Sidecar!.Blobs, pooled.Sidecar.Commitments, pooled.Sidecar.Proofs);

        AssertRefused(null, blobs, other.Sidecar!.Commitments, proofs);
        AssertRefused(null, blobs, [points[1], points[0]], proofs);
        AssertRefused(null, [blobs[0]], points, proofs);
        AssertRefused(null, blobs, points, [proofs[0]]);
        AssertRefused(null, [blobs[0]], [points[0]], [proofs[0]]);
        AssertRefused(null, blobs, points, [proofs[0], proofs[1][..47]]);
        AssertRefused(null, [blobs[0], blobs[1][1..]], points, proofs);
        AssertRefused(0, blobs, points, proofs);
        AssertRefused(1, blobs, points, proofs);
        AssertRefused(2, blobs, points, proofs);
        Assert.Equal(pooled.Encode(), Compose(pooled.Transaction, null, blobs, points, proofs));

        void AssertRefused(
            int? version,
            IReadOnlyList<ReadOnlyMemory<byte>> changedBlobs,
            IReadOnlyList<ReadOnlyMemory<byte>> changedPoints,
            IReadOnlyList<ReadOnlyMemory<byte>> changedProofs) =>
            Assert.Throws<RlpException>(
                () => PooledTransaction.Decode(Compose(pooled.Transaction, version, changedBlobs, changedPoints, changedProofs)));
    }

    [Fact]
    public void Says_where_in_the_whole_a_part_of_the_transaction_is_refused()
    {
        var pooled = Sample(BlobProofForm.WholeBlobs, 1);
        var encoding = pooled.Encode();
        var fields = pooled.Transaction.Encoding.Span[1..];
        // The parity is the third byte from the end: the two numbers of the signature behind it are 1 and 2.
        var parity = encoding.AsSpan().IndexOf(fields) + fields.Length - 3;
        encoding[parity] = 2;

        var error = Assert.Throws<RlpException>(() => PooledTransaction.Decode(encoding));

        Assert.Equal((RlpFault.InvalidValue, parity), (error.Fault, error.Offset));
        Assert.Equal($"Refused at byte {parity}: 0 or 1 belongs here, not 2.", error.Message);
    }

    [Fact]
    public void Refuses_to_make_a_sidecar_of_other_lengths()
    {
        ReadOnlyMemory<byte> blob = new byte[BlobSidecar.BlobLength];
        ReadOnlyMemory<byte> point = new byte[BlobSidecar.PointLength];

        Assert.Throws<ArgumentException>(() => new BlobSidecar(BlobProofForm.WholeBlobs, [blob], [point], []));
        Assert.Throws<ArgumentException>(() => new BlobSidecar(BlobProofForm.Cells, [blob], [point], [point]));
        Assert.Throws<ArgumentException>(() => new BlobSidecar(BlobProofForm.WholeBlobs, [point], [point], [point]));
        Assert.Throws<ArgumentException>(() => new BlobSidecar((BlobProofForm)2, [blob], [point], [point]));
    }

    [Fact]
    public void Refuses_to_join_a_transaction_with_blobs_of_another_or_with_none()
    {
        var pooled = Sample(BlobProofForm.WholeBlobs, 1);
        var other = Sample(BlobProofForm.WholeBlobs, 1, seed: 1);
        var plain = RandomTransactions.Next(new Random(Seed), TransactionType.FeeMarket).WithSignature(new Signature(1UL, 2UL, false));

        Assert.Throws<ArgumentException>(() => new PooledTransaction(pooled.Transaction));
        Assert.Throws<ArgumentException>(() => new PooledTransaction(pooled.Transaction, other.Sidecar));
        Assert.Throws<ArgumentException>(() => new PooledTransaction(plain, pooled.Sidecar));
    }

    [Fact]
    public void A_versioned_hash_is_the_hash_of_the_commitment_with_its_version_first()
    {
        // The commitment of the zero polynomial, which every client of EIP-4844 knows by this hash.
        var infinity = new byte[BlobSidecar.PointLength];
        infinity[0] = 0xC0;

        Assert.Equal(
            "0x010657f37554c781402a22917dee2f75def7ab966d7b770905398eba3c444014", BlobSidecar.VersionedHash(infinity).ToString());
    }

    private static PooledTransaction Sample(BlobProofForm form, int count, int seed = Seed)
    {
        var random = new Random(seed);
        var sidecar = new BlobSidecar(
            form,
            Draw(BlobSidecar.BlobLength, count),
            Draw(BlobSidecar.PointLength, count),
            Draw(BlobSidecar.PointLength, count * (form == BlobProofForm.Cells ? BlobSidecar.CellsPerBlob : 1)));
        var transaction = (BlobTransaction)RandomTransactions.Next(random, TransactionType.Blob) with
        {
            BlobVersionedHashes = [.. sidecar.Commitments.Select(point => BlobSidecar.VersionedHash(point.Span))],
        };
        return new PooledTransaction(transaction.WithSignature(new Signature(1UL, 2UL, true)), sidecar);

        ReadOnlyMemory<byte>[] Draw(int length, int howMany) =>
            [.. Enumerable.Range(0, howMany).Select(_ => (ReadOnlyMemory<byte>)Tries.TrieTests.RandomBytes(random, length))];
    }

    private static byte[] Compose(
        SignedTransaction transaction,
        int? version,
        IReadOnlyList<ReadOnlyMemory<byte>> blobs,
        IReadOnlyList<ReadOnlyMemory<byte>> commitments,
        IReadOnlyList<ReadOnlyMemory<byte>> proofs)
    {
        using var writer = new RlpWriter();
        writer.StartList();
        writer.WriteEncoded(transaction.Encoding.Span[1..]);
        if (version is { } number)
            writer.Write((ulong)number);
        foreach (var part in (IReadOnlyList<ReadOnlyMemory<byte>>[])[blobs, commitments, proofs])
        {
            writer.StartList();
            foreach (var item in part)
                writer.Write(item.Span);
            writer.EndList();
        }

        writer.EndList();
        return [0x03, .. writer.ToArray()];
    }
}
