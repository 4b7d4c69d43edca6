using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Ethereum.Tests.Rlp;

public sealed class RlpWriterTests
{
    private const int Seed = 20_260_102;

    [Theory]
    [InlineData(0, "0x80")]
    [InlineData(1, "0x01")]
    [InlineData(127, "0x7f")]
    [InlineData(128, "0x8180")]
    [InlineData(256, "0x820100")]
    [InlineData(ulong.MaxValue, "0x88ffffffffffffffff")]
    public void Writes_numbers_without_leading_zeros(ulong number, string expected)
    {
        using var writer = new RlpWriter();
        writer.Write(number);
        Assert.Equal(expected, Hex.Encode(writer.ToArray()));

        writer.Clear();
        writer.Write((UInt256)number);
        Assert.Equal(expected, Hex.Encode(writer.ToArray()));
    }

    [Theory]
    [InlineData(0, "0xc0")]
    [InlineData(55, "0xf7")]
    [InlineData(56, "0xf838")]
    [InlineData(255, "0xf8ff")]
    [InlineData(256, "0xf90100")]
    [InlineData(65_535, "0xf9ffff")]
    [InlineData(65_536, "0xfa010000")]
    [InlineData(16_777_216, "0xfb01000000")]
    public void Writes_the_length_of_a_list_in_its_shortest_form(int length, string prefix)
    {
        var items = new byte[length];
        items.AsSpan().Fill(0x05);
        using var writer = new RlpWriter();
        writer.StartList();
        writer.WriteEncoded(items);
        writer.EndList();

        var encoding = writer.ToArray();

        Assert.Equal(prefix, Hex.Encode(encoding.AsSpan(0, encoding.Length - length)));
        Assert.Equal(items, encoding[^length..]);
    }

    [Fact]
    public void Writes_lists_in_lists_and_beside_lists()
    {
        // The set of the numbers 0 to 3 after von Neumann, twice, as the definition of RLP shows it.
        using var writer = new RlpWriter();
        for (var i = 0; i < 2; i++)
        {
            writer.StartList();
            writer.StartList();
            writer.EndList();
            writer.StartList();
            writer.StartList();
            writer.EndList();
            writer.EndList();
            writer.StartList();
            writer.StartList();
            writer.EndList();
            writer.StartList();
            writer.StartList();
            writer.EndList();
            writer.EndList();
            writer.EndList();
            writer.EndList();
        }

        Assert.Equal("0xc7c0c1c0c3c0c1c0c7c0c1c0c3c0c1c0", Hex.Encode(writer.ToArray()));
    }

    [Fact]
    public void Reads_back_what_it_wrote()
    {
        var random = new Random(Seed);
        for (var run = 0; run < 500; run++)
        {
            var tree = RlpTree.Random(random, levels: 4);
            Assert.Equal(tree.ToString(), RlpTree.Decode(tree.Encode()).ToString());
        }
    }

    [Fact]
    public void Reads_back_any_number_and_any_bytes() => Prop.ForAll<ulong, byte[], bool>(static (number, bytes, flag) =>
    {
        using var writer = new RlpWriter();
        writer.StartList();
        writer.Write(number);
        writer.Write(bytes);
        writer.Write(UInt256.MaxValue / (UInt256)(number | 1));
        writer.Write(flag);
        writer.EndList();

        var whole = new RlpReader(writer.ToArray());
        var list = whole.ReadList();
        whole.ReadEnd();
        Assert.Equal(number, list.ReadUInt64());
        Assert.Equal(bytes, list.ReadBytes());
        Assert.Equal(UInt256.MaxValue / (UInt256)(number | 1), list.ReadUInt256());
        Assert.Equal(flag, list.ReadBool());
        list.ReadEnd();
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Copies_and_hashes_the_same_bytes_that_it_gives_as_an_array()
    {
        using var writer = new RlpWriter();
        RlpTree.Random(new Random(Seed), levels: 5).Write(writer);
        var encoding = writer.ToArray();
        var buffer = new ArrayBufferWriter<byte>();

        writer.CopyTo(buffer);

        Assert.Equal(encoding, buffer.WrittenSpan);
        Assert.Equal(encoding.Length, writer.Length);
        Assert.Equal(Keccak256.Hash(encoding), writer.ToHash());
        Assert.Equal(Keccak256.Hash([0x02, .. encoding]), writer.ToHash([0x02]));
    }

    [Fact]
    public void Refuses_to_end_a_list_that_was_not_started_and_to_copy_one_that_was_not_ended()
    {
        using var writer = new RlpWriter();
        Assert.Throws<InvalidOperationException>(writer.EndList);

        writer.StartList();
        Assert.Throws<InvalidOperationException>(writer.ToArray);

        writer.EndList();
        Assert.Equal("0xc0", Hex.Encode(writer.ToArray()));
    }

    [Fact]
    public void Writes_any_address_and_none()
    {
        using var writer = new RlpWriter();
        writer.Write((Address?)Address.Zero);
        writer.Write((Address?)null);
        writer.Write(true);
        writer.Write(false);

        Assert.Equal("0x94" + new string('0', 40) + "80" + "01" + "80", Hex.Encode(writer.ToArray()));
    }
}
