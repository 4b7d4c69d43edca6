using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Support.Databases;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Sending.Tests;

/// <summary>Nodes that lose, refuse, limit and lie.</summary>
public sealed class HostileNodeTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private const string Send = "eth_sendRawTransaction";
    private const string Count = "eth_getTransactionCount";
    private const string Receipt = "eth_getTransactionReceipt";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_lost_after_the_node_took_the_transaction_counts_as_sent()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        var ids = await world.EnqueueAsync(3);
        world.Proxy.Mistreat(Send, new Misdeed.LosesTheAnswer());

        // The account's pending nonce tells that the node has them.
        await world.UntilStateAsync(ids, TransactionState.Unconfirmed, mines: false);
        await world.UntilStateAsync(ids, TransactionState.Finalized);

        await world.AssertDoneOnceAsync(ids);
    }

    [Fact]
    public async Task While_nothing_is_certain_the_nonce_is_not_given_to_another()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        var ids = await world.EnqueueAsync(1);
        world.Proxy.Rule = call => call.Method == Send ? new Misdeed.LosesTheAnswer() : call.Method == Count && IsPending(call) ? new Misdeed.Says("\"0x0\"") : null;
        for (var i = 0; i < 5; i++)
            await world.StepAsync();
        var more = await world.EnqueueAsync(world.Order("more"));
        await world.StepAsync();

        Assert.Equal((TransactionState.InProgress, TransactionState.Unstarted), ((await world.FindAsync(ids[0])).State, (await world.FindAsync(more)).State));
        var sent = world.Proxy.Seen.Where(call => call.Method == Send).Select(call => call.Parameters[0].GetString()).ToList();
        Assert.True(sent.Count > 1);
        Assert.Single(sent.Distinct(StringComparer.Ordinal));

        world.Proxy.BeHonest();
        await world.UntilStateAsync([ids[0], more], TransactionState.Finalized);
        await world.AssertDoneOnceAsync([ids[0], more]);
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("limited")]
    [InlineData("overloaded")]
    [InlineData("full")]
    public async Task A_node_that_takes_nothing_now_gets_the_same_bytes_later(string how)
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        var ids = await world.EnqueueAsync(3);
        world.Proxy.Mistreat(Send, how switch
        {
            "lost" => new Misdeed.LosesTheMessage(),
            "limited" => new Misdeed.Refuses(429),
            "overloaded" => new Misdeed.Refuses(503),
            _ => new Misdeed.Fails("txpool is full"),
        });
        for (var i = 0; i < 4; i++)
            await world.StepAsync();
        Assert.All(await world.FindAllAsync(ids), view => Assert.Equal(TransactionState.InProgress, view.State));

        world.Proxy.BeHonest();
        await world.UntilStateAsync(ids, TransactionState.Finalized);

        await world.AssertDoneOnceAsync(ids);
        Assert.All(await world.FindAllAsync(ids), view => Assert.Single(view.Hashes));
    }

    [Fact]
    public async Task A_transaction_that_is_refused_for_good_leaves_no_gap_behind_it()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        var ids = await world.EnqueueAsync(4);
        world.Proxy.Rule = call => call.Method == Send && SendingWorld.NonceOf(call) == 1 && !IsEmpty(call) ? new Misdeed.Fails("invalid sender") : null;

        await world.UntilAsync(async () => (await world.FindAllAsync(ids)).All(view => view.IsOver));

        var views = await world.FindAllAsync(ids);
        Assert.Equal([TransactionState.Finalized, TransactionState.Fatal, TransactionState.Finalized, TransactionState.Finalized], views.Select(view => view.State));
        Assert.Contains("invalid sender", views[1].Fault, StringComparison.Ordinal);
        Assert.Equal((3UL, 4UL), (await world.CarriedOutAsync(), await world.MinedNonceAsync()));
    }

    [Fact]
    public async Task Where_the_refused_one_is_mined_after_all_inclusion_decides()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        var ids = await world.EnqueueAsync(1);
        // The node says never, but has it; and never takes the empty one.
        string? taken = null;
        world.Proxy.Rule = call =>
        {
            if (call.Method != Send)
                return call.Method == Count && IsPending(call) ? new Misdeed.Says("\"0x0\"") : null;
            if (!IsEmpty(call))
                taken = call.Parameters[0].GetString();
            return IsEmpty(call) ? new Misdeed.Fails("txpool is full") : new Misdeed.Fails("invalid sender");
        };
        await world.StepAsync();
        await world.StepAsync();
        await world.Chain.SendRawTransactionAsync(Convert.FromHexString(taken!.AsSpan(2)), Stop);
        await world.Chain.MineAsync();
        world.Proxy.BeHonest();

        await world.UntilStateAsync(ids, TransactionState.Finalized);

        await world.AssertDoneOnceAsync(ids);
    }

    [Fact]
    public async Task What_no_block_takes_at_a_good_price_is_replaced_by_nothing()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        world.Options = world.Options with { StuckAfterBlocks = 3, BumpAfterBlocks = 1000 };
        var ids = await world.EnqueueAsync(2);
        // It says that it has the first, and does not.
        world.Proxy.Rule = call => call.Method == Send && SendingWorld.NonceOf(call) == 0 && !IsEmpty(call) ? new Misdeed.Says($"\"{Hash32.Zero}\"") : null;

        await world.UntilAsync(async () => (await world.FindAllAsync(ids)).All(view => view.IsOver));

        var views = await world.FindAllAsync(ids);
        Assert.Equal([TransactionState.Fatal, TransactionState.Finalized], views.Select(view => view.State));
        Assert.Contains("stuck at nonce 0", views[0].Fault, StringComparison.Ordinal);
        Assert.Equal((1UL, 2UL), (await world.CarriedOutAsync(), await world.MinedNonceAsync()));
    }

    [Theory]
    [InlineData(Boundary.ReplacementSaved)]
    [InlineData(Boundary.Confirmed)]
    public async Task A_process_that_dies_over_a_replacement_does_nothing_twice(object boundary)
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        world.Options = world.Options with { BumpAfterBlocks = 1 };
        var ids = await world.EnqueueAsync(3);
        await world.UntilStateAsync(ids, TransactionState.Unconfirmed, mines: false);
        await world.Chain.SetNextBaseFeeAsync(Wei.FromGwei("50"));
        world.DiesAt = (Boundary)boundary;

        await world.UntilStateAsync(ids, TransactionState.Finalized);

        Assert.Null(world.DiesAt);
        await world.AssertDoneOnceAsync(ids);
    }

    [Fact]
    public async Task A_node_that_lies_about_nonces_and_knows_no_receipts_makes_nothing_fail()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        var ids = await world.EnqueueAsync(3);
        await world.UntilStateAsync(ids, TransactionState.Unconfirmed, mines: false);
        world.Proxy.Rule = call => call.Method == Count ? new Misdeed.Says("\"0x63\"") : call.Method == Receipt ? new Misdeed.Says("null") : null;

        // It is one endpoint, and says so at a final block again and again: that is all there is to know, so that an honest one stands beside it.
        world.Endpoints = new SendingEndpoints([world.Connect(world.Proxy.Url), world.Connect(world.ChainUrl)]);
        var sender = world.NewSender("one");
        for (var i = 0; i < 10; i++)
        {
            await world.Chain.MineAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
            await sender.StepAsync(Stop);
        }

        Assert.All(await world.FindAllAsync(ids), view => Assert.Equal(TransactionState.Unconfirmed, view.State));
        world.Proxy.BeHonest();
        await world.UntilStateAsync(ids, TransactionState.Finalized);
        await world.AssertDoneOnceAsync(ids);
    }

    [Theory]
    [InlineData("0x63")]
    [InlineData("0xffffffffffffffff")]
    public async Task A_node_that_tells_too_high_a_nonce_makes_no_gap(string lie)
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        world.Endpoints = new SendingEndpoints([world.Connect(world.Proxy.Url), world.Connect(world.ChainUrl)]);
        world.Proxy.Mistreat(Count, new Misdeed.Says($"\"{lie}\""));
        var ids = await world.EnqueueAsync(3);

        await world.UntilStateAsync(ids, TransactionState.Unconfirmed);
        Assert.Equal([0UL, 1UL, 2UL], (await world.FindAllAsync(ids)).Select(view => view.Nonce!.Value));
        world.Proxy.BeHonest();
        await world.UntilStateAsync(ids, TransactionState.Finalized);

        await world.AssertDoneOnceAsync(ids);
    }

    [Fact]
    public async Task A_block_that_one_endpoint_alone_calls_final_is_not()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        world.Endpoints = new SendingEndpoints([world.Connect(world.Proxy.Url), world.Connect(world.ChainUrl)]);
        var ids = await world.EnqueueAsync(2);
        await world.UntilStateAsync(ids, TransactionState.Unconfirmed, mines: false);
        await world.Chain.MineAsync();
        var head = await world.Chain.SendAsync(RpcCall.Create<string>(
            "eth_getBlockByNumber", json => { json.WriteStringValue("latest"); json.WriteBooleanValue(false); },
            (ref System.Text.Json.Utf8JsonReader reader) => System.Text.Json.JsonElement.ParseValue(ref reader).GetRawText()), Stop);
        world.Proxy.Rule = call => call.Method == "eth_getBlockByNumber" && call.Parameters[0].GetString() == "finalized" ? new Misdeed.Says(head) : null;

        for (var i = 0; i < 3; i++)
        {
            await world.StepAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
        }

        Assert.All(await world.FindAllAsync(ids), view => Assert.Equal(TransactionState.Confirmed, view.State));
        await world.UntilStateAsync(ids, TransactionState.Finalized);
        await world.AssertDoneOnceAsync(ids);
    }

    [Fact]
    public async Task A_node_that_forgets_the_nonce_has_everything_sent_again_and_nothing_done_again()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        var ids = await world.EnqueueAsync(3);
        await world.UntilStateAsync(ids, TransactionState.Confirmed);
        world.Proxy.Mistreat(Count, new Misdeed.Says("\"0x0\""));
        await world.UntilStateAsync(ids, TransactionState.Unconfirmed);

        world.Proxy.BeHonest();
        await world.UntilStateAsync(ids, TransactionState.Finalized);

        await world.AssertDoneOnceAsync(ids);
    }

    [Fact]
    public async Task A_receipt_that_one_endpoint_alone_tells_is_not_final()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        await using var other = new HostileProxy(world.ChainUrl);
        world.Endpoints = new SendingEndpoints([world.Connect(world.Proxy.Url), world.Connect(other.Url)]);
        other.Mistreat(Receipt, new Misdeed.Says("null"));
        var ids = await world.EnqueueAsync(2);

        await world.UntilStateAsync(ids, TransactionState.Confirmed);
        for (var i = 0; i < 5; i++)
        {
            await world.Chain.MineAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
            await world.StepAsync();
        }

        Assert.All(await world.FindAllAsync(ids), view => Assert.Equal(TransactionState.Confirmed, view.State));
        other.BeHonest();
        await world.UntilStateAsync(ids, TransactionState.Finalized);
        await world.AssertDoneOnceAsync(ids);
    }

    [Fact]
    public async Task One_endpoint_that_works_is_enough_to_send()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        await using var dead = new HostileProxy(world.ChainUrl);
        dead.Rule = static _ => new Misdeed.Refuses(503);
        world.Endpoints = new SendingEndpoints([world.Connect(dead.Url), world.Connect(world.ChainUrl)]);
        world.Options = world.Options with { FinalQuorum = 1 };
        var ids = await world.EnqueueAsync(3);

        await world.UntilStateAsync(ids, TransactionState.Finalized);

        await world.AssertDoneOnceAsync(ids);
    }

    [Fact]
    public async Task What_is_private_is_sent_to_private_endpoints_alone()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        await using var hidden = new HostileProxy(world.ChainUrl);
        world.Endpoints = new SendingEndpoints(
            [world.Connect(world.Proxy.Url)],
            new Dictionary<string, IReadOnlyList<EthereumClient>>(StringComparer.Ordinal) { ["settle"] = [world.Connect(hidden.Url)] });
        var open = await world.EnqueueAsync(world.Order("a", "claim"));
        var secret = await world.EnqueueAsync(world.Order("a", "settle"));

        await world.UntilStateAsync([open, secret], TransactionState.Finalized);

        Assert.Equal([0UL], world.Proxy.Seen.Where(call => call.Method == Send).Select(SendingWorld.NonceOf).Distinct());
        Assert.Equal([1UL], hidden.Seen.Where(call => call.Method == Send).Select(SendingWorld.NonceOf).Distinct());
    }

    [Fact]
    public async Task How_many_rounds_failed_is_told_until_one_succeeds()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        await using var sender = world.NewSender("one");
        world.Proxy.Rule = _ => new Misdeed.Refuses(503);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = sender.RunAsync(stop.Token);
        while (world.Meter.FailedRounds < 3)
            await Task.Delay(5, Stop);
        world.Proxy.BeHonest();
        while (world.Meter.FailedRounds > 0)
            await Task.Delay(5, Stop);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task An_endpoint_of_another_chain_stops_everything_before_it_begins()
    {
        await using var world = await SendingWorld.CreateAsync(databases);
        world.Proxy.Mistreat("eth_chainId", new Misdeed.Says("\"0x1\""));
        var ids = await world.EnqueueAsync(1);

        await Assert.ThrowsAsync<WrongChainException>(() => world.NewSender("one").RunAsync(Stop));

        Assert.Equal(TransactionState.Unstarted, (await world.FindAsync(ids[0])).State);
        Assert.DoesNotContain(world.Proxy.Seen, call => call.Method == Send);
    }

    private static bool IsPending(SeenCall call) => call.Parameters[1].ValueKind == System.Text.Json.JsonValueKind.String && call.Parameters[1].GetString() == "pending";

    private static bool IsEmpty(SeenCall call) => SendingWorld.Decode(call).To != SendingWorld.Recipient;
}
