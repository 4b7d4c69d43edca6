using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Tests.Following.Simulation;

namespace OpenGradient.Ethereum.Tests.Following;

public sealed class ReorgTests
{
    [Fact]
    public async Task Copies_a_chain_from_its_start()
    {
        await using var world = new World(blocks: 40);
        world.Chain.Finalize(30);

        await world.SettleAsync();

        world.AssertSinkIsTheChain();
        Assert.Equal(new BlockNumber(30), world.Sink.Cursor.Final.Number);
        Assert.Equal(0, world.Sink.Rewinds);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(19)]
    public async Task Follows_a_reorg_up_to_the_last_final_block(int depth)
    {
        await using var world = new World(blocks: 40);
        world.Chain.Finalize(21);
        await world.SettleAsync();

        world.Chain.Reorg(depth);
        await world.SettleAsync();

        world.AssertSinkIsTheChain();
        var rewind = Assert.Single(world.Sink.Commits, commit => commit.IsReorg);
        Assert.Equal(depth, rewind.Orphaned.Count);
        Assert.NotNull(rewind.Segment);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task Follows_a_reorg_to_a_sibling_of_equal_height(int depth)
    {
        await using var world = new World(blocks: 20);
        world.Chain.Finalize(5);
        await world.SettleAsync();

        world.Chain.Reorg(depth, length: depth);
        await world.SettleAsync();

        world.AssertSinkIsTheChain();
        Assert.Equal(1, world.Sink.Rewinds);
    }

    [Fact]
    public async Task Follows_a_reorg_that_happened_while_it_was_away_and_is_final_by_now()
    {
        await using var world = new World(blocks: 20);
        world.Chain.Finalize(5);
        await world.SettleAsync();
        await world.RestartAsync();

        world.Chain.Reorg(8, length: 200);
        world.Chain.Finalize(190);
        await world.SettleAsync();

        world.AssertSinkIsTheChain();
        Assert.Equal(1, world.Sink.Rewinds);
    }

    [Fact]
    public async Task Stops_and_stays_stopped_when_a_final_block_is_replaced()
    {
        await using var world = new World(blocks: 40);
        world.Chain.Finalize(21);
        await world.SettleAsync();
        var (rows, ours) = (world.Sink.Rows, world.Chain[21].Header.Ref);

        world.Chain.Reorg(20);
        var outcome = Assert.IsType<StepOutcome.Stopped>(await world.SettleAsync());

        Assert.Equal(ours, outcome.Stop.Ours);
        Assert.Equal(world.Chain[21].Header.Ref, outcome.Stop.Theirs);
        Assert.Equal(["a"], outcome.Stop.Endpoints);
        Assert.Contains(ours.Hash.ToString(), outcome.Stop.Advice, StringComparison.Ordinal);
        Assert.Contains(outcome.Stop.Theirs.Hash.ToString(), outcome.Stop.Advice, StringComparison.Ordinal);

        await world.RestartAsync();
        world.Chain.MineMany(5);
        var questions = world.Endpoint.Questions;
        Assert.IsType<StepOutcome.Stopped>(await world.StepAsync());
        Assert.Equal(outcome.Stop, await world.Follower.RunAsync(TestContext.Current.CancellationToken));
        Assert.Equal(questions, world.Endpoint.Questions);
        Assert.Equal(rows, world.Sink.Rows);
    }

    [Fact]
    public async Task Does_not_stop_for_one_endpoint_on_a_wrong_chain()
    {
        await using var world = new World(blocks: 40, endpoints: 2);
        world.Chain.Finalize(21);
        await world.SettleAsync();
        var wrong = new SimulatedChain(blocks: 80, seed: 1_000_000);
        world.Endpoints[0].Defect(wrong);

        world.Chain.MineMany(3);
        await world.SettleAsync();
        world.Endpoints[1].OnQuestion = _ => new SourceFailure.Unavailable("down for a while");
        await world.StepAsync();
        world.Endpoints[1].Heal();
        world.Chain.MineMany(3);
        await world.SettleAsync();

        world.AssertSinkIsTheChain();
        Assert.Null(world.Sink.Stop);
    }

    [Fact]
    public async Task Reports_the_endpoint_whose_final_block_the_others_deny()
    {
        await using var world = new World(blocks: 40, endpoints: 2);
        world.Chain.Finalize(21);
        await world.SettleAsync();
        var wrong = new SimulatedChain(blocks: 80, seed: 1_000_000);
        var good = world.Endpoints.First(endpoint => IsUsed(world, endpoint));
        world.Endpoints.First(endpoint => endpoint != good).Defect(wrong);

        // The good one fails once, so that the other is asked; by the time of the verdict it is back.
        var failures = 1;
        good.OnQuestion = _ => failures-- > 0 ? new SourceFailure.Unavailable("once") : null;
        world.Chain.MineMany(1);
        await world.StepAsync();
        Assert.IsType<StepOutcome.EndpointFailed>(await world.StepAsync());
        await world.SettleAsync();

        world.AssertSinkIsTheChain();
        Assert.Null(world.Sink.Stop);
        var disagreement = Assert.Single(world.Seen.Disagreements);
        Assert.Equal(new BlockNumber(21), disagreement.Block);
        Assert.Equal([wrong[21].Header.Hash, world.Chain[21].Header.Hash], disagreement.Testimonies.Select(each => each.BlockHash!.Value));
        Assert.Contains(Inconsistency.FinalBlockReplaced, world.Seen.Inconsistencies);
    }

    [Fact]
    public async Task Takes_a_lower_head_for_lag()
    {
        await using var world = new World(blocks: 20);
        world.Chain.Finalize(5);
        await world.SettleAsync();

        world.Endpoint.Lag = 6;
        for (var i = 0; i < 20; i++)
        {
            Assert.IsType<StepOutcome.EndpointBehind>(await world.StepAsync());
            world.Clock.Advance(TimeSpan.FromSeconds(5));
        }

        world.Endpoint.Lag = 0;
        await world.SettleAsync();
        Assert.Equal(0, world.Sink.Rewinds);
        world.AssertSinkIsTheChain();
    }

    [Fact]
    public async Task Takes_a_lower_head_on_a_stale_sibling_for_lag()
    {
        await using var world = new World(blocks: 20, endpoints: 2);
        world.Chain.Finalize(5);
        world.Endpoints[1].Freeze();
        world.Chain.Reorg(3, length: 6);
        await world.SettleAsync();
        Assert.Equal(23UL, world.Sink.Cursor.Tip.Number.Value);
        var rewinds = world.Sink.Rewinds;

        // Now only the stale one can be asked, for less than the patience.
        world.Endpoints[0].OnQuestion = _ => new SourceFailure.Unavailable("down");
        for (var i = 0; i < 20; i++)
        {
            Assert.IsNotType<StepOutcome.Advanced>(await world.StepAsync());
            world.Clock.Advance(TimeSpan.FromSeconds(2));
        }

        world.Endpoints[0].Heal();
        await world.SettleAsync();
        Assert.Equal(rewinds, world.Sink.Rewinds);
        world.AssertSinkIsTheChain();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Believes_in_a_shorter_chain_when_every_endpoint_has_it_for_long(int minedInstead)
    {
        await using var world = new World(blocks: 20, endpoints: 2);
        world.Chain.Finalize(5);
        await world.SettleAsync();

        world.Chain.Reorg(6, length: minedInstead);
        world.Endpoints[1].Freeze();
        await world.SettleAsync();

        Assert.Equal(1, world.Sink.Rewinds);
        world.AssertSinkIsTheChain();
    }

    [Fact]
    public async Task Does_not_believe_in_a_shorter_chain_while_one_endpoint_has_our_tip()
    {
        await using var world = new World(blocks: 20, endpoints: 2);
        world.Chain.Finalize(5);
        await world.SettleAsync();

        world.Endpoints[0].Lag = 4;
        for (var i = 0; i < 300; i++)
        {
            await world.StepAsync();
            world.Clock.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(0, world.Sink.Rewinds);
        world.AssertSinkIsTheChain();
    }

    [Fact]
    public async Task Sees_a_rollback_at_once_when_the_new_chain_has_grown_to_our_height()
    {
        await using var world = new World(blocks: 20);
        world.Chain.Finalize(5);
        await world.SettleAsync();

        world.Chain.Rollback(4);
        Assert.IsType<StepOutcome.EndpointBehind>(await world.StepAsync());
        world.Chain.MineMany(4);
        var advanced = Assert.IsType<StepOutcome.Advanced>(await world.StepAsync());

        Assert.Equal(4, advanced.Advance.Orphaned.Count);
        world.AssertSinkIsTheChain();
    }

    [Fact]
    public async Task Sees_a_lower_chain_as_a_reorg_when_it_is_final()
    {
        await using var world = new World(blocks: 20);
        world.Chain.Finalize(5);
        await world.SettleAsync();

        world.Chain.Reorg(10, length: 4);
        world.Chain.Finalize(12);
        var advanced = Assert.IsType<StepOutcome.Advanced>(await world.StepAsync());

        Assert.Equal(10, advanced.Advance.Orphaned.Count);
        await world.SettleAsync();
        world.AssertSinkIsTheChain();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    public async Task Refuses_a_chain_that_flips_within_a_step_and_takes_the_next_one(int blocksPerStep)
    {
        await using var world = new World(blocks: 20, options: new FollowerOptions { MaxBlocksPerStep = blocksPerStep });
        world.Chain.Finalize(5);
        await world.SettleAsync();

        // Whatever the moment at which the chain changes, the step ends in a whole truth or in none.
        for (var moment = 0; moment < 14; moment++)
        {
            world.Chain.Reorg(3);
            var at = world.Endpoint.Questions + moment;
            world.Endpoint.OnQuestion = question =>
            {
                if (question == at)
                    world.Chain.Reorg(5);
                return null;
            };
            await world.StepAsync();
            world.AssertSinkIsWhole();
            await world.SettleAsync();
            world.AssertSinkIsTheChain();
        }
    }

    [Fact]
    public async Task Refuses_a_final_block_that_is_not_on_the_way_to_the_head()
    {
        await using var world = new World(blocks: 20);
        world.Chain.Finalize(5);
        await world.SettleAsync();
        world.Endpoint.FinalLie = new SimulatedChain(blocks: 20, seed: 1_000_000)[12].Header;

        var failed = Assert.IsType<StepOutcome.EndpointFailed>(await world.StepAsync());

        Assert.Equal(Inconsistency.BrokenLink, Assert.IsType<SourceFailure.Inconsistent>(failed.Failure).Kind);
        Assert.Contains("is not on the way to its head", failed.Failure.Reason, StringComparison.Ordinal);
        Assert.Equal(0, world.Sink.Rewinds);
    }

    [Fact]
    public async Task Does_not_stop_for_endpoints_that_are_stuck_on_a_replaced_branch()
    {
        // Two of three stop hearing of anything at a block that the chain then replaces; the third sees what took its place become final.
        await using var world = new World(blocks: 20, endpoints: 3);
        world.Chain.Finalize(5);
        world.Endpoints[0].Freeze();
        world.Endpoints[1].Freeze();
        world.Chain.Reorg(4, length: 4);
        world.Chain.Finalize(18);
        foreach (var endpoint in world.Endpoints.Take(2))
            endpoint.OnQuestion = _ => new SourceFailure.Unavailable("down");
        await world.SettleAsync();
        Assert.Equal(new BlockNumber(18), world.Sink.Cursor.Final.Number);

        foreach (var endpoint in world.Endpoints.Take(2))
            endpoint.OnQuestion = null;
        world.Endpoints[2].OnQuestion = _ => new SourceFailure.Unavailable("down");
        for (var i = 0; i < 40; i++)
        {
            Assert.IsNotType<StepOutcome.Stopped>(await world.StepAsync());
            world.Clock.Advance(TimeSpan.FromSeconds(90));
        }

        Assert.Contains(Inconsistency.FinalBlockReplaced, world.Seen.Inconsistencies);
        world.Endpoints[2].Heal();
        await world.SettleAsync();
        world.AssertSinkIsTheChain();
    }

    [Fact]
    public async Task Does_not_stop_for_good_on_the_word_of_one_of_two_while_the_other_is_silent()
    {
        await using var world = new World(blocks: 40, endpoints: 2);
        world.Chain.Finalize(21);
        await world.SettleAsync();
        world.Endpoints[0].Defect(new SimulatedChain(blocks: 80, seed: 1_000_000));
        world.Endpoints[1].OnQuestion = _ => new SourceFailure.Unavailable("down");

        for (var i = 0; i < 10; i++)
        {
            Assert.IsNotType<StepOutcome.Stopped>(await world.StepAsync());
            world.Clock.Advance(TimeSpan.FromMinutes(2));
        }

        Assert.Contains(world.Seen.Failures, failure => failure.Key.Equals("b", StringComparison.Ordinal));
        world.Endpoints[1].Heal();
        world.Chain.MineMany(1);
        await world.SettleAsync();
        world.AssertSinkIsTheChain();
    }

    private static bool IsUsed(World world, SimulatedEndpoint endpoint) =>
        world.Sink.Commits[^1].Endpoints[0].Equals(endpoint.Name, StringComparison.Ordinal);
}
