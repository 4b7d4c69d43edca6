using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Abi;

public sealed class AbiCodecTests
{
    private static readonly AbiType.Tuple Orders = Parameters("((address to, uint8[2] pair)[] orders, string note)");

    // The examples of the ABI's specification.
    [Theory]
    [InlineData(
        "baz(uint32,bool)",
        "0xcdcd77c0" +
        "0000000000000000000000000000000000000000000000000000000000000045" +
        "0000000000000000000000000000000000000000000000000000000000000001")]
    [InlineData(
        "bar(bytes3[2])",
        "0xfce353f6" +
        "6162630000000000000000000000000000000000000000000000000000000000" +
        "6465660000000000000000000000000000000000000000000000000000000000")]
    [InlineData(
        "sam(bytes,bool,uint256[])",
        "0xa5643bf2" +
        "0000000000000000000000000000000000000000000000000000000000000060" +
        "0000000000000000000000000000000000000000000000000000000000000001" +
        "00000000000000000000000000000000000000000000000000000000000000a0" +
        "0000000000000000000000000000000000000000000000000000000000000004" +
        "6461766500000000000000000000000000000000000000000000000000000000" +
        "0000000000000000000000000000000000000000000000000000000000000003" +
        "0000000000000000000000000000000000000000000000000000000000000001" +
        "0000000000000000000000000000000000000000000000000000000000000002" +
        "0000000000000000000000000000000000000000000000000000000000000003")]
    [InlineData(
        "g(uint256[][],string[])",
        "0x2289b18c" +
        "0000000000000000000000000000000000000000000000000000000000000040" +
        "0000000000000000000000000000000000000000000000000000000000000140" +
        "0000000000000000000000000000000000000000000000000000000000000002" +
        "0000000000000000000000000000000000000000000000000000000000000040" +
        "00000000000000000000000000000000000000000000000000000000000000a0" +
        "0000000000000000000000000000000000000000000000000000000000000002" +
        "0000000000000000000000000000000000000000000000000000000000000001" +
        "0000000000000000000000000000000000000000000000000000000000000002" +
        "0000000000000000000000000000000000000000000000000000000000000001" +
        "0000000000000000000000000000000000000000000000000000000000000003" +
        "0000000000000000000000000000000000000000000000000000000000000003" +
        "0000000000000000000000000000000000000000000000000000000000000060" +
        "00000000000000000000000000000000000000000000000000000000000000a0" +
        "00000000000000000000000000000000000000000000000000000000000000e0" +
        "0000000000000000000000000000000000000000000000000000000000000003" +
        "6f6e650000000000000000000000000000000000000000000000000000000000" +
        "0000000000000000000000000000000000000000000000000000000000000003" +
        "74776f0000000000000000000000000000000000000000000000000000000000" +
        "0000000000000000000000000000000000000000000000000000000000000005" +
        "7468726565000000000000000000000000000000000000000000000000000000")]
    public void Encodes_the_examples_of_the_specification(string signature, string expected)
    {
        var values = SpecificationValues[signature];

        Assert.Equal(expected, Hex.Encode(AbiFunction.Parse(signature).Encode(values)));
    }

    [Fact]
    public void Says_which_value_does_not_fit_its_type()
    {
        AssertPath("note", AbiValue.ArrayOf(), 5);
        AssertPath("orders", true, "x");
        AssertPath("orders[1].to", AbiValue.ArrayOf(Order(1), AbiValue.TupleOf(7, AbiValue.ArrayOf(1, 2))), "x");
        AssertPath("orders[0].pair[1]", AbiValue.ArrayOf(Order(256)), "x");
        AssertPath("orders[0].pair[1]", AbiValue.ArrayOf(Order(-1)), "x");
        AssertPath("orders[0].pair", AbiValue.ArrayOf(AbiValue.TupleOf(Address.Zero, AbiValue.ArrayOf(1))), "x");
        AssertPath("orders[0]", AbiValue.ArrayOf(AbiValue.TupleOf(Address.Zero)), "x");
        AssertPath(string.Empty, AbiValue.ArrayOf());

        var named = Assert.Throws<AbiException>(() => AbiCodec.EncodeParameters(Parameters("((uint8 item)[] list)"), AbiValue.ArrayOf(AbiValue.TupleOf(256))));
        Assert.Equal("list[0].item", named.Path);
    }

    [Theory]
    [InlineData("int8", -129)]
    [InlineData("int8", 128)]
    [InlineData("uint8", 256)]
    [InlineData("uint8", -1)]
    [InlineData("bool", 1)]
    [InlineData("bytes4", 1)]
    public void Refuses_a_number_that_does_not_fit(string type, int value) =>
        Assert.Throws<AbiException>(() => AbiCodec.Encode(AbiType.Parse(type), value));

    [Fact]
    public void Refuses_fixed_bytes_of_another_length()
    {
        Assert.Throws<AbiException>(() => AbiCodec.Encode(AbiType.Parse("bytes4"), new byte[3]));
        Assert.Throws<AbiException>(() => AbiCodec.Encode(AbiType.Parse("bytes4"), new byte[5]));
        Assert.Throws<AbiException>(() => AbiCodec.Encode(AbiType.Parse("function"), new byte[23]));
    }

    [Fact]
    public void Takes_integers_of_either_kind_for_both_as_long_as_they_fit()
    {
        Assert.Equal(AbiCodec.Encode(AbiType.Parse("uint256"), (UInt256)5), AbiCodec.Encode(AbiType.Parse("uint256"), 5));
        Assert.Equal(AbiCodec.Encode(AbiType.Parse("int256"), (UInt256)5), AbiCodec.Encode(AbiType.Parse("int256"), 5));
        Assert.Throws<AbiException>(() => AbiCodec.Encode(AbiType.Parse("int256"), UInt256.MaxValue));
        Assert.Throws<AbiException>(() => AbiCodec.Encode(AbiType.Parse("uint256"), Int256.MinValue));
    }

    [Fact]
    public void A_string_that_is_not_utf8_is_shown_and_still_encodes_to_its_bytes()
    {
        var type = AbiType.Parse("string");
        var data = AbiCodec.Encode(type, new AbiValue.String(new byte[] { 0x61, 0xff, 0x62 }));

        var decoded = Assert.IsType<AbiValue.String>(AbiCodec.Decode(type, data));

        Assert.Equal("a�b", decoded.Text);
        Assert.Equal(data, AbiCodec.Encode(type, decoded));
    }

    [Fact]
    public void A_value_shows_itself_as_people_read_it()
    {
        var value = AbiValue.TupleOf((UInt256)1, -2, true, "text", new byte[] { 0xab }, AbiValue.ArrayOf(Address.Zero), AbiValue.ArrayOf());

        Assert.Equal("(1, -2, true, \"text\", 0xab, [0x0000000000000000000000000000000000000000], [])", value.ToString());
    }

    [Fact]
    public void An_encoding_of_no_values_is_empty()
    {
        Assert.Empty(AbiCodec.EncodeParameters(Parameters("()")));
        Assert.Empty(AbiCodec.DecodeParameters(Parameters("()"), []).Items);
        Assert.False(AbiCodec.TryDecodeParameters(Parameters("()"), new byte[1], out _));
    }

    [Theory]
    [InlineData("((bool,bool))")]
    [InlineData("(string[])")]
    [InlineData("(bytes[2])")]
    [InlineData("(string[][])")]
    [InlineData("((bool)[])")]
    [InlineData("(uint256[][])")]
    [InlineData("(uint256[][2])")]
    public void Packing_refuses_what_solc_refuses_to_pack(string types)
    {
        var error = Assert.Throws<AbiException>(() => AbiPacked.Encode(Parameters(types), AbiValue.ArrayOf()));

        Assert.Contains("no packed encoding", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Packing_gives_different_values_the_same_bytes_as_its_documentation_warns() => Assert.Equal(
        AbiPacked.Encode(Parameters("(string,string)"), "a", "bc"), AbiPacked.Encode(Parameters("(string,string)"), "ab", "c"));

    private static Dictionary<string, AbiValue[]> SpecificationValues { get; } = new(StringComparer.Ordinal)
    {
        ["baz(uint32,bool)"] = [69, true],
        ["bar(bytes3[2])"] = [AbiValue.ArrayOf("abc"u8.ToArray(), "def"u8.ToArray())],
        ["sam(bytes,bool,uint256[])"] = ["dave"u8.ToArray(), true, AbiValue.ArrayOf(1, 2, 3)],
        ["g(uint256[][],string[])"] =
        [
            AbiValue.ArrayOf(AbiValue.ArrayOf(1, 2), AbiValue.ArrayOf(3)), AbiValue.ArrayOf("one", "two", "three"),
        ],
    };

    private static void AssertPath(string path, params AbiValue[] values) =>
        Assert.Equal(path, Assert.Throws<AbiException>(() => AbiCodec.EncodeParameters(Orders, values)).Path);

    private static AbiValue.Tuple Order(int second) => AbiValue.TupleOf(Address.Zero, AbiValue.ArrayOf(1, second));

    private static AbiType.Tuple Parameters(string text) => Assert.IsType<AbiType.Tuple>(AbiType.Parse(text));
}
