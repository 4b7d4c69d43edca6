using System.Net.WebSockets;
using System.Text;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Support;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Ethereum.Tests.Rpc.Wire;

public sealed class WebSocketRpcTransportTests
{
    private static readonly RpcOptions Once = new() { MaxAttempts = 1 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gives_each_answer_to_whom_it_belongs_in_whatever_order_they_come()
    {
        await using var server = TestServer.Sockets(async (socket, _, token) =>
        {
            SeenMessage[] messages = [await socket.ReceiveCallsAsync(token), await socket.ReceiveCallsAsync(token), await socket.ReceiveCallsAsync(token)];
            foreach (var message in messages.Reverse())
                await socket.SendTextAsync(Answer(message), token);
            await Task.Delay(Timeout.Infinite, token);
        });
        await using var client = EthereumClient.Connect(server.WebSocketUrl, Once);

        var number = client.GetBlockNumberAsync(Token);
        var chain = client.GetChainIdAsync(Token);
        var price = client.GetGasPriceAsync(Token);

        Assert.Equal((5ul, 31337ul, new Wei(7)), ((await number).Value, (await chain).Value, await price));
    }

    [Fact]
    public async Task Carries_batches_and_answers_in_pieces()
    {
        await using var server = TestServer.Sockets(async (socket, _, token) =>
        {
            var answer = Encoding.UTF8.GetBytes(Answer(await socket.ReceiveCallsAsync(token)));
            for (var i = 0; i < answer.Length; i++)
                await socket.SendAsync(answer.AsMemory(i, 1), WebSocketMessageType.Text, i == answer.Length - 1, token);
            await Task.Delay(Timeout.Infinite, token);
        });
        await using var client = EthereumClient.Connect(server.WebSocketUrl, Once);

        Assert.Equal([5ul, 5ul], (await client.SendAllAsync([Eth.BlockNumber(), Eth.BlockNumber()], Token)).Select(number => number.Value));
    }

    [Fact]
    public async Task Connects_anew_and_asks_again_when_the_connection_breaks()
    {
        await using var server = TestServer.Sockets(async (socket, number, token) =>
        {
            var message = await socket.ReceiveCallsAsync(token);
            if (number == 0)
                return;
            await socket.SendTextAsync(Answer(message), token);
            await Task.Delay(Timeout.Infinite, token);
        });
        await using var client = EthereumClient.Connect(server.WebSocketUrl, time: new ManualTime { LeapLimit = TimeSpan.FromSeconds(3) });

        Assert.Equal(5ul, (await client.GetBlockNumberAsync(Token)).Value);
    }

    [Fact]
    public async Task Goes_on_when_one_caller_gives_up()
    {
        var first = new TaskCompletionSource();
        var given = new TaskCompletionSource();
        await using var server = TestServer.Sockets(async (socket, _, token) =>
        {
            var late = await socket.ReceiveCallsAsync(token);
            first.SetResult();
            await given.Task;
            var other = await socket.ReceiveCallsAsync(token);
            await socket.SendTextAsync(Answer(late), token);
            await socket.SendTextAsync(Answer(other), token);
            await Task.Delay(Timeout.Infinite, token);
        });
        await using var client = EthereumClient.Connect(server.WebSocketUrl, Once);
        using var cancellation = new CancellationTokenSource();

        var cancelled = client.GetChainIdAsync(cancellation.Token);
        await first.Task;
        await cancellation.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => cancelled);
        given.SetResult();

        Assert.Equal(5ul, (await client.GetBlockNumberAsync(Token)).Value);
    }

    [Theory]
    [InlineData("Too many requests")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    public async Task Calls_the_only_answer_malformed_that_can_be_meant(string answer)
    {
        await using var server = TestServer.Sockets(async (socket, _, token) =>
        {
            await socket.ReceiveCallsAsync(token);
            await socket.SendTextAsync(answer, token);
            await Task.Delay(Timeout.Infinite, token);
        });
        await using var client = EthereumClient.Connect(server.WebSocketUrl, Once);

        Assert.IsType<RpcError.Malformed>((await client.TrySendAsync(Eth.BlockNumber(), Token)).Error);
    }

    [Fact]
    public async Task Ends_a_connection_on_which_nothing_can_be_told_apart()
    {
        await using var server = TestServer.Sockets(async (socket, _, token) =>
        {
            await socket.ReceiveCallsAsync(token);
            await socket.ReceiveCallsAsync(token);
            await socket.SendTextAsync("who was it?", token);
            await Task.Delay(Timeout.Infinite, token);
        });
        await using var client = EthereumClient.Connect(server.WebSocketUrl, Once);

        var results = await Task.WhenAll(client.TrySendAsync(Eth.BlockNumber(), Token), client.TrySendAsync(Eth.BlockNumber(), Token));

        Assert.All(results, result => Assert.Equal(new RpcError.Malformed("a message over the connection that answers nothing"), result.Error));
    }

    [Fact]
    public async Task Tells_whose_answer_was_too_long()
    {
        await using var server = TestServer.Sockets(async (socket, _, token) =>
        {
            SeenMessage[] messages = [await socket.ReceiveCallsAsync(token), await socket.ReceiveCallsAsync(token)];
            var large = messages.Single(message => message.Only.Method == "web3_clientVersion");
            await socket.SendTextAsync(Say.Result(large.Only.Id, $"\"{new string('a', 100_000)}\""), token);
            await Task.Delay(Timeout.Infinite, token);
        });
        await using var client = EthereumClient.Connect(server.WebSocketUrl, Once, new RpcTransportOptions { MaxAnswerBytes = 10_000 });

        var version = client.TrySendAsync(Eth.ClientVersion(), Token);
        var number = client.TrySendAsync(Eth.BlockNumber(), Token);

        Assert.Equal(new RpcError.Oversize(10_000), (await version).Error);
        Assert.IsType<RpcError.Transport>((await number).Error);
    }

    [Fact]
    public async Task Tells_a_refused_connection()
    {
        await using var server = TestServer.Http(_ => (401, "", []));
        var address = new UriBuilder(server.HttpUrl) { Scheme = "ws" }.Uri;
        await using var client = EthereumClient.Connect(address, Once);

        var error = Assert.IsType<RpcError.Transport>((await client.TrySendAsync(Eth.BlockNumber(), Token)).Error);

        Assert.Equal((401, false), (error.HttpStatus, error.MayHaveArrived));
        Assert.DoesNotContain("0123456789abcdef", error.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hears_a_request_for_patience_when_it_connects()
    {
        await using var server = TestServer.Http(_ => (429, "", []));
        await using var client = EthereumClient.Connect(new UriBuilder(server.HttpUrl) { Scheme = "ws" }.Uri, Once);

        Assert.IsType<RpcError.RateLimited>((await client.TrySendAsync(Eth.BlockNumber(), Token)).Error);
    }

    [Fact]
    public async Task Gives_up_on_a_server_that_never_takes_the_connection()
    {
        var asked = new TaskCompletionSource();
        await using var server = TestServer.Raw(async (_, _, token) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, token);
        });
        var time = new ManualTime { LeapLimit = TimeSpan.FromSeconds(1) };
        await using var client = EthereumClient.Connect(new UriBuilder(server.HttpUrl) { Scheme = "ws" }.Uri, Once, time: time);

        var call = client.TrySendAsync(Eth.BlockNumber(), Token);
        await asked.Task;
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(new RpcError.Transport("no connection in time", MayHaveArrived: false), (await call).Error);
    }

    [Fact]
    public async Task Connects_afresh_after_a_connection_that_could_not_even_be_tried()
    {
        await using var server = TestServer.Sockets(async (socket, _, token) =>
        {
            await socket.SendTextAsync(Answer(await socket.ReceiveCallsAsync(token)), token);
            await Task.Delay(Timeout.Infinite, token);
        });
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["not a name"] = "hunter2" };
        await using var client = EthereumClient.Connect(server.WebSocketUrl, Once, new RpcTransportOptions { Headers = headers });

        var error = Assert.IsType<RpcError.Transport>((await client.TrySendAsync(Eth.BlockNumber(), Token)).Error);
        headers.Clear();

        Assert.False(error.MayHaveArrived);
        Assert.Equal(5ul, (await client.GetBlockNumberAsync(Token)).Value);
    }

    [Fact]
    public async Task Ends_the_connection_when_a_listener_fails_on_it_and_opens_another()
    {
        await using var server = TestServer.Sockets(async (socket, number, token) =>
        {
            var message = await socket.ReceiveCallsAsync(token);
            if (number == 0)
            {
                await socket.SendTextAsync(Say.Result(message.Only.Id, "\"0xabc\""), token);
                await socket.ReceiveCallsAsync(token);
                await socket.SendTextAsync("""{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0xabc","result":1}}""", token);
            }
            else
            {
                await socket.SendTextAsync(Answer(message), token);
            }

            await Task.Delay(Timeout.Infinite, token);
        });
        await using var transport = new WebSocketRpcTransport(new RpcEndpoint(server.WebSocketUrl));
        await transport.SubscribeAsync(RpcMessage.Of([Eth.BlockNumber()]), new FailingSink(), Token);

        var reply = await transport.SendAsync(RpcMessage.Of([Eth.BlockNumber()]), Token).AsTask().WaitAsync(Eventually.Patience, Token);

        Assert.IsType<RpcError.Transport>(reply.Error);
        Assert.Null((await transport.SendAsync(RpcMessage.Of([Eth.BlockNumber()]), Token)).Error);
    }

    [Fact]
    public async Task Ends_what_is_under_way_when_it_is_disposed()
    {
        var asked = new TaskCompletionSource();
        await using var server = TestServer.Sockets(async (socket, _, token) =>
        {
            await socket.ReceiveCallsAsync(token);
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, token);
        });
        var transport = new WebSocketRpcTransport(new RpcEndpoint(server.WebSocketUrl));
        var reply = transport.SendAsync(RpcMessage.Of([Eth.BlockNumber()]), Token).AsTask();
        await asked.Task;

        await transport.DisposeAsync();

        Assert.Equal(new RpcError.Transport("this client has closed the connection"), (await reply).Error);
    }

    private static string Answer(SeenMessage message) => Say.Results(message, call => call.Method switch
    {
        "eth_blockNumber" => "\"0x5\"",
        "eth_chainId" => "\"0x7a69\"",
        _ => "\"0x7\"",
    });

    private sealed class FailingSink : ISubscriptionSink
    {
        public void Receive(ReadOnlySpan<byte> result) => throw new NotSupportedException("received");

        public void Lose(RpcError reason) => throw new NotSupportedException("lost");
    }
}
