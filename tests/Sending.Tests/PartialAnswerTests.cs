using OpenGradient.Ethereum.Rpc;
using OpenGradient.Support.Databases;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Sending.Tests;

/// <summary>Nodes that answer some of what they are asked.</summary>
public sealed class PartialAnswerTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private const string Send = "eth_sendRawTransaction";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task However_many_wait_they_get_through_to_a_node_that_loses_every_tenth_call_with_its_whole_message()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        var ids = await world.EnqueueAsync(64);
        var random = new Random(3);
        var gate = new Lock();
        world.Proxy.Rule = _ =>
        {
            lock (gate)
                return random.Next(10) == 0 ? new Misdeed.LosesTheMessage() : null;
        };

        await world.UntilStateAsync(ids, TransactionState.Finalized);

        await world.AssertDoneOnceAsync(ids);
    }

    [Theory]
    [InlineData("already known")]
    [InlineData("replacement transaction underpriced")]
    [InlineData("invalid sender")]
    public async Task What_a_node_says_to_one_is_said_to_no_other_whatever_the_status_it_came_with(string words)
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        var ids = await world.EnqueueAsync(3);
        // From here on the endpoint gets one in a message.
        world.Proxy.Mistreat(Send, new Misdeed.LosesTheMessage());
        await world.StepAsync();
        world.Proxy.Seen.Clear();
        world.Proxy.Rule = call => call.Method == Send && SendingWorld.NonceOf(call) == 0 ? new Misdeed.Fails(words, Status: 503) : null;
        await world.StepAsync();

        Assert.Equal([0UL, 1UL, 2UL], world.Proxy.Seen.Where(call => call.Method == Send).Select(SendingWorld.NonceOf));
        Assert.All((await world.FindAllAsync(ids)).Skip(1), view => Assert.Equal((TransactionState.Unconfirmed, 1, null), (view.State, view.Hashes.Count, view.Fault)));
    }

    [Fact]
    public async Task What_was_not_asked_behind_silence_is_sent_later_unchanged()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        var ids = await world.EnqueueAsync(3);
        world.Proxy.Mistreat(Send, new Misdeed.LosesTheMessage());
        await world.StepAsync();
        world.Proxy.Seen.Clear();
        await world.StepAsync();

        Assert.Equal([0UL], world.Proxy.Seen.Where(call => call.Method == Send).Select(SendingWorld.NonceOf));
        Assert.All(await world.FindAllAsync(ids), view => Assert.Equal((TransactionState.InProgress, 1), (view.State, view.Hashes.Count)));
        world.Proxy.BeHonest();
        await world.UntilStateAsync(ids, TransactionState.Finalized);
        await world.AssertDoneOnceAsync(ids);
        Assert.All(await world.FindAllAsync(ids), view => Assert.Single(view.Hashes));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_tells_heads_and_no_blocks_below_them_fails_the_round_and_another_is_asked(bool isSilent)
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        world.Endpoints = new SendingEndpoints([world.Connect(world.Proxy.Url), world.Connect(world.ChainUrl)]);
        var ids = await world.EnqueueAsync(2);
        await world.UntilStateAsync(ids, TransactionState.Unconfirmed, mines: false);
        await world.Chain.MineAsync();
        await world.UntilStateAsync(ids, TransactionState.Confirmed, mines: false);
        Misdeed misdeed = isSilent ? new Misdeed.Fails("header not found") : new Misdeed.Says("null");
        world.Proxy.Rule = call => call.Method == "eth_getBlockByNumber" && call.Parameters[0].GetString() == "0x1" ? misdeed : null;

        await using var sender = world.NewSender("one");
        for (var i = 0; i < 3; i++)
        {
            await world.Chain.MineAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
            if (await Record.ExceptionAsync(() => sender.StepAsync(Stop)) is RpcException)
                break;
            Assert.All(await world.FindAllAsync(ids), view => Assert.Equal(TransactionState.Confirmed, view.State));
        }

        await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
        await sender.StepAsync(Stop);
        Assert.All(await world.FindAllAsync(ids), view => Assert.Equal(TransactionState.Finalized, view.State));
    }

    [Fact]
    public async Task Waits_grow_where_nothing_is_taken_and_not_where_a_part_is()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        var ids = await world.EnqueueAsync(3);
        world.Proxy.Mistreat(Send, new Misdeed.Fails("txpool is full"));
        Assert.Equal(Round.Refused, await world.StepAsync());

        for (var taken = 1UL; taken < 3; taken++)
        {
            var next = taken;
            world.Proxy.Rule = call => call.Method == Send && SendingWorld.NonceOf(call) >= next ? new Misdeed.Fails("txpool is full") : null;
            Assert.Equal(Round.Partly, await world.StepAsync());
        }

        world.Proxy.BeHonest();
        await world.UntilStateAsync(ids, TransactionState.Finalized);
        await world.AssertDoneOnceAsync(ids);
    }
}
