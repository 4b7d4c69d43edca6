using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Tests.Following.Simulation;

namespace OpenGradient.Ethereum.Tests.Following;

public sealed class QuorumTests
{
    private static readonly FollowerOptions TwoAgree = new() { Quorum = 2, MaxBlocksPerStep = 4, Ranges = new RangePolicy { Blocks = 8 } };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Outvotes_an_endpoint_that_answers_with_half_of_the_logs_and_reports_it(int liar)
    {
        await using var world = new World(blocks: 0, endpoints: 3, TwoAgree);
        for (var i = 0; i < 20; i++)
            world.Chain.Mine([.. SimulatedChain.OneLog(i), .. SimulatedChain.OneLog(i + 100)]);
        world.Chain.Finalize(12);
        world.Endpoints[liar].LogLie = (logs, _) => [.. logs.Where((_, i) => i % 2 == 0)];

        await world.SettleAsync();

        world.AssertSinkIsTheChain();
        Assert.All(world.Sink.Commits, commit => Assert.True(commit.Endpoints.Count >= 2));
        Assert.All(
            world.Sink.Commits.Where(commit => commit.Segment is not null),
            commit => Assert.DoesNotContain(world.Endpoints[liar].Name, commit.Endpoints, StringComparer.Ordinal));
        var disagreement = world.Seen.Disagreements[0];
        Assert.Equal(3, disagreement.Testimonies.Count);
        Assert.Equal(2, disagreement.Testimonies.Select(each => each.LogsHash).Distinct().Count());
        Assert.Single(disagreement.Testimonies.Select(each => each.BlockHash).Distinct());
    }

    [Fact]
    public async Task Outvotes_an_endpoint_on_another_chain_however_long_that_is()
    {
        await using var world = new World(blocks: 20, endpoints: 3, TwoAgree);
        world.Chain.Finalize(12);
        world.Endpoints[0].Defect(new SimulatedChain(blocks: 500, seed: 1_000_000));

        await world.SettleAsync();
        world.Chain.Reorg(3);
        await world.SettleAsync();

        world.AssertSinkIsTheChain();
        Assert.NotEmpty(world.Seen.Disagreements);
        Assert.Null(world.Sink.Stop);
    }

    [Fact]
    public async Task Takes_blocks_only_once_a_quorum_has_them()
    {
        await using var world = new World(blocks: 20, endpoints: 3, TwoAgree);
        world.Chain.Finalize(10);
        (world.Endpoints[0].Lag, world.Endpoints[1].Lag, world.Endpoints[2].Lag) = (0, 3, 5);

        for (var i = 0; i < 20; i++)
        {
            Assert.IsNotType<StepOutcome.NoQuorum>(await world.StepAsync());
            world.Clock.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Equal(world.Chain[17].Header.Ref, world.Sink.Cursor.Tip);
        Assert.Empty(world.Seen.Disagreements);
    }

    [Fact]
    public async Task Takes_as_final_only_what_a_quorum_calls_so()
    {
        await using var world = new World(blocks: 20, endpoints: 3, TwoAgree);
        world.Chain.Finalize(4);
        world.Endpoints[0].Freeze();
        world.Endpoints[1].Freeze();
        world.Chain.Finalize(15);

        await world.SettleAsync();

        Assert.Equal(new BlockNumber(4), world.Sink.Cursor.Final.Number);
    }

    [Fact]
    public async Task Is_not_held_up_by_one_endpoint_that_never_answers()
    {
        await using var world = new World(blocks: 20, endpoints: 3, TwoAgree);
        world.Chain.Finalize(10);
        world.Endpoints[1].Stall = token => Task.Delay(Timeout.InfiniteTimeSpan, token);
        await using var follower = new ChainFollower(
            world.Endpoints, world.Sink, world.Filters, TwoAgree with { SlowVoteGrace = TimeSpan.FromMilliseconds(20) }, world.Seen);

        for (StepOutcome? last = null; last is not StepOutcome.UpToDate;)
            Assert.IsNotType<StepOutcome.NoQuorum>(last = await follower.StepAsync(TestContext.Current.CancellationToken));

        world.AssertSinkIsTheChain();
        var (name, failure) = world.Seen.Failures[0];
        Assert.Equal("b", name);
        Assert.Contains("when the others had agreed", failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waits_when_too_few_endpoints_answer()
    {
        await using var world = new World(blocks: 20, endpoints: 3, TwoAgree);
        world.Chain.Finalize(10);
        await world.SettleAsync();
        foreach (var endpoint in world.Endpoints.Skip(1))
            endpoint.OnQuestion = _ => new SourceFailure.Unavailable("down");

        world.Chain.MineMany(1);
        var outcome = Assert.IsType<StepOutcome.NoQuorum>(await world.StepAsync());

        Assert.Equal((1, 2), (outcome.Agreeing, outcome.Needed));
        Assert.Equal(new BlockNumber(20), world.Sink.Cursor.Tip.Number);
        world.Endpoints[1].Heal();
        await world.SettleAsync();
        world.AssertSinkIsTheChain();
    }

    [Fact]
    public async Task Follows_a_reorg_only_once_a_quorum_has_made_it()
    {
        await using var world = new World(blocks: 20, endpoints: 3, TwoAgree);
        world.Chain.Finalize(10);
        await world.SettleAsync();
        world.Endpoints[1].Freeze();
        world.Endpoints[2].Freeze();

        world.Chain.Reorg(4, length: 4);
        for (var i = 0; i < 20; i++)
        {
            await world.StepAsync();
            world.Clock.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Equal(0, world.Sink.Rewinds);
        Assert.NotEqual(world.Chain.Head.Header.Ref, world.Sink.Cursor.Tip);
        world.Endpoints[1].Heal();
        await world.SettleAsync();
        Assert.Equal(1, world.Sink.Rewinds);
        world.AssertSinkIsTheChain();
    }

    [Fact]
    public async Task Takes_nothing_back_while_a_quorum_still_has_our_tip()
    {
        await using var world = new World(blocks: 20, endpoints: 3, TwoAgree with { Confirmations = 6 });
        world.Chain.Finalize(5);
        while (await world.StepAsync() is not StepOutcome.UpToDate)
            Assert.Empty(world.Seen.Failures);
        foreach (var endpoint in world.Endpoints.Skip(1))
        {
            endpoint.Freeze();
            endpoint.Lag = 2;
        }

        // The first has another block in place of our tip, 14, but stays so far below its head, 18, that it has nothing to put there.
        world.Chain.Reorg(7, length: 5);
        Assert.IsType<StepOutcome.NoQuorum>(await world.StepAsync());

        Assert.Equal(0, world.Sink.Rewinds);
        Assert.Equal("Agrees Differs Differs", string.Join(" ", Assert.Single(world.Seen.Disagreements).Testimonies.Select(each => each.Vote)));
    }

    [Fact]
    public async Task Stops_for_a_deep_reorg_only_when_a_quorum_has_made_it()
    {
        await using var world = new World(blocks: 20, endpoints: 3, TwoAgree);
        world.Chain.Finalize(10);
        await world.SettleAsync();
        world.Endpoints[2].Freeze();

        world.Chain.Reorg(15, length: 20);
        for (var i = 0; i < 20; i++)
        {
            Assert.IsNotType<StepOutcome.Stopped>(await world.StepAsync());
            world.Clock.Advance(TimeSpan.FromSeconds(90));
        }

        // One still upholds our final block, and that is a disagreement. Then it no longer does.
        Assert.NotEmpty(world.Seen.Disagreements);
        world.Endpoints[2].Heal();
        world.Clock.Advance(TimeSpan.FromMinutes(2));
        StepOutcome outcome;
        do
        {
            outcome = await world.StepAsync();
            world.Clock.Advance(TimeSpan.FromSeconds(90));
        }
        while (outcome is not StepOutcome.Stopped);

        Assert.Equal(3, world.Sink.Stop!.Endpoints.Count);
        Assert.Equal(world.Chain[10].Header.Ref, world.Sink.Stop.Theirs);
    }

    [Fact]
    public async Task Believes_in_a_shorter_chain_only_with_a_quorum()
    {
        await using var world = new World(blocks: 20, endpoints: 3, TwoAgree);
        world.Chain.Finalize(10);
        await world.SettleAsync();

        world.Chain.Rollback(5);
        await world.SettleAsync();

        Assert.Equal(1, world.Sink.Rewinds);
        Assert.All(world.Sink.Commits, commit => Assert.True(commit.Endpoints.Count >= 2));
        world.AssertSinkIsTheChain();
    }
}
