using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Tests.Following.Simulation;

namespace OpenGradient.Ethereum.Tests.Following.Policy;

public sealed class EndpointPolicyTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly SourceFailure Down = new SourceFailure.Unavailable("down");
    private static readonly BackoffPolicy Backoff = new() { First = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromSeconds(30) };

    [Fact]
    public void Waits_twice_as_long_after_each_failure_up_to_the_longest()
    {
        Assert.Equal([1, 2, 4, 8, 16, 30, 30], Enumerable.Range(1, 7).Select(n => Backoff.After(n, spread: 1).TotalSeconds));
        Assert.Equal(TimeSpan.FromSeconds(30), Backoff.After(int.MaxValue, spread: 1));
        Assert.Equal(TimeSpan.FromSeconds(2), Backoff.After(3, spread: 0));
    }

    [Fact]
    public void Closes_an_endpoint_that_failed_until_the_wait_is_over()
    {
        var health = new EndpointHealth().AfterFailure(Down, Backoff, spread: 1, Now).AfterFailure(Down, Backoff, spread: 1, Now);

        Assert.False(health.IsOpen(Now + TimeSpan.FromSeconds(1.9)));
        Assert.True(health.IsOpen(Now + TimeSpan.FromSeconds(2)));
        Assert.Equal(2, health.Failures);
        Assert.Equal(Down, health.LastFailure);
        Assert.Equal(0, health.AfterSuccess(isBehind: false).Failures);
        Assert.True(health.AfterSuccess(isBehind: false).IsOpen(Now));
    }

    [Fact]
    public void Waits_as_long_as_a_rate_limit_says_but_not_for_ever()
    {
        var asked = new EndpointHealth().AfterFailure(new SourceFailure.RateLimited(TimeSpan.FromSeconds(7), "429"), Backoff, 0, Now);
        var absurd = new EndpointHealth().AfterFailure(new SourceFailure.RateLimited(TimeSpan.FromDays(7), "429"), Backoff, 0, Now);

        Assert.Equal(Now + TimeSpan.FromSeconds(7), asked.RetryAt);
        Assert.Equal(Now + Backoff.Longest, absurd.RetryAt);
    }

    [Fact]
    public void Averages_latency_with_more_weight_on_the_recent()
    {
        var health = new EndpointHealth().AfterAnswer(TimeSpan.FromMilliseconds(100)).AfterAnswer(TimeSpan.FromMilliseconds(200));

        Assert.Equal(TimeSpan.FromMilliseconds(120), health.Latency);
    }

    [Fact]
    public void Asks_the_quicker_one_but_does_not_change_for_little()
    {
        var (slow, quick) = (Taking(150), Taking(100));

        Assert.Equal(["quick", "slow"], Order(null, ("slow", slow), ("quick", quick)));
        Assert.Equal(["slow", "quick"], Order("slow", ("slow", slow), ("quick", quick)));
        Assert.Equal(["quick", "slow"], Order("slow", ("slow", Taking(250)), ("quick", quick)));
    }

    [Fact]
    public void Asks_the_faultless_before_the_quick_and_the_ones_up_to_date_before_all()
    {
        var failed = Taking(1).AfterFailure(Down, Backoff, 0, Now - TimeSpan.FromHours(1));
        var outvoted = Taking(1).AfterVerdict(upheld: false);
        var behind = Taking(1).AfterSuccess(isBehind: true);

        Assert.Equal("good", Order("x", ("failed", failed), ("outvoted", outvoted), ("behind", behind), ("good", Taking(500)))[0]);
        Assert.Equal("behind", Order("x", ("failed", failed), ("outvoted", outvoted), ("behind", behind), ("good", Taking(500)))[^1]);
        Assert.Empty(Order(null, ("resting", Taking(1).AfterFailure(Down, Backoff, 0, Now))));
    }

    [Fact]
    public void Lets_those_that_are_behind_take_turns()
    {
        var earlier = Taking(500).AfterHead(new(1), Now).AfterSuccess(isBehind: true);
        var later = Taking(1).AfterHead(new(1), Now + TimeSpan.FromSeconds(1)).AfterSuccess(isBehind: true);

        Assert.Equal(["earlier", "later"], Order("later", ("later", later), ("earlier", earlier)));
    }

    [Fact]
    public void Polls_four_times_per_block_once_it_knows_the_block_time()
    {
        var chain = new SimulatedChain(blocks: 3);
        var policy = new PollPolicy { Shortest = TimeSpan.FromMilliseconds(50), Longest = TimeSpan.FromSeconds(10) };
        Assert.Equal(TimeSpan.FromMilliseconds(50), policy.Interval);

        policy = policy.AfterHeader(chain[1].Header).AfterHeader(chain[3].Header);

        Assert.Equal(TimeSpan.FromSeconds(3), policy.Interval);
        Assert.Equal(TimeSpan.FromSeconds(48), policy.QuietAfter);
        Assert.Equal(policy.Interval, policy.AfterHeader(chain[2].Header).Interval);

        var absurd = chain[3].Header with { Header = chain[3].Header.Header with { Number = new(ulong.MaxValue - 1), Timestamp = ulong.MaxValue } };
        var distant = absurd with { Header = absurd.Header with { Number = new(4) } };
        Assert.InRange(policy.AfterHeader(absurd).Interval, policy.Shortest, policy.Longest);
        Assert.Equal(policy.Longest, policy.AfterHeader(distant).Interval);
    }

    [Fact]
    public void Proves_a_shorter_chain_only_by_everyone_and_for_long_enough()
    {
        var tip = new BlockRef(new(9), Hash32.Zero);
        var patience = TimeSpan.FromMinutes(1);
        var watch = ShorterChainWatch.None.AfterShorter(tip, "a", Now).AfterShorter(tip, "b", Now + patience).AfterShorter(tip, "a", Now + patience);

        Assert.False(watch.IsProven(["a"], patience, Now + patience - TimeSpan.FromTicks(1)));
        Assert.True(watch.IsProven(["a"], patience, Now + patience));
        Assert.False(watch.IsProven(["a", "b"], patience, Now + patience));
        Assert.False(watch.IsProven(["a", "c"], patience, Now + (10 * patience)));
        Assert.True(watch.IsProven(["a", "b"], patience, Now + (2 * patience)));

        var other = watch.AfterShorter(tip with { Number = new(8) }, "a", Now + (2 * patience));
        Assert.False(other.IsProven(["a"], patience, Now + (2 * patience)));
    }

    [Fact]
    public void Calls_final_what_the_endpoint_does_but_no_more_than_the_bound_may_stay_open()
    {
        Assert.Equal(new BlockNumber(60), FinalityRule.Tagged.Under(new(100), new BlockNumber(60)));
        Assert.Equal(new BlockNumber(0), FinalityRule.Tagged.Under(new(100), tagged: null));
        Assert.Equal(new BlockNumber(5_904), FinalityRule.Tagged.Under(new(10_000), new BlockNumber(60)));
        Assert.Equal(new BlockNumber(90), FinalityRule.Depth(10).Under(new(100), new BlockNumber(99)));
        Assert.Equal(new BlockNumber(0), FinalityRule.Depth(10).Under(new(7), tagged: null));
    }

    private static EndpointHealth Taking(int milliseconds) => new EndpointHealth().AfterAnswer(TimeSpan.FromMilliseconds(milliseconds));

    private static IReadOnlyList<string> Order(string? current, params (string Name, EndpointHealth Health)[] endpoints) =>
        EndpointRanking.Order(endpoints.Select(endpoint => KeyValuePair.Create(endpoint.Name, endpoint.Health)), current, Now);
}
