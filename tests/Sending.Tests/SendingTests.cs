using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Transactions;
using OpenGradient.Support;
using OpenGradient.Support.Databases;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Sending.Tests;

public sealed class SqliteSendingTests(SqliteFixture databases) : SendingTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresSendingTests(PostgresFixture databases) : SendingTests(databases);

/// <summary>Orders on a chain, on either database.</summary>
public abstract class SendingTests(IDatabaseFixture databases)
{
    public static TheoryData<int> Boundaries => [.. Enum.GetValues<Boundary>().Where(boundary => boundary != Boundary.ReplacementSaved).Select(boundary => (int)boundary)];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Orders_are_carried_out_once_each_and_become_final()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        var ids = await world.EnqueueAsync(100);

        await world.UntilStateAsync(ids, TransactionState.Finalized);

        await world.AssertDoneOnceAsync(ids);
        var view = await world.FindAsync(ids[0]);
        var receipt = await world.Chain.GetTransactionReceiptAsync(view.MinedHash!.Value, Stop);
        Assert.Equal((receipt!.Block.Hash, receipt.Block.Number, 21_000UL, receipt.Cost), (view.BlockHash, view.BlockNumber, view.GasUsed, view.Cost));
        Assert.Equal([view.MinedHash.Value], view.Hashes);
    }

    [Theory]
    [MemberData(nameof(Boundaries))]
    public async Task A_process_that_dies_at_a_boundary_leaves_nothing_undone_and_nothing_done_twice(int boundary)
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        world.Options = world.Options with { GroupSize = 4 };
        var ids = await world.EnqueueAsync(10);
        world.DiesAt = (Boundary)boundary;

        await world.UntilStateAsync(ids, TransactionState.Finalized);

        Assert.Null(world.DiesAt);
        await world.AssertDoneOnceAsync(ids);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Blocks_that_are_replaced_are_lived_through(int blocks)
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        // Deeper than anvil's own finality.
        world.Options = world.Options with { FinalityDepth = 12, BumpAfterBlocks = 1000 };
        await world.Chain.MineAsync(20);
        var snapshot = await world.Chain.SnapshotAsync();
        var ids = await world.EnqueueAsync(6);
        await world.UntilStateAsync(ids, TransactionState.Confirmed);
        await world.Chain.MineAsync(blocks - 1);
        await world.StepAsync();
        var before = await world.FindAsync(ids[0]);
        Assert.Equal(ids.Count, await world.ConfirmedAtAsync());

        await world.Chain.RevertAsync(snapshot);
        await world.Chain.MineAsync(blocks + 1);
        await world.UntilStateAsync(ids, TransactionState.Unconfirmed, mines: false);
        Assert.Equal(0, await world.ConfirmedAtAsync());
        await world.UntilStateAsync(ids, TransactionState.Confirmed);

        var after = await world.FindAsync(ids[0]);
        Assert.Equal(before.MinedHash, after.MinedHash);
        Assert.NotEqual(before.BlockHash, after.BlockHash);
        await world.UntilStateAsync(ids, TransactionState.Finalized);
        await world.AssertDoneOnceAsync(ids);
    }

    [Fact]
    public async Task What_a_node_dropped_is_sent_again()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        var ids = await world.EnqueueAsync(5);
        await world.UntilStateAsync(ids, TransactionState.Unconfirmed, mines: false);

        await world.Chain.DropAllAsync();
        await world.Chain.MineAsync();
        Assert.Equal(0UL, await world.MinedNonceAsync());
        await world.UntilStateAsync(ids, TransactionState.Finalized);

        await world.AssertDoneOnceAsync(ids);
    }

    [Fact]
    public async Task A_rise_of_the_base_fee_is_followed()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        world.Options = world.Options with { BumpAfterBlocks = 1 };
        var ids = await world.EnqueueAsync(3);
        await world.UntilStateAsync(ids, TransactionState.Unconfirmed, mines: false);

        // Far above what was offered: no block takes them as they are.
        await world.Chain.SetNextBaseFeeAsync(Wei.FromGwei("50"));
        await world.Chain.MineAsync();
        Assert.Equal(0UL, await world.MinedNonceAsync());
        await world.UntilStateAsync(ids, TransactionState.Finalized);

        await world.AssertDoneOnceAsync(ids);
        Assert.All(await world.FindAllAsync(ids), view => Assert.True(view.Hashes.Count > 1));
    }

    [Fact]
    public async Task At_the_cap_nothing_is_raised_the_alarm_is_given_and_it_goes_on_when_gas_is_cheap_again()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        world.Options = world.Options with { BumpAfterBlocks = 1, MaxFeePerGas = Wei.FromGwei("3") };
        var ids = await world.EnqueueAsync(2);
        await world.UntilStateAsync(ids, TransactionState.Unconfirmed, mines: false);
        await world.Chain.SetNextBaseFeeAsync(Wei.FromGwei("4"));

        await world.UntilAsync(() => Task.FromResult(world.Meter.IsAtCap));
        await world.UntilStateAsync(ids, TransactionState.Finalized);

        await world.AssertDoneOnceAsync(ids);
        Assert.False(world.Meter.IsAtCap);
    }

    [Fact]
    public async Task A_key_without_money_waits_and_goes_on_when_it_has_some()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        await world.Chain.SetBalanceAsync(world.Key, Wei.Zero);
        var ids = await world.EnqueueAsync(3);

        for (var i = 0; i < 5; i++)
            Assert.Equal(Round.Idle, await world.StepAsync());
        Assert.True(world.Meter.IsShortOfFunds);
        Assert.All(await world.FindAllAsync(ids), view => Assert.Equal((TransactionState.Unstarted, null), (view.State, view.Nonce)));

        await world.Chain.SetBalanceAsync(world.Key, Wei.FromEther("1"));
        await world.UntilStateAsync(ids, TransactionState.Finalized);
        await world.AssertDoneOnceAsync(ids);
        Assert.False(world.Meter.IsShortOfFunds);
    }

    [Fact]
    public async Task A_nonce_that_somebody_else_used_costs_the_order_nothing_but_time()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        var ids = await world.EnqueueAsync(2);
        world.DiesAt = Boundary.Saved;
        Assert.Null(await world.StepAsync());

        // Another program with the same key, which sends to somebody else.
        var other = new FeeMarketTransaction
        {
            ChainId = new ChainId(31337),
            Nonce = 0,
            To = Address.Parse("0x00000000000000000000000000000000000000ee"),
            GasLimit = 21_000,
            MaxFeePerGas = Wei.FromGwei("10"),
            MaxPriorityFeePerGas = Wei.FromGwei("1"),
        };
        await world.Chain.SendRawTransactionAsync((await world.Signer.SignAsync(other, Stop)).Encoding, Stop);
        await world.Chain.MineAsync();
        await world.UntilStateAsync(ids, TransactionState.Finalized);

        Assert.Equal((2UL, 3UL), (await world.CarriedOutAsync(), await world.MinedNonceAsync()));
        Assert.Equal((1UL, 2UL), ((await world.FindAsync(ids[1])).Nonce!.Value, (await world.FindAsync(ids[0])).Nonce!.Value));
    }

    [Fact]
    public async Task What_reverts_is_final_only_with_its_block_and_says_so()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        // Code that always reverts, as a deployment: PUSH0 PUSH0 REVERT.
        var reverting = world.Order("reverts") with { To = null, Value = Wei.Zero, Data = new byte[] { 0x5f, 0x5f, 0xfd }, GasLimit = 100_000 };
        var id = await world.EnqueueAsync(reverting);

        await world.UntilStateAsync([id], TransactionState.Confirmed);
        Assert.False((await world.FindAsync(id)).IsOver);
        await world.UntilStateAsync([id], TransactionState.Finalized);

        Assert.False((await world.FindAsync(id)).Succeeded);
    }

    [Fact]
    public async Task What_is_hopeless_never_gets_a_nonce()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        var reverts = await world.EnqueueAsync(world.Order("reverts") with { To = null, Value = Wei.Zero, Data = new byte[] { 0x5f, 0x5f, 0xfd }, GasLimit = null });
        var tooLittle = await world.EnqueueAsync(world.Order("too little") with { GasLimit = 20_999 });
        var tooMuch = await world.EnqueueAsync(world.Order("too much") with { GasLimit = 1_000_000_000 });
        var late = await world.EnqueueAsync(world.Order("late") with { Deadline = DateTimeOffset.UnixEpoch });
        var good = await world.EnqueueAsync(world.Order("good") with { GasLimit = null });

        await world.UntilStateAsync([good], TransactionState.Finalized);

        Assert.All(await world.FindAllAsync([reverts, tooLittle, tooMuch]), view => Assert.Equal((TransactionState.Fatal, null), (view.State, view.Nonce)));
        Assert.Contains("revert", (await world.FindAsync(reverts)).Fault, StringComparison.Ordinal);
        Assert.Equal(TransactionState.Cancelled, (await world.FindAsync(late)).State);
        Assert.Equal((0UL, 1UL), ((await world.FindAsync(good)).Nonce!.Value, await world.MinedNonceAsync()));
    }

    [Fact]
    public async Task The_earliest_deadline_goes_first()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        var later = await world.EnqueueAsync(world.Order("later"));
        var soon = await world.EnqueueAsync(world.Order("soon") with { Deadline = DateTimeOffset.MaxValue.AddYears(-2) });
        var sooner = await world.EnqueueAsync(world.Order("sooner") with { Deadline = DateTimeOffset.MaxValue.AddYears(-3) });

        await world.UntilStateAsync([later, soon, sooner], TransactionState.Finalized);

        Assert.Equal([0UL, 1UL, 2UL], (await world.FindAllAsync([sooner, soon, later])).Select(view => view.Nonce!.Value));
    }

    [Fact]
    public async Task No_more_than_allowed_are_in_flight()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        world.Options = world.Options with { MaxInFlight = 3, GroupSize = 2 };
        var ids = await world.EnqueueAsync(10);

        await world.UntilAsync(async () =>
        {
            var views = await world.FindAllAsync(ids);
            Assert.True(views.Count(view => view.State is TransactionState.InProgress or TransactionState.Unconfirmed) <= 3);
            return views.All(view => view.State == TransactionState.Finalized);
        });

        await world.AssertDoneOnceAsync(ids);
    }

    [Fact]
    public async Task Owners_hear_of_each_change_once()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        var ids = await world.EnqueueAsync(3);
        var other = await world.EnqueueAsync(world.Order("other", purpose: "other"));
        var heard = new List<TransactionState>();

        await world.UntilAsync(async () =>
        {
            var changed = await world.Database.WriteAsync(session => world.Queue.TakeChangesAsync(session, "test", 100), Stop);
            heard.AddRange(changed.Where(view => view.Id == ids[0]).Select(view => view.State));
            return (await world.FindAllAsync(ids)).All(view => view.IsOver) && changed.Count == 0;
        });

        Assert.Equal([TransactionState.Unconfirmed, TransactionState.Confirmed, TransactionState.Finalized], heard);
        var others = await world.Database.WriteAsync(session => world.Queue.TakeChangesAsync(session, "other", 100), Stop);
        Assert.Equal(other, Assert.Single(others).Id);
    }

    [Fact]
    public async Task Two_replicas_take_turns_and_one_that_slept_changes_nothing()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        var clock = new ManualTime();
        var sleeper = world.NewSender("sleeper", clock);
        var other = world.NewSender("other", clock);
        var ids = await world.EnqueueAsync(4);

        Assert.Equal(Round.Busy, await sleeper.StepAsync(Stop));
        Assert.Equal(Round.NotHolder, await other.StepAsync(Stop));

        // It sleeps with the bytes of a group signed, which another then starts.
        var more = await world.EnqueueAsync(world.Order("more"));
        clock.Advance(world.Options.LeaseLength / 2);
        Assert.Equal(Round.Busy, await sleeper.StepAsync(Stop));
        clock.Advance(world.Options.LeaseLength * 2);
        Assert.NotEqual(Round.NotHolder, await other.StepAsync(Stop));
        Assert.Equal(Round.NotHolder, await sleeper.StepAsync(Stop));

        for (var i = 0; i < 8; i++)
        {
            await world.Chain.MineAsync();
            clock.Advance(TimeSpan.FromSeconds(1));
            await other.StepAsync(Stop);
        }

        await world.AssertDoneOnceAsync([.. ids, more]);
    }
}
