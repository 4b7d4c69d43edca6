using OpenGradient.Ethereum.Abi;

namespace OpenGradient.Ethereum.Tests.Abi;

public sealed class AbiTypeTests
{
    [Theory]
    [InlineData("uint", "uint256", false, 32)]
    [InlineData("int", "int256", false, 32)]
    [InlineData("uint8", "uint8", false, 32)]
    [InlineData("function", "function", false, 32)]
    [InlineData("bytes32[3]", "bytes32[3]", false, 96)]
    [InlineData("bytes[3]", "bytes[3]", true, 32)]
    [InlineData("uint256[2][3]", "uint256[2][3]", false, 192)]
    [InlineData("(uint256,bytes32[])[2]", "(uint256,bytes32[])[2]", true, 32)]
    [InlineData("tuple(bool ok, (address to, int8 x)[4] list)", "(bool,(address,int8)[4])", false, 288)]
    [InlineData(" ( uint a , string memory b ) [ ] ", "(uint256,string)[]", true, 32)]
    [InlineData("()", "()", false, 0)]
    public void Knows_the_canonical_name_and_the_size_in_the_head(string text, string name, bool isDynamic, int headBytes)
    {
        var type = AbiType.Parse(text);

        Assert.Equal(name, type.Name);
        Assert.Equal(isDynamic, type.IsDynamic);
        Assert.Equal(headBytes, type.HeadBytes);
        Assert.Equal(type, AbiType.Parse(name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("uint7")]
    [InlineData("uint264")]
    [InlineData("uint08")]
    [InlineData("uint0")]
    [InlineData("uint+8")]
    [InlineData("uint99999999999")]
    [InlineData("int-8")]
    [InlineData("bytes0")]
    [InlineData("bytes33")]
    [InlineData("fixed128x18")]
    [InlineData("ufixed")]
    [InlineData("boolean")]
    [InlineData("uint256[")]
    [InlineData("uint256]")]
    [InlineData("uint256[0]")]
    [InlineData("uint256[01]")]
    [InlineData("uint256[-1]")]
    [InlineData("(uint256")]
    [InlineData("(uint256,)")]
    [InlineData("(,)")]
    [InlineData("uint256 uint256")]
    [InlineData("tuple")]
    [InlineData("()[]")]
    [InlineData("()[4294967296]")]
    [InlineData("()[1000000]")]
    [InlineData("uint256[0][1000000000]")]
    [InlineData("uint8[2147483647]")]
    [InlineData("uint8[100000][100000]")]
    [InlineData("mapping(uint256)")]
    [InlineData("(uint256 1a)")]
    public void Refuses_what_is_not_a_type(string text)
    {
        Assert.False(AbiType.TryParse(text, out _));
        Assert.Throws<AbiException>(() => AbiType.Parse(text));
    }

    [Fact]
    public void Says_that_fixed_point_numbers_are_not_supported()
    {
        var error = Assert.Throws<AbiException>(() => AbiType.Parse("fixed128x18"));

        Assert.Contains("fixed-point", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_nesting_without_end_before_the_stack_does()
    {
        Assert.False(AbiType.TryParse(new string('(', 1_000_000), out _));
        Assert.False(AbiType.TryParse(new string('(', 40) + "bool" + new string(')', 40), out _));
        Assert.False(AbiType.TryParse("bool" + string.Concat(Enumerable.Repeat("[]", 33)), out _));
        Assert.True(AbiType.TryParse("bool" + string.Concat(Enumerable.Repeat("[]", 32)), out _));
    }

    [Fact]
    public void Names_of_members_do_not_make_types_different()
    {
        Assert.Equal(AbiType.Parse("(uint256 a, bool b)"), AbiType.Parse("(uint256,bool)"));
        Assert.NotEqual(AbiType.Parse("(uint256,bool)"), AbiType.Parse("(bool,uint256)"));
    }
}
