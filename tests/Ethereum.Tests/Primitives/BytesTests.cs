using System.Text;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Primitives;

public sealed class BytesTests
{
    private const string Text = "0x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    [Fact]
    public void A_hash_round_trips_and_orders_as_its_number_does()
    {
        var hash = Hash32.Parse(Text);
        var next = Hash32.FromUInt256(hash.ToUInt256() + UInt256.One);

        Assert.Equal(Text, hash.ToString());
        Assert.Equal(hash, new Hash32(hash.ToArray()));
        Assert.Equal(hash.GetHashCode(), Hash32.Parse(Text.ToUpperInvariant().Replace('X', 'x')).GetHashCode());
        Assert.True(hash < next && next > hash && hash != next);
        Assert.True(Hash32.Zero.IsZero);
    }

    [Fact]
    public void A_hash_or_an_address_is_refused_at_every_other_length()
    {
        for (var length = 0; length < Text.Length; length++)
        {
            Assert.False(Hash32.TryParse(Text.AsSpan(0, length), out _));
            Assert.Equal(length == 42, Address.TryParse(Text.AsSpan(0, length), out _));
        }

        Assert.False(Hash32.TryParse(Text + "00", out _));
        Assert.Throws<ArgumentException>(() => new Hash32(new byte[31]));
        Assert.Throws<ArgumentException>(() => new Address(new byte[21]));
        Assert.Throws<FormatException>(() => Hash32.Parse(Text[..^1]));
    }

    [Fact]
    public void Hexadecimal_text_round_trips_from_characters_and_from_utf8()
    {
        byte[] bytes = [0, 1, 0x7f, 0x80, 0xff];
        Span<byte> read = stackalloc byte[5];

        Assert.Equal("0x00017f80ff", Hex.Encode(bytes));
        Assert.Equal(bytes, Hex.Decode("0x00017F80ff"));
        Assert.True(Hex.TryDecode("0x00017f80ff", read));
        Assert.True(read.SequenceEqual(bytes));
        Assert.True(Hex.TryDecode("0X00017f80ff"u8, read));
        Assert.Empty(Hex.Decode("0x"));

        var utf8 = new byte[12];
        Assert.True(Hex.TryEncode(bytes, utf8, out var written));
        Assert.Equal("0x00017f80ff", Encoding.UTF8.GetString(utf8, 0, written));
        Assert.False(Hex.TryEncode(bytes, utf8.AsSpan(1), out written));
        Assert.Equal(0, written);
    }

    [Theory]
    [InlineData("00", "0x")]
    [InlineData("0x0", "two digits")]
    [InlineData("", "0x")]
    public void Hexadecimal_errors_say_what_was_wrong(string text, string said) =>
        Assert.Contains(said, Assert.Throws<FormatException>(() => Hex.Decode(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("0x00017f80f")]
    [InlineData("0x00017f80ffff")]
    [InlineData("0x00017f80fg")]
    [InlineData("1x00017f80ff")]
    public void Hexadecimal_of_another_length_or_alphabet_is_refused(string text)
    {
        var read = new byte[5];

        Assert.False(Hex.TryDecode(text, read));
        Assert.False(Hex.TryDecode(Encoding.UTF8.GetBytes(text), read));
    }

    [Theory]
    [InlineData(0UL, "0x0")]
    [InlineData(255UL, "0xff")]
    [InlineData(ulong.MaxValue, "0xffffffffffffffff")]
    public void Quantities_have_no_leading_zeros(ulong value, string text)
    {
        Assert.Equal(text, Hex.EncodeQuantity(value));
        Assert.Equal(text, Hex.EncodeQuantity((UInt256)value));
    }

    [Fact]
    public void Block_tags_say_what_nodes_understand()
    {
        Assert.Equal("latest", default(BlockTag).ToString());
        Assert.Equal("finalized", BlockTag.Finalized.ToString());
        Assert.Equal("0x10", BlockTag.At(new BlockNumber(16)).ToString());
        Assert.Equal(Hash32.Parse(Text), BlockTag.At(Hash32.Parse(Text)).Hash);
    }

    [Fact]
    public void Block_numbers_never_wrap()
    {
        Assert.Equal(new BlockNumber(7), new BlockNumber(5) + 2);
        Assert.Throws<OverflowException>(() => new BlockNumber(1) - 2);
        Assert.Throws<OverflowException>(() => new BlockNumber(ulong.MaxValue) + 1);
    }
}
