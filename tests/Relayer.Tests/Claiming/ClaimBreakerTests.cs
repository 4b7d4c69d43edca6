using OpenGradient.Relayer.Claiming;

namespace OpenGradient.Relayer.Tests.Claiming;

public sealed class ClaimBreakerTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);
    private static readonly ClaimBreaker Breaker = new();

    // Newest first: + succeeded, - failed, each some seconds after the one before it.
    [Theory]
    [InlineData("", 0, BreakerState.Closed)]
    [InlineData("----", 1, BreakerState.Closed)]
    [InlineData("-----", 1, BreakerState.Open)]
    [InlineData("--+++", 1, BreakerState.Closed)]
    [InlineData("---++", 1, BreakerState.Open)]
    [InlineData("-----", 59, BreakerState.Open)]
    [InlineData("-----", 60, BreakerState.HalfOpen)]
    [InlineData("+-----", 60, BreakerState.HalfOpen)]
    [InlineData("++-----", 60, BreakerState.HalfOpen)]
    [InlineData("+++-----", 60, BreakerState.Closed)]
    [InlineData("++--------", 10, BreakerState.Open)]
    [InlineData("-----", 3_700, BreakerState.Closed)]
    [InlineData("++++++++++++++++++++--------------------", 1, BreakerState.Closed)]
    public void Claiming_stops_while_claims_fail_and_is_tried_again(string ends, int newestSecondsAgo, BreakerState expected)
    {
        var history = ends.Select((end, i) => new ClaimEnd(end == '+', Now.AddSeconds(-newestSecondsAgo - i))).ToList();

        Assert.Equal(expected, Breaker.Judge(history, Now).State);
    }

    [Fact]
    public void It_says_what_failed_and_until_when_it_is_open()
    {
        var history = Enumerable.Range(0, 6).Select(i => new ClaimEnd(i == 3, Now.AddSeconds(-10 - i))).ToList();

        var verdict = Breaker.Judge(history, Now);

        Assert.Equal((5, 6), (verdict.Failures, verdict.Claims));
        Assert.Equal(Now.AddSeconds(-10) + Breaker.Rest, verdict.Until);
    }

    [Theory]
    [InlineData(BreakerState.Closed, 7)]
    [InlineData(BreakerState.HalfOpen, 1)]
    [InlineData(BreakerState.Open, 0)]
    public void Its_state_bounds_how_many_claims_may_be_open(BreakerState state, int expected) =>
        Assert.Equal(expected, new BreakerVerdict(state, 0, 0, Until: null).MostOpen(7));
}
