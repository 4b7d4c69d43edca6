using FsCheck;
using FsCheck.Fluent;
using OpenGradient.Cli.Chain;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Cli.Tests.Chain;

public sealed class FeeQuoteTests
{
    [Theory]
    [InlineData(10, new uint[] { 1, 9, 3 }, 100, 3, 23)]
    [InlineData(10, new uint[] { }, 100, 0, 20)]
    [InlineData(60, new uint[] { 5 }, 100, 5, 100)]
    [InlineData(60, new uint[] { 50 }, 100, 40, 100)]
    public void Offers_the_middle_tip_and_room_for_the_base_fee_to_double(uint baseFee, uint[] tips, uint allowed, uint tip, uint most) =>
        Assert.Equal(new FeeQuote(Gwei(tip), Gwei(most)), FeeQuote.From(History(baseFee, tips), Gwei(allowed)));

    [Theory]
    [InlineData(100)]
    [InlineData(101)]
    public void Offers_nothing_where_the_base_fee_alone_is_too_much(uint baseFee) => Assert.Null(FeeQuote.From(History(baseFee, [1]), Gwei(100)));

    [Fact]
    public void Whatever_an_endpoint_says_the_offer_stays_within_what_is_allowed() => Prop.ForAll<uint, uint[], uint>((baseFee, tips, allowed) =>
    {
        if (FeeQuote.From(History(baseFee, tips), Gwei(allowed)) is not { } quote)
        {
            Assert.True(baseFee >= allowed);
            return;
        }

        Assert.True(quote.Most <= Gwei(allowed));
        Assert.True(quote.Tip + Gwei(baseFee) <= Gwei(allowed));
        Assert.True(quote.Tip <= quote.Most);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_greatest_numbers_overflow_nothing()
    {
        var most = new Wei(UInt256.MaxValue);
        var history = new FeeHistory(default, [most], [1], [[most]], [], []);

        Assert.Null(FeeQuote.From(history, Gwei(500)));
        Assert.Equal(new FeeQuote(Gwei(499), Gwei(500)), FeeQuote.From(history with { BaseFees = [Gwei(1)] }, Gwei(500)));
    }

    private static Wei Gwei(uint amount) => Wei.FromGwei($"{amount}");

    private static FeeHistory History(uint baseFee, uint[] tips) =>
        new(default, [Gwei(baseFee)], [.. tips.Select(_ => 0.5)], [.. tips.Select(tip => (IReadOnlyList<Wei>)[Gwei(tip)])], [], []);
}
