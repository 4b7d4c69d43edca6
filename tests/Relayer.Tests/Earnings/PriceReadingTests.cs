using System.Text;
using OpenGradient.Relayer.Earnings;

namespace OpenGradient.Relayer.Tests.Earnings;

public sealed class PriceReadingTests
{
    private static readonly PriceSource Source = new(new Uri("https://prices.example/?key=secret"), ["data", "price"], 6, 1_000_000u, 9_000_000_000u);

    [Theory]
    [InlineData("""{"data":{"price":2500.25}}""", 2_500_250_000UL)]
    [InlineData("""{"data":{"price":"2500.25","other":[1]}}""", 2_500_250_000UL)]
    [InlineData("""{"data":{"price":2500.1234567899}}""", 2_500_123_456UL)]
    [InlineData("""{"data":{"price":1}}""", 1_000_000UL)]
    [InlineData("""{"data":{"price":9000}}""", 9_000_000_000UL)]
    public void Reads_a_price_within_its_bounds(string json, ulong expected)
    {
        Assert.Equal(expected, PriceReading.Read(Encoding.UTF8.GetBytes(json), Source, out var fault));
        Assert.Empty(fault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("price")]
    [InlineData("{}")]
    [InlineData("""{"data":[1]}""")]
    [InlineData("""{"data":{"price":null}}""")]
    [InlineData("""{"data":{"price":{}}}""")]
    [InlineData("""{"data":{"price":-5}}""")]
    [InlineData("""{"data":{"price":1e3}}""")]
    [InlineData("""{"data":{"price":"1.5.5"}}""")]
    [InlineData("""{"data":{"price":""}}""")]
    [InlineData("""{"data":{"price":0.999999}}""")]
    [InlineData("""{"data":{"price":9000.000001}}""")]
    [InlineData("""{"data":{"price":"\ud800"}}""")]
    public void Believes_nothing_else(string json)
    {
        Assert.Null(PriceReading.Read(Encoding.UTF8.GetBytes(json), Source, out var fault));
        Assert.NotEmpty(fault);
        Assert.DoesNotContain("secret", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Believes_no_answer_that_ends_early()
    {
        var whole = """{"data":{"price":2500.25}}"""u8.ToArray();
        for (var length = 0; length < whole.Length; length++)
            Assert.Null(PriceReading.Read(whole.AsMemory(0, length), Source, out _));
    }

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(99, 0, false)]
    [InlineData(100, 0, true)]
    [InlineData(1_000, 50, true)]
    [InlineData(1_000, 51, false)]
    public void Earnings_are_collected_when_gas_takes_little_of_them(ulong amount, ulong cost, bool pays) =>
        Assert.Equal(pays, new CollectPolicy(100u).Pays(amount, cost, oldestHourEnd: 3_600, activeTime: 7_200));

    [Theory]
    [InlineData(600, true)]
    [InlineData(1_000, false)]
    public void What_has_waited_for_a_week_is_collected_when_it_is_more_than_it_costs(ulong cost, bool pays) =>
        Assert.Equal(pays, new CollectPolicy(100u).Pays(1_000u, cost, oldestHourEnd: 3_600, activeTime: 3_601 + (7 * 86_400)));
}
