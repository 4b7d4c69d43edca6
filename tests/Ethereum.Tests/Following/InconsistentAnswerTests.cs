using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Tests.Following.Simulation;

namespace OpenGradient.Ethereum.Tests.Following;

/// <summary>Each lie is told about blocks that may be replaced (read by hash) and about final ones (read by range).</summary>
public sealed class InconsistentAnswerTests
{
    private static readonly Hash32 Elsewhere = new(Enumerable.Repeat((byte)7, Hash32.ByteLength).ToArray());

    public static TheoryData<string, bool, Inconsistency> LogLies => new()
    {
        { "none of them", false, Inconsistency.MissingLogs },
        { "none of them", true, Inconsistency.MissingLogs },
        { "one twice", false, Inconsistency.DuplicateLogIndex },
        { "one twice", true, Inconsistency.DuplicateLogIndex },
        { "one of another block", false, Inconsistency.LogOfOtherBlock },
        { "one of another block", true, Inconsistency.LogOfOtherBlock },
        { "all of another block", false, Inconsistency.LogOfOtherBlock },
        { "all of another block", true, Inconsistency.LogOfOtherBlock },
        { "one of another height", false, Inconsistency.LogOfOtherBlock },
        { "one of another height", true, Inconsistency.LogOfOtherBlock },
        { "one removed", false, Inconsistency.RemovedLog },
        { "one removed", true, Inconsistency.RemovedLog },
        { "one that nobody asked for", false, Inconsistency.UnaskedLog },
        { "one that nobody asked for", true, Inconsistency.UnaskedLog },
        { "one that the bloom filter denies", false, Inconsistency.LogOutsideBloom },
        { "one that the bloom filter denies", true, Inconsistency.LogOutsideBloom },
        { "transactions out of order", false, Inconsistency.TransactionOrder },
        { "transactions out of order", true, Inconsistency.TransactionOrder },
        { "one transaction with two hashes", false, Inconsistency.TransactionOrder },
        { "one transaction with two hashes", true, Inconsistency.TransactionOrder },
    };

    [Theory]
    [MemberData(nameof(LogLies))]
    public async Task Refuses_logs_that_cannot_be_true(string lie, bool final, Inconsistency expected)
    {
        await using var world = new World(blocks: 1, endpoints: 2);
        world.Chain.Mine(
            SimulatedChain.LogOf(SimulatedChain.ContractA, SimulatedChain.Transfer, 1),
            SimulatedChain.LogOf(SimulatedChain.ContractB, SimulatedChain.Transfer, 2),
            SimulatedChain.LogOf(SimulatedChain.ContractA, SimulatedChain.Transfer, 3));
        world.Chain.MineMany(1);
        if (final)
            world.Chain.Finalize(3);
        world.Endpoints[0].LogLie = (logs, _) => Lie(lie, logs);

        await world.SettleAsync();

        Assert.Equal(expected, Assert.Single(world.Seen.Inconsistencies.Distinct()));
        Assert.All(world.Seen.Failures, failure => Assert.Equal("a", failure.Key));
        world.AssertSinkIsTheChain();
    }

    [Theory]
    [InlineData("other number", false, Inconsistency.OtherNumber)]
    [InlineData("other number", true, Inconsistency.OtherNumber)]
    [InlineData("forged contents", false, Inconsistency.ForgedHash)]
    [InlineData("forged contents", true, Inconsistency.ForgedHash)]
    [InlineData("forged hash", false, Inconsistency.ForgedHash)]
    [InlineData("forged hash", true, Inconsistency.ForgedHash)]
    public async Task Refuses_headers_that_cannot_be_true(string lie, bool final, Inconsistency expected)
    {
        await using var world = new World(blocks: 6, endpoints: 2);
        if (final)
            world.Chain.Finalize(6);
        world.Endpoints[0].HeaderLie = header => header.Number.Value != 4 ? header : lie switch
        {
            "other number" => world.Chain[3].Header,
            "forged contents" => header with { Header = header.Header with { LogsBloom = Bloom.Empty } },
            _ => header with { Hash = Elsewhere },
        };

        await world.SettleAsync();

        Assert.Contains(expected, world.Seen.Inconsistencies);
        Assert.All(world.Seen.Failures, failure => Assert.Equal("a", failure.Key));
        world.AssertSinkIsTheChain();
    }

    [Fact]
    public async Task Refuses_a_final_block_above_the_head()
    {
        await using var world = new World(blocks: 6, endpoints: 2);
        world.Chain.Finalize(5);
        var moved = false;
        world.Endpoints[0].OnQuestion = question =>
        {
            // The first question went to a node behind the gateway that is further than the one that answers now.
            world.Endpoints[0].Lag = question % 2 == 1 && !moved ? 4 : 0;
            moved |= question > 2;
            return null;
        };

        await world.SettleAsync();

        Assert.Equal(Inconsistency.FinalizedAboveHead, Assert.Single(world.Seen.Inconsistencies.Distinct()));
        world.AssertSinkIsTheChain();
    }

    [Fact]
    public async Task Refuses_a_range_whose_logs_and_headers_come_from_two_chains()
    {
        await using var world = new World(blocks: 12);
        world.Chain.Finalize(12);
        await world.StepAsync();
        var other = new SimulatedChain(blocks: 12, seed: 1_000_000);
        var question = 0;
        world.Endpoint.OnQuestion = _ =>
        {
            // The logs of the range, and then its headers, which another node behind the gateway answers.
            if (++question == 2)
                world.Endpoint.Defect(other);
            return null;
        };

        var failed = Assert.IsType<StepOutcome.EndpointFailed>(await world.StepAsync());

        Assert.Equal(Inconsistency.TwoBlocksAtOneNumber, Assert.IsType<SourceFailure.Inconsistent>(failed.Failure).Kind);
        Assert.Null(world.Sink.Stop);
    }

    [Fact]
    public async Task Settles_a_false_positive_of_the_bloom_filter_by_the_logs_themselves()
    {
        // The block has A's address and B's topic, though no log has both: the filter below may match by the bloom and does not.
        var filter = new LogFilter([SimulatedChain.ContractA], [[SimulatedChain.Approval]]);
        await using var world = new World(blocks: 0) { Filters = new LogFilterSet(filter) };
        MineFalsePositive(world);
        Assert.True(filter.MayMatch(world.Chain.Head.Header.Header.LogsBloom));

        await world.SettleAsync();

        Assert.Empty(world.Seen.Failures);
        Assert.Empty(world.Sink.Rows);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refuses_logs_held_back_even_when_the_lie_is_kept_up(bool final)
    {
        // It hides every log of contract A, also when it is asked for all of them; the bloom filter still knows of A.
        var filter = new LogFilter([SimulatedChain.ContractA]);
        await using var world = new World(blocks: 0, endpoints: 2) { Filters = new LogFilterSet(filter) };
        world.Chain.Mine(
            SimulatedChain.LogOf(SimulatedChain.ContractA, SimulatedChain.Transfer, 1),
            SimulatedChain.LogOf(SimulatedChain.ContractB, SimulatedChain.Approval, 2));
        if (final)
            world.Chain.Finalize(1);
        world.Endpoints[0].LogLie = (logs, _) => [.. logs.Where(log => log.Content.Address != SimulatedChain.ContractA)];

        await world.SettleAsync();

        Assert.Equal([Inconsistency.MissingLogs], world.Seen.Inconsistencies);
        Assert.Equal(world.Chain.LogsThat(filter), world.Sink.Rows);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Waits_rather_than_believes_when_the_only_endpoint_holds_logs_back(bool final)
    {
        await using var world = new World(blocks: 3);
        if (final)
            world.Chain.Finalize(3);
        world.Endpoint.LogLie = (_, _) => [];
        for (var i = 0; i < 20; i++)
        {
            await world.StepAsync();
            world.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Empty(world.Sink.Rows);
        Assert.Equal(new BlockNumber(0), world.Sink.Cursor.Tip.Number);
        world.Endpoint.Heal();
        await world.SettleAsync();
        world.AssertSinkIsTheChain();
    }

    [Fact]
    public async Task Takes_logs_in_any_order_and_hands_them_out_in_one()
    {
        await using var world = new World(blocks: 0);
        world.Chain.Mine([.. Enumerable.Range(0, 9).Select(i => SimulatedChain.LogOf(SimulatedChain.ContractA, SimulatedChain.Transfer, i))]);
        world.Chain.MineMany(4);
        world.Chain.Finalize(3);
        world.Endpoint.LogLie = (logs, _) => [.. logs.Reverse()];

        await world.SettleAsync();

        world.AssertSinkIsTheChain();
        Assert.Empty(world.Seen.Failures);
    }

    [Fact]
    public async Task Stores_a_log_once_that_two_filters_match()
    {
        await using var world = new World(blocks: 12)
        {
            Filters = new LogFilterSet(World.Everything, new LogFilter(topics: [[SimulatedChain.Transfer]])),
        };
        world.Chain.Finalize(6);

        await world.SettleAsync();

        world.AssertSinkIsTheChain();
    }

    [Fact]
    public async Task Refuses_logs_in_a_block_whose_bloom_filter_is_empty()
    {
        // All headers are genuine, and a block without any log is given one that the filter asks for.
        await using var world = new World(blocks: 3);
        var empty = world.Chain.Mine();
        var invented = new LocatedLog(empty.Header.Ref, Elsewhere, 0, 0, SimulatedChain.OneLog(7)[0]);
        world.Endpoint.LogLie = (logs, _) => logs.Count == 0 ? [invented] : logs;

        var failed = Assert.IsType<StepOutcome.EndpointFailed>(await LastOfAsync(world, steps: 2));

        Assert.Equal(Inconsistency.LogOutsideBloom, Assert.IsType<SourceFailure.Inconsistent>(failed.Failure).Kind);
        Assert.Contains("BloomUse.None", failed.Failure.Reason, StringComparison.Ordinal);
        Assert.Empty(world.Sink.Rows);
    }

    [Fact]
    public async Task Accepts_receipts_where_an_endpoint_does_not_list_all_logs()
    {
        var filter = new LogFilter([SimulatedChain.ContractA], [[SimulatedChain.Approval]]);
        await using var world = new World(blocks: 0) { Filters = new LogFilterSet(filter) };
        MineFalsePositive(world);
        world.Endpoint.RefusesAllLogs = true;

        await world.SettleAsync();

        Assert.Empty(world.Seen.Failures);
        Assert.Empty(world.Sink.Rows);
    }

    [Fact]
    public async Task Sees_by_the_receipts_which_logs_were_held_back()
    {
        var filter = new LogFilter([SimulatedChain.ContractA]);
        await using var world = new World(blocks: 0) { Filters = new LogFilterSet(filter) };
        MineFalsePositive(world);
        world.Endpoint.RefusesAllLogs = true;
        world.Endpoint.LogLie = (_, _) => [];

        var failed = Assert.IsType<StepOutcome.EndpointFailed>(await LastOfAsync(world, steps: 2));

        Assert.Equal(Inconsistency.MissingLogs, Assert.IsType<SourceFailure.Inconsistent>(failed.Failure).Kind);
        Assert.Contains("it has 1 matching logs, and answered 0", failed.Failure.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("forged", "do not make the receipts root")]
    [InlineData("unsupported", "neither lists all of its logs (please specify an address) nor gives its receipts (eth_getBlockReceipts: no such method)")]
    public async Task Says_what_to_do_where_an_endpoint_cannot_account_for_a_bloom_filter(string lie, string words)
    {
        var filter = new LogFilter([SimulatedChain.ContractA], [[SimulatedChain.Approval]]);
        await using var world = new World(blocks: 0) { Filters = new LogFilterSet(filter) };
        MineFalsePositive(world);
        world.Endpoint.RefusesAllLogs = true;
        world.Endpoint.ReceiptLie = lie.Equals("forged", StringComparison.Ordinal)
            ? receipts => [.. receipts.Select(receipt => receipt with { CumulativeGasUsed = 1 })]
            : null;

        var failed = Assert.IsType<StepOutcome.EndpointFailed>(await LastOfAsync(world, steps: 2));

        Assert.Contains(words, failed.Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lives_with_a_chain_that_leaves_its_bloom_filters_empty()
    {
        await using var world = new World(blocks: 12, options: new FollowerOptions { BloomUse = BloomUse.None, HeaderCheck = null });
        world.Chain.Finalize(6);
        world.Endpoint.HeaderLie = header => header with { Header = header.Header with { LogsBloom = Bloom.Empty } };

        await world.SettleAsync();

        Assert.Empty(world.Seen.Failures);
        world.AssertSinkIsTheChain();
    }

    [Fact]
    public async Task Does_not_ask_for_the_logs_of_blocks_that_the_bloom_filter_rules_out()
    {
        var filter = new LogFilter([SimulatedChain.ContractB]);
        await using var world = new World(blocks: 1, options: new FollowerOptions { BloomUse = BloomUse.CheckAndSkip })
        {
            Filters = new LogFilterSet(filter),
        };
        world.Chain.MineMany(5);
        var asked = 0;
        world.Endpoint.LogLie = (logs, _) =>
        {
            asked++;
            return logs;
        };
        await world.SettleAsync();
        Assert.Equal(0, asked);

        world.Chain.Mine(SimulatedChain.LogOf(SimulatedChain.ContractB, SimulatedChain.Transfer, 1));
        await world.SettleAsync();
        Assert.Equal(1, asked);
        Assert.Equal(world.Chain.LogsThat(filter), world.Sink.Rows);
    }

    private static void MineFalsePositive(World world) => world.Chain.Mine(
        SimulatedChain.LogOf(SimulatedChain.ContractA, SimulatedChain.Transfer, 1),
        SimulatedChain.LogOf(SimulatedChain.ContractB, SimulatedChain.Approval, 2));

    private static async Task<StepOutcome> LastOfAsync(World world, int steps)
    {
        for (var i = 1; i < steps; i++)
            await world.StepAsync();
        return await world.StepAsync();
    }

    private static IReadOnlyList<LocatedLog> Lie(string lie, IReadOnlyList<LocatedLog> logs)
    {
        var before = logs.TakeWhile(log => log.Block.Number.Value < 2).ToArray();
        if (logs.Count < before.Length + 3)
            return logs;
        var (first, last) = (logs[before.Length], logs[^1]);
        return lie switch
        {
            "none of them" => [],
            "one twice" => [.. logs, first],
            "one of another block" => [.. logs.SkipLast(1), last with { Block = last.Block with { Hash = Elsewhere } }],
            "all of another block" => [.. logs.Select(log => log.Block.Number.Value == 2 ? log with { Block = new(new(2), Elsewhere) } : log)],
            "one of another height" => [.. logs.SkipLast(1), last with { Block = last.Block with { Number = new(99) } }],
            "one removed" => [.. logs.SkipLast(1), last with { Removed = true }],
            "one that nobody asked for" => [.. logs, last with { LogIndex = 90, Content = last.Content with { Address = Address.Zero } }],
            "one that the bloom filter denies" => [.. logs, last with { LogIndex = 90, Content = last.Content with { Topics = [Elsewhere] } }],
            "transactions out of order" => [.. before, first with { TransactionIndex = 9 }, .. logs.Skip(before.Length + 1)],
            "one transaction with two hashes" => [.. before, first with { TransactionHash = Elsewhere }, .. logs.Skip(before.Length + 1)],
            _ => throw new ArgumentOutOfRangeException(nameof(lie), lie, "No such lie."),
        };
    }
}
