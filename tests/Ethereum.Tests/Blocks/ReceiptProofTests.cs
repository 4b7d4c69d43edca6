using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Blocks;

public sealed class ReceiptProofTests
{
    private const int Count = 40;

    private static readonly Receipt[] Receipts = [.. Enumerable.Range(0, Count).Select(ReceiptOf)];
    private static readonly BlockHeader Header = HeaderOver(Receipts);

    [Fact]
    public void Every_receipt_of_a_block_is_shown_by_the_blocks_hash_alone()
    {
        for (var i = 0; i < Count; i++)
        {
            Assert.True(ReceiptProof.Create(Header, Receipts, i).TryVerify(Header.ComputeHash(), out var shown));
            Assert.Equal(Receipts[i].Encode(), shown.Encode());
        }
    }

    [Fact]
    public void A_changed_byte_anywhere_shows_nothing()
    {
        var hash = Header.ComputeHash();
        var proof = ReceiptProof.Create(Header, Receipts, 7);

        for (var i = 0; i < proof.Header.Length; i++)
            Assert.False((proof with { Header = Flipped(proof.Header, i) }).TryVerify(hash, out _));
        for (var node = 0; node < proof.Nodes.Length; node++)
        {
            for (var i = 0; i < proof.Nodes[node].Length; i++)
            {
                var changed = proof with { Nodes = proof.Nodes.SetItem(node, Flipped(proof.Nodes[node], i)) };
                Assert.False(changed.TryVerify(hash, out _));
            }
        }
    }

    [Fact]
    public void Another_block_place_or_way_shows_nothing()
    {
        var hash = Header.ComputeHash();
        var proof = ReceiptProof.Create(Header, Receipts, 7);

        Assert.False(proof.TryVerify(Keccak256.Hash("another"u8), out _));
        Assert.False((proof with { TransactionIndex = 8 }).TryVerify(hash, out _));
        Assert.False((proof with { TransactionIndex = -1 }).TryVerify(hash, out _));
        Assert.False((proof with { Nodes = proof.Nodes.RemoveAt(0) }).TryVerify(hash, out _));
        Assert.False((proof with { Nodes = proof.Nodes.Add(proof.Nodes[0]) }).TryVerify(hash, out _));
        Assert.False((proof with { Header = proof.Header[..^1] }).TryVerify(hash, out _));
    }

    [Fact]
    public void A_proof_is_not_made_from_other_receipts() =>
        Assert.Throws<ArgumentException>(() => ReceiptProof.Create(Header, Receipts[1..], 0));

    [Fact]
    public void Headers_of_no_fork_and_receipts_without_an_outcome_compare_without_throwing()
    {
        var odd = Header with { SlotNumber = 3 };
        var other = Header with { BlobGasUsed = 3 };
        var unfinished = Receipts[0] with { Succeeded = null };

        Assert.Equal(odd, Header with { SlotNumber = 3 });
        Assert.NotEqual(odd, other);
        Assert.NotEqual(Header, odd);
        Assert.Equal(unfinished, Receipts[0] with { Succeeded = null });
        Assert.NotEqual(Receipts[0], unfinished);
    }

    private static ReadOnlyMemory<byte> Flipped(ReadOnlyMemory<byte> bytes, int index)
    {
        var changed = bytes.ToArray();
        changed[index] ^= 1;
        return changed;
    }

    private static Receipt ReceiptOf(int index) => new()
    {
        TransactionType = 2,
        Succeeded = index % 3 != 0,
        CumulativeGasUsed = 21_000u * (ulong)(index + 1),
        Logs = [new Log(Address.Zero, [Keccak256.Hash([(byte)index])], new byte[index])],
    };

    private static BlockHeader HeaderOver(Receipt[] receipts) => new()
    {
        ParentHash = Keccak256.Hash("parent"u8),
        OmmersHash = BlockHeader.NoOmmersHash,
        Beneficiary = Address.Zero,
        StateRoot = Hash32.Zero,
        TransactionsRoot = Hash32.Zero,
        ReceiptsRoot = BlockCommitments.ReceiptsRoot(receipts),
        LogsBloom = Bloom.Of(receipts.SelectMany(receipt => receipt.Logs)),
        Difficulty = UInt256.Zero,
        Number = new BlockNumber(17),
        GasLimit = 30_000_000,
        GasUsed = 840_000,
        Timestamp = 1_700_000_000,
        ExtraData = ReadOnlyMemory<byte>.Empty,
        MixHash = Hash32.Zero,
        Nonce = 0,
        BaseFeePerGas = Wei.FromGwei("1"),
    };
}
