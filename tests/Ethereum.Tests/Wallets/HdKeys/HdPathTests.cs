using OpenGradient.Ethereum.Wallets;

namespace OpenGradient.Ethereum.Tests.Wallets;

public sealed class HdPathTests
{
    [Theory]
    [InlineData("m")]
    [InlineData("m/0")]
    [InlineData("m/0'")]
    [InlineData("m/44'/60'/0'/0/0")]
    [InlineData("m/2147483647/2147483647'")]
    public void Writes_what_it_reads(string text)
    {
        var path = HdPath.Parse(text);

        Assert.Equal(text, path.ToString());
        Assert.Equal(HdPath.Parse(text), path);
        Assert.Equal(HdPath.Parse(text).GetHashCode(), path.GetHashCode());
    }

    [Fact]
    public void Knows_the_numbers_behind_the_text()
    {
        Assert.Equal([0x8000_002C, 0x8000_003C, 0x8000_0000, 0, 7], HdPath.Parse("m/44'/60'/0'/0/7").Indices);
        Assert.Equal(HdPath.Parse("m/44'/60'/0'/0/7"), HdPath.EthereumAccount(7));
        Assert.NotEqual(HdPath.Parse("m/0"), HdPath.Parse("m/0'"));
        Assert.Empty(HdPath.Root.Indices);
    }

    [Theory]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("/")]
    [InlineData("m/")]
    [InlineData("m//0")]
    [InlineData("m/0/")]
    [InlineData("44'/60'")]
    [InlineData("m0")]
    [InlineData("m/'")]
    [InlineData("m/0''")]
    [InlineData("m/0h")]
    [InlineData("m/0H")]
    [InlineData("m/-1")]
    [InlineData("m/+1")]
    [InlineData("m/ 1")]
    [InlineData("m/1 ")]
    [InlineData("m/01")]
    [InlineData("m/00")]
    [InlineData("m/1.0")]
    [InlineData("m/0x1")]
    [InlineData("m/2147483648")]
    [InlineData("m/2147483648'")]
    [InlineData("m/4294967296")]
    [InlineData("m/99999999999999999999")]
    [InlineData("m/٣")]
    public void Refuses_what_is_not_a_path(string text)
    {
        Assert.False(HdPath.TryParse(text, out _));
        Assert.Throws<FormatException>(() => HdPath.Parse(text));
    }

    [Fact]
    public void Takes_255_steps_and_no_more()
    {
        var steps = string.Concat(Enumerable.Repeat("/2147483647'", 255));

        Assert.Equal(255, HdPath.Parse("m" + steps).Indices.Length);
        Assert.False(HdPath.TryParse("m" + steps + "/0", out _));
    }
}
