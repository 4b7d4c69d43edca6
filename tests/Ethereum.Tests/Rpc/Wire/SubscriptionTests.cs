using System.Net.WebSockets;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Tests.Rpc.Json;
using OpenGradient.Support;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Ethereum.Tests.Rpc.Wire;

public sealed class SubscriptionTests
{
    private static readonly BackoffPolicy Quick = new() { First = TimeSpan.FromMilliseconds(1), Longest = TimeSpan.FromSeconds(1) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Begins_with_a_gap_and_brings_what_the_endpoint_sends()
    {
        await using var server = Node(async (socket, _, token) =>
        {
            await SendHeadAsync(socket, 1, token);
            await SendHeadAsync(socket, 2, token);
        });
        await using var heads = Heads(server);

        Assert.Equal(GapCause.Started, await NextGapAsync(heads));
        Assert.Equal(1ul, await NextNumberAsync(heads));
        Assert.Equal(2ul, await NextNumberAsync(heads));
    }

    [Fact]
    public async Task Goes_on_over_a_new_connection_and_says_that_something_may_be_missing()
    {
        await using var server = TestServer.Sockets(async (socket, number, token) =>
        {
            await SubscribeAsync(socket, token);
            await SendHeadAsync(socket, (ulong)number, token);
            if (number == 2)
                await Task.Delay(Timeout.Infinite, token);
        });
        await using var heads = Heads(server);

        Assert.Equal(GapCause.Started, await NextGapAsync(heads));
        Assert.Equal(0ul, await NextNumberAsync(heads));
        Assert.Equal(GapCause.Reconnected, await NextGapAsync(heads));
        Assert.Equal(1ul, await NextNumberAsync(heads));
        Assert.Equal(GapCause.Reconnected, await NextGapAsync(heads));
        Assert.Equal(2ul, await NextNumberAsync(heads));
    }

    [Fact]
    public async Task Gives_up_a_connection_on_which_nothing_comes()
    {
        await using var server = Node(async (socket, number, token) =>
        {
            if (number == 1)
                await SendHeadAsync(socket, 7, token);
        });
        var time = new ManualTime { LeapLimit = TimeSpan.FromSeconds(2) };
        await using var heads = Heads(server, new SubscriptionOptions { StallTimeout = TimeSpan.FromSeconds(60) }, time);
        Assert.Equal(GapCause.Started, await NextGapAsync(heads));

        var next = NextGapAsync(heads);
        time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(GapCause.Stalled, await next);
        Assert.Equal(7ul, await NextNumberAsync(heads));
    }

    [Fact]
    public async Task Says_that_it_could_not_read_something_and_goes_on()
    {
        await using var server = Node(async (socket, _, token) =>
        {
            await socket.SendTextAsync(Notify("{\"number\":\"0x01\"}"), token);
            await SendHeadAsync(socket, 2, token);
        });
        await using var heads = Heads(server);

        Assert.Equal(GapCause.Started, await NextGapAsync(heads));
        Assert.Equal(GapCause.Unreadable, await NextGapAsync(heads));
        Assert.Equal(2ul, await NextNumberAsync(heads));
    }

    [Fact]
    public async Task Ends_where_the_endpoint_knows_no_such_thing()
    {
        await using var server = TestServer.Sockets(async (socket, _, token) =>
        {
            var message = await socket.ReceiveCallsAsync(token);
            await socket.SendTextAsync(Say.Error(message.Only.Id, -32601, "no such method"), token);
            await Task.Delay(Timeout.Infinite, token);
        });
        await using var heads = Heads(server);

        var error = await Assert.ThrowsAsync<RpcException>(async () => await heads.MoveNextAsync());

        Assert.Equal(new RpcError.Provider(-32601, "no such method"), error.Error);
    }

    [Fact]
    public async Task Asks_again_where_the_endpoint_refuses_for_now()
    {
        var asked = 0;
        await using var server = TestServer.Sockets(async (socket, _, token) =>
        {
            for (; asked < 2; asked++)
            {
                var message = await socket.ReceiveCallsAsync(token);
                await socket.SendTextAsync(Say.Error(message.Only.Id, -32005, "rate limited"), token);
            }

            await SubscribeAsync(socket, token);
            await SendHeadAsync(socket, 7, token);
            await Task.Delay(Timeout.Infinite, token);
        });
        await using var heads = Heads(server);

        Assert.Equal(GapCause.Started, await NextGapAsync(heads));
        Assert.Equal(7ul, await NextNumberAsync(heads));
    }

    [Fact]
    public async Task Says_why_it_cannot_begin_and_goes_on_trying()
    {
        var asked = 0;
        await using var server = TestServer.Sockets(async (socket, _, token) =>
        {
            for (; asked < 7; asked++)
            {
                var message = await socket.ReceiveCallsAsync(token);
                await socket.SendTextAsync(Say.Error(message.Only.Id, -32000, "no filters left"), token);
            }

            await SubscribeAsync(socket, token);
            await SendHeadAsync(socket, 7, token);
            await Task.Delay(Timeout.Infinite, token);
        });
        await using var heads = Heads(server, new SubscriptionOptions { Backoff = Quick });

        Assert.Equal(GapCause.Failing, await NextGapAsync(heads));
        Assert.Contains("no filters left", heads.Current.ToString(), StringComparison.Ordinal);
        Assert.Equal(GapCause.Failing, await NextGapAsync(heads));
        Assert.Equal(GapCause.Started, await NextGapAsync(heads));
        Assert.Equal(7ul, await NextNumberAsync(heads));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task Ends_where_the_endpoint_refuses_access(int status)
    {
        await using var server = TestServer.Http(_ => (status, "", []));
        var time = new ManualTime { LeapLimit = TimeSpan.FromSeconds(2) };
        await using var transport = new WebSocketRpcTransport(new RpcEndpoint(new UriBuilder(server.HttpUrl) { Scheme = "ws" }.Uri), time: time);
        await using var heads = new EthereumSubscriptions(transport, null, time).NewHeadsAsync(Token).GetAsyncEnumerator(Token);

        var error = await Assert.ThrowsAsync<RpcException>(async () => await heads.MoveNextAsync());

        Assert.Equal(status, Assert.IsType<RpcError.Transport>(error.Error).HttpStatus);
    }

    [Fact]
    public async Task Asks_the_endpoint_to_stop_what_began_when_nobody_waited_any_more()
    {
        var asked = new TaskCompletionSource();
        var given = new TaskCompletionSource();
        var farewell = new TaskCompletionSource<SeenMessage>();
        await using var server = TestServer.Sockets(async (socket, _, token) =>
        {
            var late = await socket.ReceiveCallsAsync(token);
            asked.SetResult();
            await given.Task;
            await socket.SendTextAsync(Say.Result(late.Only.Id, "\"0xabc\""), token);
            farewell.SetResult(await socket.ReceiveCallsAsync(token));
            await Task.Delay(Timeout.Infinite, token);
        });
        await using var transport = new WebSocketRpcTransport(new RpcEndpoint(server.WebSocketUrl));
        using var cancellation = new CancellationTokenSource();
        var heads = new EthereumSubscriptions(transport).NewHeadsAsync(cancellation.Token).GetAsyncEnumerator(Token);

        var first = heads.MoveNextAsync().AsTask();
        await asked.Task;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        given.SetResult();

        var last = (await farewell.Task.WaitAsync(Eventually.Patience, Token)).Only;
        Assert.Equal(("eth_unsubscribe", "0xabc"), (last.Method, last.Parameters[0].GetString()));
        await heads.DisposeAsync();
    }

    [Fact]
    public async Task Gives_up_a_connection_on_which_many_requests_to_subscribe_stay_unanswered()
    {
        var asked = new SemaphoreSlim(0);
        await using var server = TestServer.Sockets(async (socket, _, token) =>
        {
            while (true)
            {
                await socket.ReceiveCallsAsync(token);
                asked.Release();
            }
        });
        await using var transport = new WebSocketRpcTransport(new RpcEndpoint(server.WebSocketUrl));
        var call = transport.SendAsync(RpcMessage.Of([Eth.BlockNumber()]), Token).AsTask();
        await asked.WaitAsync(Token);

        for (var i = 0; i < 9; i++)
        {
            Assert.False(call.IsCompleted);
            using var cancellation = new CancellationTokenSource();
            var heads = new EthereumSubscriptions(transport).NewHeadsAsync(cancellation.Token).GetAsyncEnumerator(Token);
            var first = heads.MoveNextAsync().AsTask();
            await asked.WaitAsync(Token);
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
            await heads.DisposeAsync();
        }

        var reply = await call.WaitAsync(Eventually.Patience, Token);
        Assert.Equal(new RpcError.Transport("the endpoint does not answer requests to subscribe"), reply.Error);
    }

    [Fact]
    public async Task Asks_the_endpoint_to_stop_when_nobody_listens_any_more()
    {
        var farewell = new TaskCompletionSource<SeenMessage>();
        await using var server = Node(async (socket, _, token) => farewell.SetResult(await socket.ReceiveCallsAsync(token)));
        await using var transport = new WebSocketRpcTransport(new RpcEndpoint(server.WebSocketUrl));
        var heads = new EthereumSubscriptions(transport).NewHeadsAsync(Token).GetAsyncEnumerator(Token);
        Assert.Equal(GapCause.Started, await NextGapAsync(heads));

        await heads.DisposeAsync();

        var last = (await farewell.Task).Only;
        Assert.Equal(("eth_unsubscribe", "0xabc"), (last.Method, last.Parameters[0].GetString()));
    }

    [Fact]
    public async Task Is_cancelled_promptly()
    {
        await using var server = Node((_, _, _) => Task.CompletedTask);
        await using var transport = new WebSocketRpcTransport(new RpcEndpoint(server.WebSocketUrl));
        using var cancellation = new CancellationTokenSource();
        await using var heads = new EthereumSubscriptions(transport).NewHeadsAsync(cancellation.Token).GetAsyncEnumerator(Token);
        Assert.Equal(GapCause.Started, await NextGapAsync(heads));

        var next = heads.MoveNextAsync().AsTask();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task Filters_logs_and_shows_those_that_were_removed()
    {
        SeenCall? subscribed = null;
        await using var server = TestServer.Sockets(async (socket, _, token) =>
        {
            subscribed = await SubscribeAsync(socket, token);
            await socket.SendTextAsync(Notify(Samples.Log.Replace("\"removed\":false", "\"removed\":true", StringComparison.Ordinal)), token);
            await Task.Delay(Timeout.Infinite, token);
        });
        await using var transport = new WebSocketRpcTransport(new RpcEndpoint(server.WebSocketUrl));
        var filter = new LogFilter([Address.Parse(Samples.A)], [[Hash32.Parse(Samples.H1)], [], [Hash32.Parse(Samples.H2)]]);
        await using var logs = new EthereumSubscriptions(transport).LogsAsync(filter, Token).GetAsyncEnumerator(Token);

        await logs.MoveNextAsync();
        await logs.MoveNextAsync();

        Assert.True(Assert.IsType<SubscriptionItem<LocatedLog>.Value>(logs.Current).Item.Removed);
        Assert.Equal(
            $$"""["logs",{"address":["{{Samples.A}}"],"topics":[["{{Samples.H1}}"],null,["{{Samples.H2}}"]]}]""", subscribed!.Parameters.GetRawText());
    }

    [Fact]
    public void Drops_all_that_waits_when_it_is_too_much_and_says_so()
    {
        var buffer = new SubscriptionBuffer<int>(3, static (ref System.Text.Json.Utf8JsonReader reader) => reader.GetInt32());

        for (var i = 1; i <= 5; i++)
            buffer.Receive(System.Text.Encoding.ASCII.GetBytes(i.ToString(System.Globalization.CultureInfo.InvariantCulture)));

        Assert.True(buffer.TryTake(out var first, out _));
        Assert.Equal(GapCause.Overflowed, Assert.IsType<SubscriptionItem<int>.Gap>(first).Cause);
        Assert.True(buffer.TryTake(out var second, out _) && second == new SubscriptionItem<int>.Value(4));
        Assert.True(buffer.TryTake(out var third, out _) && third == new SubscriptionItem<int>.Value(5));
        Assert.False(buffer.TryTake(out _, out var change));
        Assert.False(change.IsCompleted);
    }

    [Fact]
    public void Still_gives_what_waited_when_the_connection_is_lost()
    {
        var buffer = new SubscriptionBuffer<int>(3, static (ref System.Text.Json.Utf8JsonReader reader) => reader.GetInt32());

        buffer.Receive("1"u8);
        buffer.Lose(new RpcError.Transport("cut"));

        Assert.True(buffer.TryTake(out _, out _));
        Assert.False(buffer.TryTake(out _, out var change));
        Assert.True(change.IsCompleted);
        Assert.Equal(new RpcError.Transport("cut"), buffer.Lost);
    }

    /// <summary>A server that takes the subscription and then does as it is told, for ever.</summary>
    private static TestServer Node(Func<WebSocket, int, CancellationToken, Task> then) =>
        TestServer.Sockets(async (socket, number, token) =>
        {
            await SubscribeAsync(socket, token);
            await then(socket, number, token);
            await Task.Delay(Timeout.Infinite, token);
        });

    private static async Task<SeenCall> SubscribeAsync(WebSocket socket, CancellationToken token)
    {
        var call = (await socket.ReceiveCallsAsync(token)).Only;
        Assert.Equal("eth_subscribe", call.Method);
        await socket.SendTextAsync(Say.Result(call.Id, "\"0xabc\""), token);
        return call;
    }

    private static Task SendHeadAsync(WebSocket socket, ulong number, CancellationToken token) =>
        socket.SendTextAsync(Notify(Samples.Block.Replace("\"number\":\"0x10\"", $"\"number\":\"{Hex.EncodeQuantity(number)}\"", StringComparison.Ordinal)), token);

    private static string Notify(string result) =>
        $$$"""{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0xabc","result":{{{result}}}}}""";

    private static IAsyncEnumerator<SubscriptionItem<SealedHeader>> Heads(
        TestServer server, SubscriptionOptions? options = null, TimeProvider? time = null)
    {
        time ??= new ManualTime { LeapLimit = TimeSpan.FromSeconds(2) };
        var transport = new WebSocketRpcTransport(new RpcEndpoint(server.WebSocketUrl), time: time);
        return new EthereumSubscriptions(transport, options, time).NewHeadsAsync(Token).GetAsyncEnumerator(Token);
    }

    private static async Task<GapCause> NextGapAsync(IAsyncEnumerator<SubscriptionItem<SealedHeader>> heads)
    {
        Assert.True(await heads.MoveNextAsync());
        return Assert.IsType<SubscriptionItem<SealedHeader>.Gap>(heads.Current).Cause;
    }

    private static async Task<ulong> NextNumberAsync(IAsyncEnumerator<SubscriptionItem<SealedHeader>> heads)
    {
        Assert.True(await heads.MoveNextAsync());
        return Assert.IsType<SubscriptionItem<SealedHeader>.Value>(heads.Current).Item.Number.Value;
    }
}
