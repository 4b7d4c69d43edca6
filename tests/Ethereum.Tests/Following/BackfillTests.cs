using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Tests.Following.Simulation;

namespace OpenGradient.Ethereum.Tests.Following;

public sealed class BackfillTests
{
    private static readonly FollowerOptions Small = new() { Ranges = new RangePolicy { Blocks = 8, Most = 64 }, PrefetchedRanges = 0 };

    [Theory]
    [InlineData(RangeVerification.EveryHeader)]
    [InlineData(RangeVerification.Edges)]
    public async Task Grows_its_ranges_and_leaves_out_no_block(RangeVerification verification)
    {
        await using var world = new World(blocks: 300, options: Small with { RangeVerification = verification });
        world.Chain.Finalize(290);

        await world.SettleAsync();

        world.AssertSinkIsTheChain();
        Assert.Equal([8UL, 16, 32, 64, 64, 64, 42], world.Endpoint.RangesAsked.Select(range => range.Count));
        Assert.Equal(new BlockNumber(1), world.Endpoint.RangesAsked[0].First);
    }

    [Fact]
    public async Task Looks_at_the_head_again_when_all_that_was_final_is_stored_or_a_poll_is_due()
    {
        await using var world = new World(blocks: 300, options: Small);
        world.Chain.Finalize(290);

        while (world.Sink.Cursor.IsEmpty || world.Sink.Cursor.Tip.Number < new BlockNumber(200))
            await world.StepAsync();
        Assert.Equal(1, world.Endpoint.Looks);

        world.Clock.Advance(world.Options.Polling.Longest);
        await world.StepAsync();
        Assert.Equal(2, world.Endpoint.Looks);

        while (world.Sink.Cursor.Tip.Number < new BlockNumber(290))
            await world.StepAsync();
        Assert.Equal(2, world.Endpoint.Looks);

        await world.StepAsync();
        Assert.Equal(3, world.Endpoint.Looks);
        await world.SettleAsync();
        world.AssertSinkIsTheChain();
    }

    [Fact]
    public async Task Looks_at_the_head_again_after_a_failure()
    {
        await using var world = new World(blocks: 300, options: Small);
        world.Chain.Finalize(290);
        await world.StepAsync();
        await world.StepAsync();
        Assert.Equal(1, world.Endpoint.Looks);

        world.Endpoint.OnQuestion = _ => new SourceFailure.Unavailable("It is away.");
        Assert.IsType<StepOutcome.EndpointFailed>(await world.StepAsync());
        world.Endpoint.Heal();
        await world.SettleAsync();

        Assert.True(world.Endpoint.Looks > 1);
        world.AssertSinkIsTheChain();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Finds_the_range_that_an_endpoint_takes(bool suggests)
    {
        await using var world = new World(blocks: 200, options: Small with { Ranges = new RangePolicy { Blocks = 100 } });
        world.Chain.Finalize(200);
        (world.Endpoint.MaxRange, world.Endpoint.SuggestsRange) = (_ => 12, suggests);

        await world.SettleAsync();

        world.AssertSinkIsTheChain();
        Assert.Empty(world.Seen.Failures);
        Assert.InRange(world.Endpoint.RangesAsked.Count(range => range.Count > 12), 1, suggests ? 1 : 4);
    }

    [Fact]
    public async Task Says_which_block_cannot_be_had_when_a_single_one_is_too_large()
    {
        await using var world = new World(blocks: 20, options: Small);
        world.Chain.Finalize(20);
        world.Endpoint.MaxRange = _ => 0;

        await world.StepAsync();
        var failed = Assert.IsType<StepOutcome.EndpointFailed>(await world.StepAsync());

        Assert.Contains("block 1 alone", failed.Failure.Reason, StringComparison.Ordinal);
        Assert.Contains("at most 0 blocks", failed.Failure.Reason, StringComparison.Ordinal);
        Assert.IsType<StepOutcome.NoEndpoint>(await world.StepAsync());
    }

    [Fact]
    public async Task Gives_up_on_an_endpoint_that_refuses_every_range_by_one_block_less()
    {
        await using var world = new World(blocks: 200, options: Small with { Ranges = new RangePolicy { Blocks = 10_000 } });
        world.Chain.Finalize(200);
        await world.StepAsync();
        world.Endpoint.MaxRange = range => range.Count - 1;

        var failed = Assert.IsType<StepOutcome.EndpointFailed>(await world.StepAsync());

        Assert.IsType<SourceFailure.Unavailable>(failed.Failure);
        Assert.InRange(world.Endpoint.RangesAsked.Count, 2, 25);
    }

    [Fact]
    public async Task Loads_the_next_range_while_one_is_stored_and_no_more_than_allowed()
    {
        await using var world = new World(blocks: 100, options: Small with { Ranges = new RangePolicy { Blocks = 10, Most = 10 }, PrefetchedRanges = 2 });
        world.Chain.Finalize(100);
        await world.StepAsync();
        List<int> ahead = [];
        world.Sink.BeforeCommit = sink =>
        {
            var stored = sink.Cursor.Tip.Number.Value;
            ahead.Add(world.Endpoint.RangesAsked.Count(range => range.First.Value > stored + 10));
        };

        while (await world.StepAsync() is not StepOutcome.UpToDate)
            Assert.Empty(world.Seen.Failures);

        world.AssertSinkIsTheChain();
        Assert.Equal(10, world.Endpoint.RangesAsked.Count);
        Assert.Contains(2, ahead);
        Assert.All(ahead, count => Assert.InRange(count, 0, 2));
    }

    [Fact]
    public async Task Drops_what_it_loaded_ahead_when_another_endpoint_answers()
    {
        await using var world = new World(blocks: 100, endpoints: 2, Small with { Ranges = new RangePolicy { Blocks = 10, Most = 10 }, PrefetchedRanges = 2 });
        world.Chain.Finalize(100);
        await world.StepAsync();
        await world.StepAsync();
        world.Endpoints[0].OnQuestion = _ => new SourceFailure.Unavailable("gone");
        BlockNumber? next = null;
        world.Endpoints[1].OnQuestion = _ =>
        {
            next ??= world.Sink.Cursor.Tip.Number + 1;
            return null;
        };

        await world.SettleAsync();

        world.AssertSinkIsTheChain();
        Assert.Equal(next, world.Endpoints[1].RangesAsked[0].First);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(35)]
    public async Task Starts_where_it_is_told_to(ulong start)
    {
        await using var world = new World(blocks: 40, options: Small with { StartBlock = new(start) });
        world.Chain.Finalize(25);

        await world.SettleAsync();
        world.Chain.Reorg(3);
        await world.SettleAsync();

        world.AssertSinkIsTheChain();
        Assert.All(world.Endpoint.RangesAsked, range => Assert.True(range.First.Value >= Math.Max(start, 1)));
    }

    [Fact]
    public async Task Waits_for_a_start_that_is_still_to_come()
    {
        await using var world = new World(blocks: 10, options: Small with { StartBlock = new(30) });
        world.Chain.Finalize(4);
        await world.SettleAsync();
        Assert.Empty(world.Sink.Rows);

        world.Chain.MineMany(50);
        world.Chain.Finalize(45);
        await world.SettleAsync();

        world.AssertSinkIsTheChain();
    }

    [Fact]
    public async Task Stays_as_far_below_the_head_as_it_is_told_and_still_sees_reorgs()
    {
        await using var world = new World(blocks: 20, options: Small with { Confirmations = 3 });
        world.Chain.Finalize(5);
        while (await world.StepAsync() is not StepOutcome.UpToDate)
            Assert.Empty(world.Seen.Failures);
        Assert.Equal(new BlockNumber(17), world.Sink.Cursor.Tip.Number);

        // Nothing can be loaded above our tip, which was replaced all the same.
        world.Chain.Reorg(6, length: 6);
        while (await world.StepAsync() is not StepOutcome.UpToDate)
            Assert.Empty(world.Seen.Failures);

        Assert.Equal(world.Chain[17].Header.Ref, world.Sink.Cursor.Tip);
        Assert.Equal(1, world.Sink.Rewinds);
        Assert.Equal(world.Chain.LogsThat(World.Everything, last: 17), world.Sink.Rows);
    }

    [Fact]
    public async Task Follows_final_blocks_only_and_never_rewinds()
    {
        await using var world = new World(blocks: 20, options: Small with { Target = BlockTag.Finalized });
        for (ulong final = 5; final < 60; final += 5)
        {
            world.Chain.Finalize(final);
            while (await world.StepAsync() is not StepOutcome.UpToDate)
                Assert.Empty(world.Seen.Failures);
            Assert.Equal(world.Chain[final].Header.Ref, world.Sink.Cursor.Tip);
            world.Chain.Reorg(2, length: 8);
        }

        Assert.Equal(0, world.Sink.Rewinds);
        Assert.Equal(world.Chain.LogsThat(World.Everything, last: 55), world.Sink.Rows);
    }

    [Fact]
    public async Task Counts_blocks_where_a_chain_has_no_finality_tag()
    {
        await using var world = new World(blocks: 40, options: Small with { Finality = FinalityRule.Depth(6) });
        world.Endpoint.HasFinality = false;

        await world.SettleAsync();
        world.Chain.Reorg(6, length: 6);
        await world.SettleAsync();

        world.AssertSinkIsTheChain();
        Assert.Equal(new BlockNumber(34), world.Sink.Cursor.Final.Number);
        world.Chain.Reorg(7);
        Assert.IsType<StepOutcome.Stopped>(await world.SettleAsync());
    }

    [Fact]
    public async Task Says_so_when_it_is_to_use_a_tag_that_the_endpoint_lacks()
    {
        await using var world = new World();
        world.Endpoint.HasFinality = false;

        var failed = Assert.IsType<StepOutcome.EndpointFailed>(await world.StepAsync());

        Assert.IsType<SourceFailure.Unsupported>(failed.Failure);
    }

    [Fact]
    public async Task Bounds_what_may_be_replaced_on_a_chain_that_stops_finalising()
    {
        await using var world = new World(blocks: 10, options: Small with { Finality = FinalityRule.Tagged with { MaxDepth = 20 } });
        world.Chain.Finalize(5);
        for (var i = 0; i < 20; i++)
        {
            world.Chain.MineMany(7);
            await world.SettleAsync();
            Assert.InRange(world.Sink.Cursor.Recent.Count, 1, 21);
        }

        world.AssertSinkIsTheChain();
    }

    [Fact]
    public async Task Fills_in_a_contract_that_was_added_later_without_a_gap_or_an_overlap()
    {
        var (a, b) = (new LogFilter([SimulatedChain.ContractA]), new LogFilter([SimulatedChain.ContractB]));
        await using var world = new World(blocks: 0, options: Small) { Filters = new LogFilterSet(a) };
        for (var i = 0; i < 60; i++)
        {
            world.Chain.Mine(
                SimulatedChain.LogOf(SimulatedChain.ContractA, SimulatedChain.Transfer, i),
                SimulatedChain.LogOf(SimulatedChain.ContractB, SimulatedChain.Transfer, i));
        }

        world.Chain.Finalize(40);
        await world.SettleAsync();
        world.Filters.Add(b);
        MineBoth(world);
        await world.SettleAsync();
        var seam = world.Sink.Commits.First(commit => commit.Filters.Contains(b)).Segment!.Blocks.First;

        // Part of the gap may still be replaced, so that the back-fill does not end before it no longer can.
        var beside = new CheckedSink();
        var missing = new BlockRange(new(10), seam - 1);
        var steps = 0;
        world.Seen.AfterStep = _ =>
        {
            if (++steps == 12)
                world.Chain.Finalize(61);
        };
        var stop = await world.Follower.BackfillAsync(b, missing, beside, world.Seen, TestContext.Current.CancellationToken);

        Assert.Null(stop);
        Assert.True(steps > 12);
        Assert.Equal(new BlockNumber(61), seam);
        Assert.Equal(missing.Last, beside.Cursor.Final.Number);
        Assert.Equal(world.Chain.LogsThat(b, 10, 60), beside.Rows);
        Assert.Equal(world.Chain.LogsThat(b, 61), world.Sink.Rows.Where(row => b.Matches(row.Content)));

        // Asked again, it finds that all is there.
        var commits = beside.Commits.Count;
        Assert.Null(await world.Follower.BackfillAsync(b, missing, beside, observer: null, TestContext.Current.CancellationToken));
        Assert.Equal(commits, beside.Commits.Count);
    }

    [Fact]
    public async Task Loads_again_what_it_loaded_ahead_when_a_filter_is_added()
    {
        var (a, b) = (new LogFilter([SimulatedChain.ContractA]), new LogFilter([SimulatedChain.ContractB]));
        await using var world = new World(options: Small with { Ranges = new RangePolicy { Blocks = 5, Most = 5 }, PrefetchedRanges = 3 })
        {
            Filters = new LogFilterSet(a),
        };
        for (var i = 0; i < 40; i++)
            MineBoth(world);
        world.Chain.Finalize(50);
        await world.StepAsync();
        await world.StepAsync();

        world.Filters.Add(b);
        await world.SettleAsync();

        var seam = world.Sink.Commits.First(commit => commit.Filters.Contains(b)).Segment!.Blocks.First;
        Assert.Equal(new BlockNumber(6), seam);
        Assert.Equal(world.Chain.LogsThat(b, seam.Value), world.Sink.Rows.Where(row => b.Matches(row.Content)));
    }

    private static void MineBoth(World world) => world.Chain.Mine(
        SimulatedChain.LogOf(SimulatedChain.ContractA, SimulatedChain.Transfer, 99),
        SimulatedChain.LogOf(SimulatedChain.ContractB, SimulatedChain.Transfer, 99));
}
