using FsCheck.Fluent;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support;

namespace OpenGradient.Ethereum.Tests.Primitives;

public sealed class UnitsTests
{
    private static readonly Dictionary<string, int> Decimals = new(StringComparer.Ordinal)
    {
        ["kwei"] = 3,
        ["mwei"] = 6,
        ["satoshi"] = 8,
        ["gwei"] = 9,
        ["szabo"] = 12,
        ["finney"] = 15,
        ["ether"] = 18,
    };

    [Fact]
    public void Reads_and_writes_all_of_the_published_suite()
    {
        using var suite = PublishedSuite.Read("units");
        var (read, written) = (0, 0);
        foreach (var test in suite.RootElement.EnumerateArray())
        {
            var wei = Int256.Parse(test.GetProperty("wei").GetString()!);
            foreach (var (unit, decimals) in Decimals)
            {
                if (test.TryGetProperty(unit, out var text))
                {
                    Assert.True(Units.TryParseSigned(text.GetString(), decimals, out var value));
                    Assert.Equal(wei, value);
                    read++;
                }

                if (test.TryGetProperty(unit + "_format", out var formatted))
                {
                    // The suite writes whole numbers with ".0"; we write them without.
                    var expected = formatted.GetString()!;
                    Assert.Equal(expected.EndsWith(".0", StringComparison.Ordinal) ? expected[..^2] : expected, Units.Format(wei, decimals));
                    written++;
                }
            }
        }

        Assert.Equal((28, 28), (read, written));
    }

    [Fact]
    public void What_is_written_is_read_back() => Numbers.Holds(
        Prop.ForAll(Numbers.Signed, Gen.Choose(0, Units.MaxDecimals).ToArbitrary(), (value, decimals) =>
            Units.TryParseSigned(Units.Format(value, decimals), decimals, out var back) && back == value));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("1.")]
    [InlineData("-")]
    [InlineData("1.2.3")]
    [InlineData("1,5")]
    [InlineData("1e18")]
    [InlineData("0x1")]
    [InlineData("+1")]
    [InlineData("1.0000000000000000001")]
    [InlineData("115792089237316195423570985008687907853269984665640564039458")]
    public void Refuses_what_is_no_amount_of_ether(string text)
    {
        Assert.False(Units.TryParse(text, 18, out _));
        Assert.Throws<FormatException>(() => Wei.FromEther(text));
    }

    [Theory]
    [InlineData(77)]
    [InlineData(78)]
    [InlineData(255)]
    public void A_token_with_absurd_decimals_can_still_be_shown(int decimals) =>
        Assert.Equal("0." + new string('0', decimals - 1) + "7", Units.Format((UInt256)7u, decimals));

    [Fact]
    public void Wei_adds_up_and_never_wraps()
    {
        Assert.Equal(Wei.FromEther("1.5"), Wei.FromEther("1") + Wei.FromGwei("500000000"));
        Assert.Equal("1.5 ether", Wei.FromEther("1.50").ToString());
        Assert.Equal(Wei.FromGwei("63000"), Wei.FromGwei("3") * 21_000u);
        Assert.Throws<OverflowException>(() => Wei.Zero - Wei.FromGwei("1"));
        Assert.Throws<OverflowException>(() => new Wei(UInt256.MaxValue) + new Wei(UInt256.One));
    }
}
