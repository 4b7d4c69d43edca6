using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Ethereum.Tests.Rpc.Dispatch;

public sealed class BatchSizingTests
{
    [Fact]
    public void Begins_with_the_most()
    {
        var sizing = new BatchSizing(100);

        Assert.Equal(100, sizing.Limit);
        Assert.Same(sizing, sizing.Answered(100));
    }

    [Theory]
    [InlineData(50, 50)]
    [InlineData(1, 1)]
    [InlineData(0, 1)]
    [InlineData(100, 100)]
    [InlineData(200, 100)]
    public void Takes_no_more_than_what_a_refusal_left(int taken, int expected) =>
        Assert.Equal(expected, new BatchSizing(100).Refused(taken).Limit);

    [Fact]
    public void Tries_twice_as_many_after_enough_full_messages()
    {
        var sizing = new BatchSizing(100).Refused(40);
        Assert.Equal(2 * BatchSizing.LeastPatience, sizing.Patience);

        sizing = Answered(sizing, 40, sizing.Patience - 1);
        Assert.Equal(40, sizing.Limit);
        sizing = sizing.Answered(40);
        Assert.Equal(80, sizing.Limit);
        sizing = Answered(sizing, 80, sizing.Patience);

        Assert.Equal(100, sizing.Limit);
    }

    [Fact]
    public void Learns_nothing_from_a_message_that_was_not_full()
    {
        var sizing = new BatchSizing(100).Refused(40);

        Assert.Equal(sizing, Answered(sizing, 39, 10_000));
    }

    [Fact]
    public void Tries_a_firm_limit_ever_more_seldom_but_never_stops()
    {
        var sizing = new BatchSizing(100).Refused(10);
        var waits = new List<int>();
        for (var i = 0; i < 10; i++)
        {
            waits.Add(sizing.Patience);
            sizing = Answered(sizing, 10, sizing.Patience);
            Assert.Equal(20, sizing.Limit);
            sizing = sizing.Refused(10);
        }

        Assert.Equal([64, 128, 256, 512, 1024, 2048, 4096, 4096, 4096, 4096], waits);
    }

    [Fact]
    public void Counts_only_what_went_well_since_the_last_refusal()
    {
        var sizing = new BatchSizing(100).Refused(40);

        sizing = Answered(sizing, 40, sizing.Patience - 1).Refused(20);

        Assert.Equal((20, 0), (sizing.Limit, sizing.Proven));
    }

    [Fact]
    public void Forgets_old_refusals_once_the_most_is_taken_again()
    {
        var sizing = new BatchSizing(100).Refused(50);
        sizing = Answered(sizing, 50, sizing.Patience);

        Assert.Equal(new BatchSizing(100), sizing.Answered(100));
    }

    [Fact]
    public void Does_not_overflow() =>
        Assert.Equal(int.MaxValue, Answered(new BatchSizing(int.MaxValue).Refused(int.MaxValue - 1), int.MaxValue, 100).Limit);

    private static BatchSizing Answered(BatchSizing sizing, int calls, int times)
    {
        for (var i = 0; i < times; i++)
            sizing = sizing.Answered(calls);
        return sizing;
    }
}
