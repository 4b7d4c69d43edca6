using FsCheck;
using FsCheck.Fluent;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Sending.Broadcasting;
using OpenGradient.Sending.Fees;

namespace OpenGradient.Sending.Tests;

public sealed class PolicyTests
{
    private static readonly SendingOptions Options = new() { MaxFeePerGas = Gwei(100), MinTipPerGas = Gwei(1), MinBump = Gwei(1), BumpAfterBlocks = 3, StuckAfterBlocks = 10 };

    [Fact]
    public void A_bump_raises_both_by_a_tenth_at_least_and_stays_below_the_cap() => Prop.ForAll(
        ArbMap.Default.ArbFor<ulong>(), ArbMap.Default.ArbFor<ulong>(), ArbMap.Default.ArbFor<ulong>(), (max, tip, market) =>
        {
            var previous = new GasFees(new Wei(Math.Max(max, tip) % 200_000_000_000UL), new Wei(Math.Min(max, tip) % 100_000_000_000UL));
            if (previous.Tip > previous.Max)
                return;
            var bumped = BumpPolicy.Bump(previous, new GasFees(new Wei(market), new Wei(market / 2)), Options);
            if (bumped is not { } fees)
            {
                // Only the cap is a reason not to.
                Assert.True(previous.Max.Value * 11UL / 10UL >= Options.MaxFeePerGas.Value || previous.Tip.Value * 11UL / 10UL >= Options.MaxFeePerGas.Value);
                return;
            }

            Assert.True(fees.Max <= Options.MaxFeePerGas && fees.Tip <= fees.Max);
            Assert.True(fees.Max.Value * 10UL >= previous.Max.Value * 11UL && fees.Max > previous.Max);
            Assert.True(fees.Tip.Value * 10UL >= previous.Tip.Value * 11UL && fees.Tip > previous.Tip);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(10, 2, 5, 1, 12, 3)]
    [InlineData(10, 2, 50, 30, 50, 30)]
    [InlineData(1, 1, 1, 1, 2, 2)]
    public void A_bump_is_the_highest_of_a_fifth_the_least_step_and_the_market(int max, int tip, int marketMax, int marketTip, int expectedMax, int expectedTip)
    {
        var bumped = BumpPolicy.Bump(new GasFees(Gwei(max), Gwei(tip)), new GasFees(Gwei(marketMax), Gwei(marketTip)), Options)!.Value;

        // A fifth is rounded up to the next unit.
        Assert.InRange(bumped.Max.Value, Gwei(expectedMax).Value, Gwei(expectedMax).Value + 1UL);
        Assert.InRange(bumped.Tip.Value, Gwei(expectedTip).Value, Gwei(expectedTip).Value + 1UL);
    }

    [Theory]
    [InlineData(100, 1)]
    [InlineData(95, 1)]
    [InlineData(100, 100)]
    public void Near_the_cap_there_is_no_bump(int max, int tip) =>
        Assert.Null(BumpPolicy.Bump(new GasFees(Gwei(max), Gwei(tip)), new GasFees(Gwei(1), Gwei(1)), Options));

    [Fact]
    public void The_market_covers_the_base_fee_twice_and_the_middle_tip()
    {
        var market = FeePolicy.OfHistory(History(Gwei(20), Gwei(9), Gwei(2), Gwei(3)), Options);

        Assert.Equal(new GasFees(Gwei(43), Gwei(3)), market.Fees);
        Assert.Equal((Gwei(20), false), (market.BaseFee!.Value, market.IsLegacy));
    }

    [Fact]
    public void A_node_that_asks_for_the_moon_gets_no_more_than_the_cap()
    {
        var highest = new Wei(UInt256.MaxValue);

        Assert.Equal(new GasFees(Gwei(100), Gwei(100)), FeePolicy.OfHistory(History(highest, highest), Options).Fees);
        Assert.Equal(new GasFees(Gwei(100), Gwei(100)), FeePolicy.OfGasPrice(highest, Options).Fees);
    }

    [Fact]
    public void A_chain_without_base_fees_has_one_price()
    {
        var market = FeePolicy.OfGasPrice(Gwei(10), Options);

        Assert.Equal(new GasFees(Gwei(11), Gwei(11)), market.Fees);
        Assert.True(market.IsLegacy);
        Assert.Equal(new GasFees(Gwei(1), Gwei(1)), FeePolicy.OfGasPrice(Wei.Zero, Options).Fees);
    }

    [Theory]
    [InlineData(30, true, 2, 5, Care.None)]
    [InlineData(30, true, 3, 5, Care.Bump)]
    [InlineData(30, true, 0, 10, Care.Replace)]
    [InlineData(30, true, 3, 9, Care.Bump)]
    [InlineData(30, false, 3, 99, Care.None)]
    [InlineData(5, false, 3, 99, Care.Bump)]
    [InlineData(5, true, 3, 99, Care.Bump)]
    [InlineData(5, true, 2, 99, Care.None)]
    public void Only_the_lowest_is_stuck_and_only_at_a_price_that_others_are_mined_at(int max, bool isLowest, ulong age, ulong priced, object care)
    {
        var market = new Market(new GasFees(Gwei(21), Gwei(1)), Gwei(10));

        Assert.Equal(care, StuckJudge.Judge(new GasFees(Gwei(max), Gwei(1)), market, isLowest, age, priced, Options));
    }

    [Theory]
    [InlineData(Verdict.Accepted, Verdict.Fatal, Verdict.Accepted)]
    [InlineData(Verdict.Fatal, Verdict.Unknown, Verdict.Unknown)]
    [InlineData(Verdict.Fatal, Verdict.Later, Verdict.Later)]
    [InlineData(Verdict.Underpriced, Verdict.Later, Verdict.Underpriced)]
    [InlineData(Verdict.Unknown, Verdict.Underpriced, Verdict.Unknown)]
    [InlineData(Verdict.Fatal, Verdict.Fatal, Verdict.Fatal)]
    public void One_success_is_success_and_only_all_together_say_never(object one, object other, object joined)
    {
        Assert.Equal(joined, Broadcaster.Join([new Answered((Verdict)one, null), new Answered((Verdict)other, null)]).Verdict);
        Assert.Equal(joined, Broadcaster.Join([new Answered((Verdict)other, null), new Answered((Verdict)one, null)]).Verdict);
    }

    private static Wei Gwei(int amount) => new((ulong)amount * 1_000_000_000UL);

    private static FeeHistory History(Wei baseFee, params Wei[] tips) =>
        new(new BlockNumber(1), [.. tips.Select(_ => baseFee), baseFee], [.. tips.Select(_ => 0.5)], [.. tips.Select(tip => (IReadOnlyList<Wei>)[tip])], [], []);
}
