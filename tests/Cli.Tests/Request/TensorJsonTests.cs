using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using OpenGradient.Cli.Request;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Cli.Tests.Request;

public sealed class TensorJsonTests
{
    private static readonly DataType[] Types = [.. Enum.GetValues<DataType>().Where(type => type.SizeInBytes() > 0)];

    private static readonly ModelSignature Signature = ModelSignature.Create(
        [new("x", DataType.Float, [new Axis(0, "batch"), new Axis(2)]), new("n", DataType.Int64, []), new("free", DataType.Uint8, [new Axis(0), new Axis(0)])],
        [new("y", DataType.Float, [new Axis(1)])]);

    [Fact]
    public void Every_tensor_reads_back_from_what_is_shown_of_it() => Prop.ForAll(TensorArbitrary(), tensor =>
    {
        var fault = TensorJson.TryRead(Encoding.UTF8.GetBytes(TensorJson.Write([tensor]).ToJsonString()), signature: null, out var read);
        return fault is null && Assert.Single(read).Equals(tensor);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("1.5", "0000c03f")]
    [InlineData("-0.1", "cdccccbd")]
    [InlineData("1e39", "0000807f")]
    [InlineData("\"-Infinity\"", "000080ff")]
    public void A_single_is_the_nearest_one(string text, string bytes) => Assert.Equal(bytes, Convert.ToHexStringLower(Read($$$"""{"x":{"type":"Float","shape":[1],"data":[{{{text}}}]}}""")[0].Data.Span));

    [Theory]
    [InlineData(1.0f, 0x3f80)]
    [InlineData(1.00390625f, 0x3f80)]
    [InlineData(1.01171875f, 0x3f82)]
    [InlineData(float.MaxValue, 0x7f80)]
    public void A_bfloat_is_rounded_to_the_nearest_and_ties_to_even(float value, int bits) =>
        Assert.Equal((ushort)bits, BitConverter.ToUInt16(Read($$$"""{"x":{"type":"Bfloat16","shape":[1],"data":[{{{value:R}}}]}}""")[0].Data.Span));

    [Fact]
    public void The_signature_says_type_and_shape_where_people_do_not()
    {
        Assert.Null(TensorJson.TryRead("""{"x":[1,2,3,4],"n":{"data":[7]}}"""u8.ToArray(), Signature, out var tensors));

        Assert.Equal("n x", string.Join(' ', tensors.Select(tensor => tensor.Name)));
        Assert.Equal([2u, 2u], tensors[1].Dims);
        Assert.Equal(DataType.Int64, tensors[0].DataType);
        Assert.Empty(tensors[0].Dims);
    }

    [Theory]
    [InlineData("""{"prompt":"Grüße"}""", 7)]
    [InlineData("""{"prompt":{"data":"abc"}}""", 3)]
    [InlineData("""{"prompt":{"type":"Uint8","data":"abc"}}""", 3)]
    public void A_text_stands_for_its_bytes_where_a_row_of_bytes_is_asked(string json, int bytes)
    {
        Assert.Null(TensorJson.TryRead(Encoding.UTF8.GetBytes(json), TextSignature.WithoutSystem, out var tensors));

        Assert.Equal((DataType.Uint8, (uint)bytes), (tensors[0].DataType, Assert.Single(tensors[0].Dims)));
        Assert.Equal(json.Split('"')[^2], Encoding.UTF8.GetString(tensors[0].Data.Span));
        Assert.Contains(json.Split('"')[^2], TensorText.Show(tensors[0]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"x":"abc"}""")]
    [InlineData("""{"free":"abc"}""")]
    [InlineData("""{"three":"abcd"}""")]
    [InlineData("""{"three":""}""")]
    [InlineData("""{"three":"\ud800ab"}""")]
    public void A_text_stands_for_nothing_else(string json)
    {
        var signature = ModelSignature.Create([.. Signature.Inputs, new("three", DataType.Uint8, [new Axis(3)])], Signature.Outputs);

        Assert.NotNull(TensorJson.TryRead(Encoding.UTF8.GetBytes(json), signature, out _));
    }

    [Theory]
    [InlineData("[]", "JSON object")]
    [InlineData("{", "no JSON")]
    [InlineData("""{"x":{"type":"Float","shape":[1],"data":[1]},"x":[1]}""", "no JSON")]
    [InlineData("""{"x":{"type":"Floot","shape":[1],"data":[1]}}""", "type is one of Float")]
    [InlineData("""{"x":{"type":"1","shape":[1],"data":[1]}}""", "type is one of")]
    [InlineData("""{"x":{"type":"String","shape":[1],"data":[1]}}""", "type is one of")]
    [InlineData("""{"x":{"type":"Float","shape":[0],"data":[]}}""", "shape is a list")]
    [InlineData("""{"x":{"type":"Float","shape":[1.5],"data":[1]}}""", "shape is a list")]
    [InlineData("""{"x":{"type":"Float","shape":[4294967295,4294967295,2],"data":[1]}}""", "does not have 1 elements")]
    [InlineData("""{"x":{"type":"Float","shape":[2],"data":[1]}}""", "does not have 1 elements")]
    [InlineData("""{"x":{"type":"Float","shape":[1]}}""", "no data")]
    [InlineData("""{"x":{"type":"Float","shape":[1],"data":[[1]]}}""", "Element 0 is no Float")]
    [InlineData("""{"x":{"type":"Float","shape":[1],"data":["1"]}}""", "Element 0 is no Float")]
    [InlineData("""{"x":{"type":"Uint8","shape":[2],"data":[1,256]}}""", "Element 1 is no Uint8")]
    [InlineData("""{"x":{"type":"Int8","shape":[1],"data":[1.5]}}""", "Element 0 is no Int8")]
    [InlineData("""{"x":{"type":"Bool","shape":[1],"data":[1]}}""", "Element 0 is no Bool")]
    [InlineData("""{"x":{"typ":"Float","data":[1]}}""", "'typ' is not known")]
    [InlineData("""{"other":[1]}""", "no type")]
    [InlineData("""{"x":[1,2,3]}""", "leaves it open")]
    [InlineData("""{"free":[1]}""", "leaves it open")]
    public void Says_what_is_wrong(string json, string fault) =>
        Assert.Contains(fault, TensorJson.TryRead(Encoding.UTF8.GetBytes(json), Signature, out _), StringComparison.Ordinal);

    [Fact]
    public void Refuses_a_text_that_is_cut_off_anywhere()
    {
        var json = """{"x":{"type":"Float","shape":[1,2],"data":[0.5,1]}}"""u8.ToArray();
        Assert.Null(TensorJson.TryRead(json, Signature, out _));
        for (var length = 0; length < json.Length; length++)
            Assert.NotNull(TensorJson.TryRead(json.AsMemory(0, length), Signature, out _));
    }

    private static IReadOnlyList<Tensor> Read(string json)
    {
        Assert.Null(TensorJson.TryRead(Encoding.UTF8.GetBytes(json), signature: null, out var tensors));
        return tensors;
    }

    // Not a number has many forms, and people write one: floats that are none are left out.
    private static Arbitrary<Tensor> TensorArbitrary() => (
        from type in Gen.Elements(Types)
        from count in Gen.Choose(1, 5)
        from bytes in Gen.ArrayOf(Gen.Choose(0, 255), count * type.SizeInBytes())
        let data = bytes.Select(value => (byte)(type == DataType.Bool ? value & 1 : value)).ToArray()
        let tensor = new Tensor("a", type, [(uint)count], data)
        where !TensorJson.ElementsOf(tensor).Any(element => element.GetValueKind() == JsonValueKind.String && element.GetValue<string>() == "NaN")
        select tensor).ToArbitrary();
}
