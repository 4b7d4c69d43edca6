using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Tensors;
using OpenGradient.Support;

namespace OpenGradient.Inference.Tests.Tensors;

public sealed class TensorEncodingTests
{
    private const int Seed = 16;
    private const int Cases = 5_000;

    private static readonly Tensor Byte = new("a", DataType.Uint8, [1], new byte[1]);

    [Fact]
    public void Writes_and_hashes_what_is_written_in_the_document()
    {
        var document = File.ReadAllText(Repository.PathOf("docs", "tensors.md"));
        Tensor[] tensors =
        [
            new("mask", DataType.Bool, [], new byte[] { 1 }),
            new("x", DataType.Float, [1, 2], Hex.Decode("0x0000803f000000c0")),
        ];

        Assert.Equal(TensorFault.None, TensorEncoding.TryEncode(tensors, out var encoded));

        const string Written = "01 02  04 6d61736b 09 00 01  01 78 01 02 01000000 02000000 0000803f 000000c0";
        Assert.Contains(Written, document, StringComparison.Ordinal);
        Assert.Equal("0x" + Written.Replace(" ", string.Empty, StringComparison.Ordinal), Hex.Encode(encoded));
        Assert.Contains(TensorCommitment.Public(encoded).ToString(), document, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_what_was_written()
    {
        var random = new Random(Seed);
        for (var i = 0; i < Cases; i++)
        {
            var tensors = TensorSamples.Random(random);
            Assert.Equal(TensorFault.None, TensorEncoding.TryEncode(tensors, out var encoded));

            Assert.Equal(tensors, Assert.IsType<TensorDecoding.Decoded>(TensorEncoding.Decode(encoded)).Tensors);
        }
    }

    [Fact]
    public void Refuses_an_encoding_that_is_cut_off_anywhere_or_goes_on()
    {
        var random = new Random(Seed);
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(TensorFault.None, TensorEncoding.TryEncode(TensorSamples.Random(random), out var encoded));
            for (var length = 0; length < encoded.Length; length++)
                Assert.Equal(TensorFault.Truncated, FaultOf(encoded.AsMemory(0, length)));
            Assert.Equal(TensorFault.TrailingBytes, FaultOf((byte[])[.. encoded, 0]));
        }
    }

    [Fact]
    public void What_is_taken_is_the_one_encoding_of_what_it_says()
    {
        var random = new Random(Seed);
        var taken = 0;
        for (var i = 0; i < Cases; i++)
        {
            Assert.Equal(TensorFault.None, TensorEncoding.TryEncode(TensorSamples.Random(random), out var bytes));
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (TensorEncoding.Decode(bytes) is not TensorDecoding.Decoded decoded)
                continue;

            taken++;
            Assert.Equal(TensorFault.None, TensorEncoding.TryEncode([.. decoded.Tensors], out var again));
            Assert.Equal(bytes, again);
        }

        Assert.InRange(taken, 1, Cases - 1);
    }

    [Theory]
    [InlineData("0x", TensorFault.Truncated)]
    [InlineData("0x00", TensorFault.EncodingVersionUnknown)]
    [InlineData("0x0201", TensorFault.EncodingVersionUnknown)]
    [InlineData("0x0100", TensorFault.TensorCountInvalid)]
    [InlineData("0x0111", TensorFault.TensorCountInvalid)]
    [InlineData("0x010100", TensorFault.NameLengthInvalid)]
    [InlineData("0x010141", TensorFault.NameLengthInvalid)]
    [InlineData("0x0101012002", TensorFault.NameCharacterInvalid)]
    [InlineData("0x010101ff02", TensorFault.NameCharacterInvalid)]
    [InlineData("0x010201620200010161020001", TensorFault.NamesNotAscending)]
    [InlineData("0x010201610200010161020001", TensorFault.NamesNotAscending)]
    [InlineData("0x01010161080000", TensorFault.DataTypeUnknown)]
    [InlineData("0x01010161110000", TensorFault.DataTypeUnknown)]
    [InlineData("0x0101016102090000", TensorFault.RankInvalid)]
    [InlineData("0x0101016102010000000000", TensorFault.DimensionZero)]
    [InlineData("0x010101610208ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", TensorFault.Truncated)]
    [InlineData("0x0101016109010200000001ff", TensorFault.BoolInvalid)]
    public void Refuses_what_is_no_encoding(string encoded, TensorFault fault) => Assert.Equal(fault, FaultOf(Hex.Decode(encoded)));

    [Fact]
    public void Refuses_to_encode_what_has_no_encoding()
    {
        (Tensor Tensor, TensorFault Fault)[] cases =
        [
            (Byte with { Name = string.Empty }, TensorFault.NameLengthInvalid),
            (Byte with { Name = new string('a', 65) }, TensorFault.NameLengthInvalid),
            (Byte with { Name = "a b" }, TensorFault.NameCharacterInvalid),
            (Byte with { Name = "ä" }, TensorFault.NameCharacterInvalid),
            (Byte with { DataType = DataType.String }, TensorFault.DataTypeUnknown),
            (Byte with { DataType = (DataType)99 }, TensorFault.DataTypeUnknown),
            (Byte with { Dims = [1, 1, 1, 1, 1, 1, 1, 1, 1] }, TensorFault.RankInvalid),
            (Byte with { Dims = [0] }, TensorFault.DimensionZero),
            (Byte with { Dims = [2] }, TensorFault.DataLengthInvalid),
            (Byte with { Dims = [uint.MaxValue, uint.MaxValue, uint.MaxValue] }, TensorFault.DataLengthInvalid),
            (Byte with { DataType = DataType.Bool, Data = new byte[] { 2 } }, TensorFault.BoolInvalid),
        ];

        Assert.All(cases, item => Assert.Equal(item.Fault, TensorEncoding.TryEncode([item.Tensor], out _)));
        Assert.Equal(TensorFault.TensorCountInvalid, TensorEncoding.TryEncode([], out _));
        Assert.Equal(TensorFault.TensorCountInvalid, TensorEncoding.TryEncode([.. Enumerable.Repeat(Byte, 17)], out _));
        Assert.Equal(TensorFault.NamesNotAscending, TensorEncoding.TryEncode([Byte, Byte], out _));
        Assert.Equal(TensorFault.None, TensorEncoding.TryEncode([Byte, Byte with { Name = "a/" }], out _));
    }

    [Fact]
    public void A_decoded_tensors_data_is_no_copy()
    {
        Assert.Equal(TensorFault.None, TensorEncoding.TryEncode([Byte], out var encoded));
        var decoded = Assert.IsType<TensorDecoding.Decoded>(TensorEncoding.Decode(encoded));

        encoded[^1] = 7;

        Assert.Equal(7, Assert.Single(decoded.Tensors).Data.Span[0]);
    }

    private static TensorFault FaultOf(ReadOnlyMemory<byte> encoded) =>
        Assert.IsType<TensorDecoding.Refused>(TensorEncoding.Decode(encoded)).Fault;
}
