using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Tensors;
using OpenGradient.Support;

namespace OpenGradient.Inference.Tests.Artifacts;

public sealed class ModelSignatureTests
{
    private static readonly ModelSignature Sample = ModelSignature.Create(
        [new("x", DataType.Float, [new(0, "batch"), new(4)]), new("sr", DataType.Int64, [])], [new("y", DataType.Float, default)]);

    [Fact]
    public void Writes_and_hashes_what_is_written_in_the_document()
    {
        const string Written = "01 02 02 7372 07 00 01 78 01 02 00000000 04000000 01 01 79 01 ff";
        var document = File.ReadAllText(Repository.PathOf("docs", "inference.md"));

        Assert.Equal("0x" + Written.Replace(" ", string.Empty, StringComparison.Ordinal), Hex.Encode(Sample.Encoded.AsSpan()));
        Assert.Contains(Written, document, StringComparison.Ordinal);
        Assert.Contains(Sample.Hash.ToString(), document, StringComparison.Ordinal);
    }

    [Fact]
    public void Order_and_symbols_make_no_difference_but_everything_else_does()
    {
        TensorSignature x = new("x", DataType.Float, [new(0, "rows"), new(4)]);
        TensorSignature sr = new("sr", DataType.Int64, []);
        TensorSignature y = new("y", DataType.Float, default);

        Assert.Equal(Sample.Hash, ModelSignature.Create([sr, x], [y]).Hash);
        ModelSignature[] others =
        [
            Sample,
            ModelSignature.Create([sr, x with { Axes = [new(0), new(5)] }], [y]),
            ModelSignature.Create([sr, x with { Axes = [new(4), new(0)] }], [y]),
            ModelSignature.Create([sr, x with { DataType = DataType.Double }], [y]),
            ModelSignature.Create([sr, x with { Name = "z" }], [y]),
            ModelSignature.Create([x], [y]),
            ModelSignature.Create([sr, x], [y with { Axes = [] }]),
        ];
        Assert.Equal(others.Length, others.Select(signature => signature.Hash).Distinct().Count());
    }

    [Fact]
    public void Reads_what_was_written_and_nothing_that_is_cut_off_goes_on_or_is_out_of_order()
    {
        byte[] encoded = [.. Sample.Encoded];

        Assert.Equal(Sample, SignatureEncoding.Decode(encoded));
        for (var length = 0; length < encoded.Length; length++)
            Assert.Null(SignatureEncoding.Decode(encoded.AsSpan(0, length)));
        Assert.Null(SignatureEncoding.Decode([.. encoded, 0]));
        Assert.Null(SignatureEncoding.Decode(Hex.Decode("0x010201780700027372070001017901ff")));
        Assert.Null(SignatureEncoding.Decode([2, .. encoded[1..]]));
    }

    [Fact]
    public void Every_flipped_bit_is_another_signature_or_none()
    {
        for (var i = 0; i < Sample.Encoded.Length * 8; i++)
        {
            byte[] flipped = [.. Sample.Encoded];
            flipped[i / 8] ^= (byte)(1 << (i % 8));
            if (SignatureEncoding.Decode(flipped) is { } other)
                Assert.NotEqual(Sample.Hash, other.Hash);
        }
    }
}
