using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;
using OpenGradient.Ethereum.Tests.Rlp;
using OpenGradient.Ethereum.Tries;

namespace OpenGradient.Ethereum.Tests.Blocks;

public sealed class BlockHeaderTests
{
    private static readonly BlockHeader MainnetGenesis = new()
    {
        ParentHash = Hash32.Zero,
        OmmersHash = BlockHeader.NoOmmersHash,
        Beneficiary = Address.Zero,
        StateRoot = Hash32.Parse("0xd7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da30580f0544"),
        TransactionsRoot = Trie.EmptyRoot,
        ReceiptsRoot = Trie.EmptyRoot,
        LogsBloom = Bloom.Empty,
        Difficulty = 17_179_869_184UL,
        Number = new BlockNumber(0),
        GasLimit = 5_000,
        GasUsed = 0,
        Timestamp = 0,
        ExtraData = Hex.Decode("0x11bbe8db4e347b4e8c937c1c8370e4b5ed33adb3db69cbdb7a38e1e50b1b82fa"),
        MixHash = Hash32.Zero,
        Nonce = 66,
    };

    // Block 192 of a development network, made by reth 2.7.0.
    private static readonly BlockHeader Amsterdam = new()
    {
        ParentHash = Hash32.Parse("0x2648510bb7819909b36373a3a2ccda82a51a0c8b154d03ff7710ef8d64b689e6"),
        OmmersHash = BlockHeader.NoOmmersHash,
        Beneficiary = Address.Parse("0x8943545177806ed17b9f23f0a21ee5948ecaa776"),
        StateRoot = Hash32.Parse("0x2338ab0cb5b76db31251fc2352e9142fd8b2bf19de6ac4a3c201b84d6ba737d3"),
        TransactionsRoot = Trie.EmptyRoot,
        ReceiptsRoot = Trie.EmptyRoot,
        LogsBloom = Bloom.Empty,
        Difficulty = UInt256.Zero,
        Number = new BlockNumber(192),
        GasLimit = 200_000_000,
        GasUsed = 0,
        Timestamp = 0x6abd0dcb,
        ExtraData = "reth/v2.7.0/linux"u8.ToArray(),
        MixHash = Hash32.Parse("0x27184df4d2e2182675a2310a546d32e0d74a7accd4fbeafa84a903cd489dd40c"),
        Nonce = 0,
        BaseFeePerGas = new Wei(7UL),
        WithdrawalsRoot = Trie.EmptyRoot,
        BlobGasUsed = 0,
        ExcessBlobGas = 0,
        ParentBeaconBlockRoot = Hash32.Parse("0x1214de134cf32c261ff3c2b6f96435016e9b98bf7dcd4870ad0009a2acf79974"),
        RequestsHash = Hash32.Parse("0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        BlockAccessListHash = Hash32.Parse("0x1d33a17375e8dd0aef5da65c3f51422043f1c40d52eceaaca238cc92501aa32e"),
        SlotNumber = 192,
    };

    public static TheoryData<string> Forks => ["frontier", "london", "shanghai", "cancun", "prague", "amsterdam"];

    [Fact]
    public void Has_the_hash_of_the_first_block_of_all() => Assert.Equal(
        "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3", MainnetGenesis.ComputeHash().ToString());

    [Fact]
    public void Has_the_hash_of_a_block_of_amsterdam() => Assert.Equal(
        "0x86e1583ca604ce5de648b44c41fb309b8dfe72ab21b57ad9f12eb0d92ac991f8", Amsterdam.ComputeHash().ToString());

    [Fact]
    public void Knows_the_hash_of_no_ommers() => Assert.Equal(
        "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347", BlockHeader.NoOmmersHash.ToString());

    [Theory]
    [MemberData(nameof(Forks))]
    public void Reads_back_what_it_wrote(string fork)
    {
        var header = Of(fork);

        var decoded = BlockHeader.Decode(header.Encode());

        Assert.Equal(header, decoded);
        Assert.Equal(header.ComputeHash(), decoded.ComputeHash());
        Assert.Equal(header.SlotNumber, decoded.SlotNumber);
        Assert.Equal(header.BaseFeePerGas, decoded.BaseFeePerGas);
        Assert.NotEqual(header, header with { ExtraData = new byte[] { 1 } });
    }

    [Theory]
    [MemberData(nameof(Forks))]
    public void Refuses_every_truncation_and_anything_behind(string fork)
    {
        var encoding = Of(fork).Encode();
        for (var length = 0; length < encoding.Length; length++)
            Assert.False(BlockHeader.TryDecode(encoding.AsSpan(0, length), out _));

        Assert.Equal(RlpFault.TrailingBytes, Assert.Throws<RlpException>(() => BlockHeader.Decode([.. encoding, 0x80])).Fault);
        Assert.True(BlockHeader.TryDecode(encoding, out _));
    }

    [Fact]
    public void Refuses_every_number_of_fields_that_no_fork_has()
    {
        var reader = new RlpReader(Amsterdam.Encode());
        var fields = reader.ReadList();
        List<byte[]> items = [];
        while (!fields.IsAtEnd)
            items.Add(fields.ReadItem().ToArray());
        items.Add([0x01]);
        Assert.Equal(24, items.Count);

        List<int> taken = [];
        for (var count = 0; count <= items.Count; count++)
        {
            using var writer = new RlpWriter();
            writer.StartList();
            foreach (var item in items.Take(count))
                writer.WriteEncoded(item);
            writer.EndList();
            if (BlockHeader.TryDecode(writer.ToArray(), out _))
                taken.Add(count);
        }

        Assert.Equal([15, 16, 17, 20, 21, 23], taken);
    }

    [Fact]
    public void Refuses_to_encode_fields_that_no_fork_has()
    {
        Assert.Throws<InvalidOperationException>(() => (Amsterdam with { SlotNumber = null }).Encode());
        Assert.Throws<InvalidOperationException>(() => (Amsterdam with { BaseFeePerGas = null }).ComputeHash());
        Assert.Throws<InvalidOperationException>(() => (MainnetGenesis with { RequestsHash = Hash32.Zero }).Encode());
        Assert.False((Amsterdam with { SlotNumber = null }).TryComputeHash(out _));
        Assert.True(Amsterdam.TryComputeHash(out var hash));
        Assert.Equal(Amsterdam.ComputeHash(), hash);
    }

    [Theory]
    [InlineData(0, "0xc0")]
    [InlineData(2, "0x80")]
    [InlineData(6, "0x80")]
    [InlineData(8, "0x00")]
    [InlineData(9, "0x89010000000000000000")]
    [InlineData(14, "0x42")]
    [InlineData(14, "0x89000000000000000042")]
    [InlineData(15, "0xa101" + "0000000000000000000000000000000000000000000000000000000000000000")]
    public void Refuses_a_field_of_another_form(int index, string item)
    {
        var reader = new RlpReader(Of("london").Encode());
        var fields = reader.ReadList();
        using var writer = new RlpWriter();
        writer.StartList();
        for (var i = 0; !fields.IsAtEnd; i++)
        {
            var original = fields.ReadItem();
            writer.WriteEncoded(i == index ? Hex.Decode(item) : original);
        }

        writer.EndList();

        Assert.Throws<RlpException>(() => BlockHeader.Decode(writer.ToArray()));
    }

    [Fact]
    public void Throws_nothing_else_at_random_bytes_and_takes_only_what_it_would_write()
    {
        var random = new Random(20_260_301);
        var taken = 0;
        for (var run = 0; run < 5_000; run++)
        {
            var bytes = Of("amsterdam").Encode();
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (!BlockHeader.TryDecode(bytes, out var header))
                continue;

            Assert.Equal(bytes, header.Encode());
            taken++;
        }

        Assert.InRange(taken, 1_000, 4_990);
        Assert.False(BlockHeader.TryDecode(RlpTree.List().Encode(), out _));
    }

    private static BlockHeader Of(string fork)
    {
        var header = Amsterdam;
        if (fork is "amsterdam")
            return header;
        header = header with { BlockAccessListHash = null, SlotNumber = null };
        if (fork is "prague")
            return header;
        header = header with { RequestsHash = null };
        if (fork is "cancun")
            return header;
        header = header with { BlobGasUsed = null, ExcessBlobGas = null, ParentBeaconBlockRoot = null };
        if (fork is "shanghai")
            return header;
        header = header with { WithdrawalsRoot = null };
        return fork is "london" ? header : MainnetGenesis;
    }
}
