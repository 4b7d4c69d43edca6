using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Support;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Ethereum.Tests.Rpc.Wire;

/// <summary>HTTP as it can be: each server here really writes these bytes.</summary>
public sealed class HttpRpcTransportTests
{
    private static readonly RpcOptions Once = new() { MaxAttempts = 1 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Posts_json_to_the_address()
    {
        SeenRequest? seen = null;
        await using var server = TestServer.Http(request =>
        {
            seen = request;
            return Ok(Say.Results(request.Message, _ => "\"0x5\""));
        });
        await using var client = EthereumClient.Connect(server.HttpUrl, Once);

        Assert.Equal(5ul, (await client.GetBlockNumberAsync(Token)).Value);

        Assert.Equal("/v3/0123456789abcdef", seen!.Path);
        Assert.Equal("application/json", seen.Headers["Content-Type"]);
        Assert.Matches("""^\{"jsonrpc":"2.0","id":\d+,"method":"eth_blockNumber","params":\[\]\}$""", Encoding.UTF8.GetString(seen.Body));
    }

    [Fact]
    public async Task Has_no_subscriptions()
    {
        await using var client = EthereumClient.Connect(new Uri("http://127.0.0.1:1/"));

        Assert.Throws<InvalidOperationException>(() => client.Subscriptions());
    }

    [Fact]
    public async Task Sends_user_information_and_headers_as_headers()
    {
        SeenRequest? seen = null;
        await using var server = TestServer.Http(request =>
        {
            seen = request;
            return Ok(Say.Results(request.Message, _ => "\"0x5\""));
        });
        var address = new UriBuilder(server.HttpUrl) { UserName = "Aladdin", Password = "open%20sesame" }.Uri;
        var options = new RpcTransportOptions { Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Api-Key"] = "k" } };
        await using var client = EthereumClient.Connect(address, Once, options);

        await client.GetBlockNumberAsync(Token);

        Assert.Equal("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", seen!.Headers["Authorization"]);
        Assert.Equal("k", seen.Headers["X-Api-Key"]);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Reads_compressed_answers(string encoding)
    {
        await using var server = TestServer.Http(request =>
            (200, $"Content-Encoding: {encoding}\r\n", Compress(encoding, Encoding.UTF8.GetBytes(Say.Results(request.Message, _ => "\"0x5\"")))));
        await using var client = EthereumClient.Connect(server.HttpUrl, Once);

        Assert.Equal(5ul, (await client.GetBlockNumberAsync(Token)).Value);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Stops_reading_a_compressed_answer_that_would_fill_the_memory(string encoding)
    {
        var bomb = Compress(encoding, new byte[64 * 1024 * 1024]);
        Assert.True(bomb.Length < 1024 * 1024);
        await using var server = TestServer.Http(_ => (200, $"Content-Encoding: {encoding}\r\n", bomb));
        await using var client = EthereumClient.Connect(server.HttpUrl, Once, new RpcTransportOptions { MaxAnswerBytes = 2 * 1024 * 1024 });

        Assert.Equal(new RpcError.Oversize(2 * 1024 * 1024), await ErrorOf(client));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Calls_broken_compression_malformed(string encoding)
    {
        await using var server = TestServer.Http(_ => (200, $"Content-Encoding: {encoding}\r\n", "this is not compressed at all"u8.ToArray()));
        await using var client = EthereumClient.Connect(server.HttpUrl, Once);

        Assert.IsType<RpcError.Malformed>(await ErrorOf(client));
    }

    [Theory]
    [InlineData(1024, false)]
    [InlineData(1025, true)]
    public async Task Reads_up_to_the_limit_and_no_further(int length, bool isTooLong)
    {
        await using var server = TestServer.Raw(async (request, stream, token) =>
        {
            var answer = Say.Results(request.Message, _ => "\"0x5\"");
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8.ToArray(), token);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer.PadRight(length)), token);
        });
        await using var client = EthereumClient.Connect(server.HttpUrl, Once, new RpcTransportOptions { MaxAnswerBytes = 1024 });

        var result = await client.TrySendAsync(Eth.BlockNumber(), Token);

        Assert.Equal(isTooLong ? new RpcError.Oversize(1024) : null, result.Error);
    }

    [Fact]
    public async Task Does_not_begin_to_read_an_answer_that_is_announced_too_long()
    {
        await using var server = TestServer.Raw((_, stream, token) =>
            stream.WriteAsync(Encoding.ASCII.GetBytes(TestServer.Head(200, "", 2_000_000_000)), token).AsTask());
        await using var client = EthereumClient.Connect(server.HttpUrl, Once, new RpcTransportOptions { MaxAnswerBytes = 1024 });

        Assert.Equal(new RpcError.Oversize(1024), await ErrorOf(client));
    }

    [Fact]
    public async Task Tells_an_answer_that_broke_off()
    {
        await using var server = TestServer.Raw(async (request, stream, token) =>
        {
            var answer = Encoding.UTF8.GetBytes(Say.Results(request.Message, _ => "\"0x5\""));
            await stream.WriteAsync(Encoding.ASCII.GetBytes(TestServer.Head(200, "", answer.Length)), token);
            await stream.WriteAsync(answer.AsMemory(0, answer.Length / 2), token);
        });
        await using var client = EthereumClient.Connect(server.HttpUrl, Once);

        Assert.True(Assert.IsType<RpcError.Transport>(await ErrorOf(client)).MayHaveArrived);
    }

    [Fact]
    public async Task Tells_a_connection_that_closed_without_an_answer()
    {
        await using var server = TestServer.Raw((_, _, _) => Task.CompletedTask);
        await using var client = EthereumClient.Connect(server.HttpUrl, Once);

        Assert.True(Assert.IsType<RpcError.Transport>(await ErrorOf(client)).MayHaveArrived);
    }

    [Fact]
    public async Task Knows_that_a_refused_connection_carried_nothing()
    {
        var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Dispose();
        await using var client = EthereumClient.Connect(new Uri($"http://127.0.0.1:{port}/v3/0123456789abcdef"), Once);

        var error = Assert.IsType<RpcError.Transport>(await ErrorOf(client));

        Assert.False(error.MayHaveArrived);
        Assert.DoesNotContain("0123456789abcdef", error.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gives_up_on_a_server_that_never_takes_the_connection()
    {
        // Whoever connects beyond the backlog hears nothing.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var fillers = Enumerable.Range(0, 4).Select(_ => new TcpClient()).ToList();
        _ = fillers.Select(filler => filler.ConnectAsync((IPEndPoint)listener.LocalEndPoint!)).ToList();
        var options = new RpcTransportOptions { ConnectTimeout = TimeSpan.FromMilliseconds(100) };
        await using var client = EthereumClient.Connect(new Uri($"http://{listener.LocalEndPoint}/"), Once, options);

        Assert.Equal(new RpcError.Transport("no connection in time", MayHaveArrived: false), await ErrorOf(client));
        fillers.ForEach(filler => filler.Dispose());
    }

    [Fact]
    public async Task Gives_up_on_a_server_that_does_not_answer()
    {
        var asked = new TaskCompletionSource();
        await using var server = TestServer.Raw(async (_, _, token) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, token);
        });
        var time = new ManualTime();
        await using var client = EthereumClient.Connect(server.HttpUrl, Once with { AttemptTimeout = TimeSpan.FromSeconds(20) }, time: time);

        var call = client.TrySendAsync(Eth.BlockNumber(), Token);
        await asked.Task;
        time.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(new RpcError.Timeout(TimeSpan.FromSeconds(20)), (await call).Error);
    }

    [Fact]
    public async Task Gives_up_on_a_server_that_sends_its_answer_for_ever()
    {
        var asked = new TaskCompletionSource();
        await using var server = TestServer.Raw(async (_, stream, token) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(TestServer.Head(200, "", 1000) + "{"), token);
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, token);
        });
        await using var client = EthereumClient.Connect(server.HttpUrl, Once);
        using var cancellation = new CancellationTokenSource();

        var call = client.GetBlockNumberAsync(cancellation.Token);
        await asked.Task;
        await cancellation.CancelAsync();

        await Assert.ThrowsAsync<TaskCanceledException>(() => call);
    }

    [Theory]
    [InlineData("Retry-After: 7\r\n", 7)]
    [InlineData("Retry-After: Tue, 01 Jan 2030 00:00:09 GMT\r\n", 9)]
    [InlineData("Retry-After: Mon, 01 Jan 2029 00:00:00 GMT\r\n", 0)]
    public async Task Hears_how_long_a_server_wants_to_be_left_alone(string header, int seconds)
    {
        await using var server = TestServer.Http(_ => (429, header, "slow down"u8.ToArray()));
        await using var client = EthereumClient.Connect(server.HttpUrl, Once, time: new ManualTime());

        Assert.Equal(TimeSpan.FromSeconds(seconds), Assert.IsType<RpcError.RateLimited>(await ErrorOf(client)).RetryAfter);
    }

    [Fact]
    public async Task Makes_no_sense_of_a_wait_that_is_none()
    {
        await using var server = TestServer.Http(_ => (429, "Retry-After: soon\r\n", []));
        await using var client = EthereumClient.Connect(server.HttpUrl, Once);

        Assert.Null(Assert.IsType<RpcError.RateLimited>(await ErrorOf(client)).RetryAfter);
    }

    [Fact]
    public async Task Shows_the_beginning_of_a_gateways_page_but_no_key()
    {
        await using var server = TestServer.Http(_ => (502, "", "<html>no backend for 0123456789abcdef</html>"u8.ToArray()));
        await using var client = EthereumClient.Connect(server.HttpUrl, Once);

        Assert.Equal(
            new RpcError.Transport("HTTP 502: malformed answer: not JSON but '<html>no backend for ***</html>'", 502), await ErrorOf(client));
    }

    [Fact]
    public async Task Takes_a_json_error_over_a_status_that_says_no_more()
    {
        await using var server = TestServer.Http(request => (404, "", Encoding.UTF8.GetBytes(Say.Error(request.Message.Only.Id, -32601, "no such method"))));
        await using var client = EthereumClient.Connect(server.HttpUrl, Once);

        Assert.Equal(new RpcError.Provider(-32601, "no such method"), await ErrorOf(client));
    }

    [Fact]
    public async Task Takes_a_status_that_may_pass_over_the_json_error_in_it_and_keeps_its_words()
    {
        await using var server = TestServer.Http(request => (503, "", Encoding.UTF8.GetBytes(Say.Error(request.Message.Only.Id, -32000, "nonce too low"))));
        await using var client = EthereumClient.Connect(server.HttpUrl, Once);

        var error = Assert.IsType<RpcError.Transport>(await ErrorOf(client));

        Assert.Equal((503, "HTTP 503: error -32000: nonce too low"), (error.HttpStatus, error.Explanation));
        Assert.Equal(SendErrorKind.NonceTooLow, SendErrorClassifier.Classify(error));
    }

    [Fact]
    public async Task Takes_a_revert_over_whatever_status_came_with_it()
    {
        await using var server = TestServer.Http(request =>
            (500, "", Encoding.UTF8.GetBytes(Say.Error(request.Message.Only.Id, 3, "execution reverted", "\"0x\""))));
        await using var client = EthereumClient.Connect(server.HttpUrl, Once);

        Assert.Equal(new RpcError.Reverted(default, "execution reverted"), await ErrorOf(client));
    }

    [Fact]
    public async Task Never_repeats_the_headers_that_it_was_given()
    {
        await using var server = TestServer.Http(request =>
            (502, "", Encoding.UTF8.GetBytes($"no backend for {request.Headers["Authorization"]} and {request.Headers["X-Tenant"]}")));
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Authorization"] = "Bearer hunter2", ["X-Tenant"] = "t7" };
        await using var client = EthereumClient.Connect(server.HttpUrl, Once, new RpcTransportOptions { Headers = headers });

        Assert.Equal("HTTP 502: malformed answer: not JSON but 'no backend for *** and ***'", (await ErrorOf(client))?.Explanation);
    }

    [Fact]
    public async Task Does_not_follow_a_redirect_with_its_key()
    {
        await using var elsewhere = TestServer.Http(_ => throw new InvalidOperationException("Nobody may come here."));
        await using var server = TestServer.Http(_ => (307, $"Location: {elsewhere.HttpUrl}\r\n", []));
        await using var client = EthereumClient.Connect(server.HttpUrl, Once);

        Assert.Equal(307, Assert.IsType<RpcError.Transport>(await ErrorOf(client)).HttpStatus);
    }

    [Fact]
    public async Task Recovers_when_the_server_does()
    {
        var asked = 0;
        await using var server = TestServer.Http(request =>
            Interlocked.Increment(ref asked) < 3 ? (503, "", []) : Ok(Say.Results(request.Message, _ => "\"0x5\"")));
        await using var client = EthereumClient.Connect(server.HttpUrl, time: new ManualTime());

        Assert.Equal(5ul, (await client.GetBlockNumberAsync(Token)).Value);
    }

    [Fact]
    public async Task Survives_headers_without_end()
    {
        await using var server = TestServer.Raw(async (_, stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray(), token);
            var header = Encoding.ASCII.GetBytes($"X-Long: {new string('a', 1000)}\r\n");
            for (var i = 0; i < 1000; i++)
                await stream.WriteAsync(header, token);
        });
        await using var client = EthereumClient.Connect(server.HttpUrl, Once);

        Assert.IsType<RpcError.Transport>(await ErrorOf(client));
    }

    private static async Task<RpcError?> ErrorOf(EthereumClient client) => (await client.TrySendAsync(Eth.BlockNumber(), Token)).Error;

    private static (int Status, string Headers, byte[] Body) Ok(string json) => (200, "", Encoding.UTF8.GetBytes(json));

    private static byte[] Compress(string encoding, byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (Stream stream = encoding switch
        {
            "gzip" => new GZipStream(compressed, CompressionLevel.Optimal),
            "br" => new BrotliStream(compressed, CompressionLevel.Fastest),
            _ => new ZLibStream(compressed, CompressionLevel.Optimal),
        })
        {
            stream.Write(bytes);
        }

        return compressed.ToArray();
    }
}
