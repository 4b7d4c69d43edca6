using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Ethereum.Tests.Rlp;

public sealed class RlpReaderTests
{
    private const int Seed = 20_260_101;

    [Theory]
    [InlineData("0x", RlpFault.Truncated)]
    [InlineData("0x8100", RlpFault.NonCanonicalLength)]
    [InlineData("0x817f", RlpFault.NonCanonicalLength)]
    [InlineData("0x81", RlpFault.Truncated)]
    [InlineData("0x8261", RlpFault.Truncated)]
    [InlineData("0xb8", RlpFault.Truncated)]
    [InlineData("0xb800", RlpFault.NonCanonicalLength)]
    [InlineData("0xb801ff", RlpFault.NonCanonicalLength)]
    [InlineData("0xb90038", RlpFault.NonCanonicalLength)]
    [InlineData("0xb838", RlpFault.Truncated)]
    [InlineData("0xb9", RlpFault.Truncated)]
    [InlineData("0xb901", RlpFault.Truncated)]
    [InlineData("0xbb7fffffff", RlpFault.Truncated)]
    [InlineData("0xbb80000000", RlpFault.Truncated)]
    [InlineData("0xbbffffffff", RlpFault.Truncated)]
    [InlineData("0xbfffffffffffffffff", RlpFault.Truncated)]
    [InlineData("0xbf7fffffffffffffff", RlpFault.Truncated)]
    [InlineData("0xbf0000000000000001", RlpFault.NonCanonicalLength)]
    [InlineData("0xc0", RlpFault.ExpectedBytes)]
    public void Refuses_what_is_no_byte_string(string encoding, RlpFault fault)
    {
        var error = Refusal(encoding, static (ref reader) => reader.ReadBytes());

        Assert.Equal((fault, 0), (error.Fault, error.Offset));
    }

    [Theory]
    [InlineData("0xc1", RlpFault.Truncated)]
    [InlineData("0xf800", RlpFault.NonCanonicalLength)]
    [InlineData("0xf8378080", RlpFault.NonCanonicalLength)]
    [InlineData("0xf900ff", RlpFault.NonCanonicalLength)]
    [InlineData("0xf838", RlpFault.Truncated)]
    [InlineData("0xffffffffffffffffff", RlpFault.Truncated)]
    [InlineData("0x80", RlpFault.ExpectedList)]
    [InlineData("0x05", RlpFault.ExpectedList)]
    public void Refuses_what_is_no_list(string encoding, RlpFault fault)
    {
        var error = Refusal(encoding, static (ref reader) => reader.ReadList());

        Assert.Equal((fault, 0), (error.Fault, error.Offset));
    }

    [Theory]
    [InlineData("0x80", 0UL)]
    [InlineData("0x01", 1UL)]
    [InlineData("0x7f", 127UL)]
    [InlineData("0x8180", 128UL)]
    [InlineData("0x820400", 1024UL)]
    [InlineData("0x88ffffffffffffffff", ulong.MaxValue)]
    public void Reads_numbers(string encoding, ulong expected)
    {
        var reader = new RlpReader(Hex.Decode(encoding));
        Assert.Equal(expected, reader.ReadUInt64());

        reader = new RlpReader(Hex.Decode(encoding));
        Assert.Equal(expected, reader.ReadUInt256());
        Assert.True(reader.IsAtEnd);
    }

    [Theory]
    [InlineData("0x00", RlpFault.LeadingZero)]
    [InlineData("0x820001", RlpFault.LeadingZero)]
    [InlineData("0x89010000000000000000", RlpFault.NumberTooLarge)]
    [InlineData("0xc101", RlpFault.ExpectedBytes)]
    public void Refuses_what_is_no_number_of_64_bits(string encoding, RlpFault fault) =>
        Assert.Equal(fault, Refusal(encoding, static (ref reader) => reader.ReadUInt64()).Fault);

    [Fact]
    public void Reads_the_largest_number_of_256_bits_and_refuses_a_larger_one()
    {
        var reader = new RlpReader(Hex.Decode("0xa0" + new string('f', 64)));
        Assert.Equal(UInt256.MaxValue, reader.ReadUInt256());

        var error = Refusal("0xa101" + new string('0', 64), static (ref reader) => reader.ReadUInt256());
        Assert.Equal(RlpFault.NumberTooLarge, error.Fault);
    }

    [Theory]
    [InlineData("0x02")]
    [InlineData("0x8180")]
    public void Refuses_a_truth_value_that_is_neither_0_nor_1(string encoding) =>
        Assert.Equal(RlpFault.InvalidValue, Refusal(encoding, static (ref reader) => reader.ReadBool()).Fault);

    [Theory]
    [InlineData("0x820100")]
    [InlineData("0x8400000001")]
    public void Refuses_a_byte_that_is_none(string encoding) =>
        Assert.IsType<RlpException>(Refusal(encoding, static (ref reader) => reader.ReadByte()));

    [Theory]
    [InlineData(19)]
    [InlineData(21)]
    [InlineData(1)]
    public void Refuses_an_address_of_another_length(int length)
    {
        var encoding = Hex.Encode(RlpTree.Bytes([.. Enumerable.Repeat((byte)0xAA, length)]).Encode());

        Assert.Equal(RlpFault.WrongLength, Refusal(encoding, static (ref reader) => reader.ReadAddress()).Fault);
        Assert.Equal(RlpFault.WrongLength, Refusal(encoding, static (ref reader) => reader.ReadOptionalAddress()).Fault);
    }

    [Fact]
    public void Tells_no_address_from_an_address()
    {
        var reader = new RlpReader(Hex.Decode("0x8094" + new string('1', 40)));

        Assert.Null(reader.ReadOptionalAddress());
        Assert.Equal(Address.Parse("0x" + new string('1', 40)), reader.ReadOptionalAddress());
        Assert.True(reader.IsAtEnd);
    }

    [Fact]
    public void Names_the_offset_of_a_fault_inside_nested_lists()
    {
        // [0x01, [0x02, 0x8100]]: the last item is not canonical and stands at byte 4.
        var error = Refusal("0xc501c3028100", static (ref reader) =>
        {
            var outer = reader.ReadList();
            outer.ReadByte();
            var inner = outer.ReadList();
            inner.ReadByte();
            inner.ReadByte();
        });

        Assert.Equal((RlpFault.NonCanonicalLength, 4), (error.Fault, error.Offset));
        Assert.Contains("byte 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_item_never_reaches_beyond_the_list_that_it_stands_in()
    {
        // The inner list claims two bytes but its item claims three, which the outer list has.
        var error = Refusal("0xc5c28361626364", static (ref reader) =>
        {
            var inner = reader.ReadList().ReadList();
            inner.ReadBytes();
        });

        Assert.Equal((RlpFault.Truncated, 2), (error.Fault, error.Offset));
    }

    [Fact]
    public void Refuses_what_is_left_over_in_a_list_and_behind_it()
    {
        var inList = Refusal("0xc20102", static (ref reader) =>
        {
            var list = reader.ReadList();
            list.ReadByte();
            list.ReadEnd();
        });
        var behind = Refusal("0xc001", static (ref reader) =>
        {
            reader.ReadList();
            reader.ReadEnd();
        });

        Assert.Equal((RlpFault.TrailingBytes, 2), (inList.Fault, inList.Offset));
        Assert.Equal((RlpFault.TrailingBytes, 1), (behind.Fault, behind.Offset));
    }

    [Fact]
    public void Reads_lists_as_deep_as_the_bound_and_refuses_deeper_ones()
    {
        Assert.Equal(Nested(RlpReader.MaxDepth), RlpTree.Decode(Nested(RlpReader.MaxDepth)).Encode());

        var error = Assert.Throws<RlpException>(() => RlpTree.Decode(Nested(RlpReader.MaxDepth + 1)));
        Assert.Equal(RlpFault.TooDeep, error.Fault);
        Assert.Equal(RlpFault.TooDeep, Assert.Throws<RlpException>(() => RlpTree.Decode(Nested(100_000))).Fault);
    }

    [Fact]
    public void Reads_an_item_whole_and_goes_on_behind_it()
    {
        var reader = new RlpReader(Hex.Decode("0xc2010203"));

        Assert.Equal("0xc20102", Hex.Encode(reader.ReadItem()));
        Assert.Equal(3, reader.Offset);
        Assert.Equal(3, reader.ReadByte());
        Assert.True(reader.IsAtEnd);
    }

    [Fact]
    public void Refuses_every_truncation()
    {
        var random = new Random(Seed);
        for (var run = 0; run < 40; run++)
        {
            var encoding = RlpTree.Random(random, levels: 3).Encode();
            for (var length = 0; length < encoding.Length; length++)
            {
                var error = Assert.Throws<RlpException>(() => RlpTree.Decode(encoding.AsSpan(0, length)));
                Assert.Equal(RlpFault.Truncated, error.Fault);
            }
        }
    }

    [Fact]
    public void Takes_an_encoding_only_if_it_is_the_one_that_it_would_write()
    {
        var random = new Random(Seed);
        var taken = 0;
        for (var run = 0; run < 20_000; run++)
        {
            var bytes = Mutated(RlpTree.Random(random, levels: 2).Encode(), random);
            try
            {
                Assert.Equal(bytes, RlpTree.Decode(bytes).Encode());
                taken++;
            }
            catch (RlpException error)
            {
                Assert.InRange(error.Offset, 0, bytes.Length);
                Assert.NotEqual(RlpFault.None, error.Fault);
            }
        }

        // Both ways were gone.
        Assert.InRange(taken, 100, 19_900);
    }

    private static byte[] Nested(int depth)
    {
        using var writer = new RlpWriter();
        for (var i = 0; i < depth; i++)
            writer.StartList();
        for (var i = 0; i < depth; i++)
            writer.EndList();
        return writer.ToArray();
    }

    private static byte[] Mutated(byte[] bytes, Random random)
    {
        bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }

    private static RlpException Refusal(string encoding, Reading read) => Assert.Throws<RlpException>(() =>
    {
        var reader = new RlpReader(Hex.Decode(encoding));
        read(ref reader);
    });

    private delegate void Reading(ref RlpReader reader);
}
