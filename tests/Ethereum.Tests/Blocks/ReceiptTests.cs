using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;
using OpenGradient.Ethereum.Tests.Rlp;
using OpenGradient.Ethereum.Tests.Tries;
using OpenGradient.Ethereum.Tries;

namespace OpenGradient.Ethereum.Tests.Blocks;

public sealed class ReceiptTests
{
    private const int Seed = 20_260_302;

    private static readonly Log Sample = new(
        Address.Parse("0x0000000000000000000000000000000000000011"),
        [Hash32.Parse("0x" + new string('0', 60) + "dead"), Hash32.Parse("0x" + new string('0', 60) + "beef")],
        Hex.Decode("0x0100ff"));

    [Fact]
    public void Writes_the_fields_of_a_receipt_in_their_order()
    {
        var receipt = new Receipt { TransactionType = 2, Succeeded = true, CumulativeGasUsed = 256, Logs = [Sample] };

        var reader = new RlpReader(receipt.Encode(), start: 1);
        var fields = reader.ReadList();

        Assert.Equal(2, receipt.Encode()[0]);
        Assert.Equal("0x01", Hex.Encode(fields.ReadItem()));
        Assert.Equal("0x820100", Hex.Encode(fields.ReadItem()));
        Assert.Equal(Bloom.Of([Sample]).Bytes, fields.ReadBytes());
        Assert.Equal(
            "0xf85ff85d94" + new string('0', 38) + "11f842a0" + new string('0', 60) + "deada0" + new string('0', 60) + "beef830100ff",
            Hex.Encode(fields.ReadItem()));
        Assert.True(fields.IsAtEnd);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(4, true)]
    [InlineData(0x7F, true)]
    public void Reads_back_what_it_wrote(byte type, bool succeeded)
    {
        var random = new Random(Seed + type);
        for (var run = 0; run < 20; run++)
        {
            var receipt = Random(random) with { TransactionType = type, Succeeded = succeeded };
            var decoded = Receipt.Decode(receipt.Encode());

            Assert.Equal(receipt, decoded);
            Assert.Equal(receipt.Logs, decoded.Logs);
            Assert.Equal(receipt.LogsBloom, decoded.LogsBloom);
            Assert.Equal((type, succeeded, null), (decoded.TransactionType, decoded.Succeeded, decoded.PostState));
        }
    }

    [Fact]
    public void Reads_back_a_receipt_from_before_byzantium()
    {
        var root = Hash32.Parse("0x" + new string('a', 64));
        var receipt = new Receipt { TransactionType = 0, Succeeded = null, PostState = root, CumulativeGasUsed = 21_000, Logs = [] };

        var decoded = Receipt.Decode(receipt.Encode());

        Assert.Equal((null, root), (decoded.Succeeded, decoded.PostState));
        Assert.Equal(receipt, decoded);
    }

    [Fact]
    public void A_changed_copy_has_the_filter_of_its_own_logs()
    {
        var receipt = new Receipt { TransactionType = 0, Succeeded = true, CumulativeGasUsed = 1, Logs = [] };
        Assert.True(receipt.LogsBloom.IsEmpty);

        Assert.Equal(Bloom.Of([Sample]), (receipt with { Logs = [Sample] }).LogsBloom);
    }

    [Fact]
    public void Keeps_a_filter_that_is_given_even_if_the_logs_have_another()
    {
        var receipt = new Receipt { TransactionType = 0, Succeeded = true, CumulativeGasUsed = 1, Logs = [Sample], LogsBloom = Bloom.Empty };

        Assert.True(Receipt.Decode(receipt.Encode()).LogsBloom.IsEmpty);
    }

    [Fact]
    public void Refuses_to_encode_what_is_no_receipt()
    {
        var receipt = new Receipt { TransactionType = 0, Succeeded = true, CumulativeGasUsed = 1, Logs = [] };

        Assert.Throws<InvalidOperationException>(() => (receipt with { Succeeded = null }).Encode());
        Assert.Throws<InvalidOperationException>(() => (receipt with { PostState = Hash32.Zero }).Encode());
        Assert.Throws<InvalidOperationException>(() => (receipt with { TransactionType = 0x80 }).Encode());
    }

    [Fact]
    public void Refuses_every_truncation_and_anything_behind()
    {
        foreach (var type in (byte[])[0, 2])
        {
            var encoding = (Random(new Random(Seed)) with { TransactionType = type }).Encode();
            for (var length = 0; length < encoding.Length; length++)
                Assert.False(Receipt.TryDecode(encoding.AsSpan(0, length), out _));

            Assert.True(Receipt.TryDecode(encoding, out _));
            Assert.False(Receipt.TryDecode([.. encoding, 0], out _));
        }
    }

    [Fact]
    public void Refuses_a_type_byte_before_a_legacy_receipt_a_fifth_topic_and_a_status_that_is_none()
    {
        var legacy = new Receipt { TransactionType = 0, Succeeded = true, CumulativeGasUsed = 1, Logs = [] }.Encode();
        Assert.False(Receipt.TryDecode([0x00, .. legacy], out _));
        Assert.False(Receipt.TryDecode([0x80, .. legacy], out _));
        Assert.False(Receipt.TryDecode(RlpTree.Bytes([0x02, .. legacy]).Encode(), out _));

        var fiveTopics = new Receipt
        {
            TransactionType = 0,
            Succeeded = true,
            CumulativeGasUsed = 1,
            Logs = [Sample with { Topics = [default, default, default, default, default] }],
        };
        Assert.Contains("4 topics", Assert.Throws<RlpException>(() => Receipt.Decode(fiveTopics.Encode())).Message, StringComparison.Ordinal);

        foreach (var status in (byte[])[0x02, 0x00])
        {
            var changed = (byte[])legacy.Clone();
            Assert.Equal(0x01, changed[3]);
            changed[3] = status;
            Assert.False(Receipt.TryDecode(changed, out _));
        }
    }

    [Fact]
    public void Throws_nothing_else_at_changed_bytes_and_takes_only_what_it_would_write()
    {
        var random = new Random(Seed);
        var taken = 0;
        for (var run = 0; run < 5_000; run++)
        {
            var bytes = Random(random).Encode();
            for (var i = 0; i < 3; i++)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (!Receipt.TryDecode(bytes, out var receipt))
                continue;

            Assert.Equal(bytes, receipt.Encode());
            taken++;
        }

        Assert.InRange(taken, 500, 4_990);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(200)]
    public void Has_the_receipts_root_of_its_definition(int count)
    {
        var random = new Random(Seed + count);
        var receipts = Enumerable.Range(0, count).Select(_ => Random(random)).ToArray();
        var expected = NaiveTrie.RootOf(receipts.Select((receipt, index) => (Trie.ListKey(index), receipt.Encode())));

        Assert.Equal(expected, BlockCommitments.ReceiptsRoot(receipts));
        Assert.Equal(expected, BlockCommitments.ReceiptsTrie(receipts).Root);
    }

    [Fact]
    public void Logs_are_equal_by_content()
    {
        var same = new Log(Sample.Address, [.. Sample.Topics], Sample.Data.ToArray());

        Assert.Equal(Sample, same);
        Assert.Equal(Sample.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(Sample, same with { Topics = [] });
        Assert.NotEqual(Sample, same with { Data = default });
        Assert.NotEqual(Sample, same with { Address = default });
    }

    private static Receipt Random(Random random) => new()
    {
        TransactionType = (byte)random.Next(5),
        Succeeded = random.Next(2) == 0,
        CumulativeGasUsed = (ulong)random.NextInt64(30_000_000),
        Logs =
        [
            .. Enumerable.Range(0, random.Next(4)).Select(_ => new Log(
                new Address(TrieTests.RandomBytes(random, Address.ByteLength)),
                [.. Enumerable.Range(0, random.Next(5)).Select(_ => new Hash32(TrieTests.RandomBytes(random, Hash32.ByteLength)))],
                TrieTests.RandomBytes(random, random.Next(80)))),
        ],
    };
}
