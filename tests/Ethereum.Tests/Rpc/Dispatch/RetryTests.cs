using OpenGradient.Ethereum.Rpc;
using OpenGradient.Support;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Ethereum.Tests.Rpc.Dispatch;

public sealed class RetryTests
{
    private static readonly RpcOptions Options = new()
    {
        MaxAttempts = 4,
        Backoff = new BackoffPolicy { First = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromSeconds(3) },
    };

    private readonly ManualTime _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Transient => [.. Replies.Where(reply => reply.Value.IsTransient).Select(reply => reply.Key)];

    public static TheoryData<string> Final => [.. Replies.Where(reply => !reply.Value.IsTransient).Select(reply => reply.Key)];

    private static Dictionary<string, (Func<SeenMessage, RpcReply> Reply, bool IsTransient)> Replies { get; } = new(StringComparer.Ordinal)
    {
        ["a broken connection"] = (_ => RpcReply.Failed(new RpcError.Transport("broken")), true),
        ["a timeout"] = (_ => RpcReply.Failed(new RpcError.Timeout(TimeSpan.FromSeconds(1))), true),
        ["HTTP 429"] = (_ => Say.Body("slow down", 429), true),
        ["HTTP 502 with a page"] = (_ => Say.Body("<html>502</html>", 502), true),
        ["HTTP 503"] = (_ => Say.Body("", 503), true),
        ["a page with 200"] = (_ => Say.Body("<html>maintenance</html>"), true),
        ["half an answer"] = (message => Say.Body(Say.Result(message.Only.Id, "\"0x5\"")[..20]), true),
        ["somebody else's answer"] = (message => Say.Body(Say.Result(message.Only.Id + 1, "\"0x5\"")), true),
        ["a rate limit in JSON"] = (message => Say.Body(Say.Error(message.Only.Id, -32005, "rate limit")), true),
        ["a busy node"] = (message => Say.Body(Say.Error(message.Only.Id, -32603, "service temporarily unavailable")), true),
        ["HTTP 500 with an error in JSON"] = (message => Say.Body(Say.Error(message.Only.Id, -32000, "no backend"), 500), true),
        ["HTTP 503 with an error in JSON"] = (message => Say.Body(Say.Error(message.Only.Id, -32601, "no such method"), 503), true),
        ["HTTP 503 with an error in JSON to nobody"] = (_ => Say.Body(Say.Error(null, -32603, "internal error"), 503), true),
        ["HTTP 408 with an error in JSON"] = (message => Say.Body(Say.Error(message.Only.Id, -32000, "upstream"), 408), true),
        ["HTTP 500 with a revert"] = (message => Say.Body(Say.Error(message.Only.Id, 3, "execution reverted", "\"0x\""), 500), false),
        ["HTTP 500 with too long a range"] =
            (message => Say.Body(Say.Error(message.Only.Id, -32000, "block range is too large, max is 1000 blocks"), 500), false),
        ["HTTP 501 with an error in JSON"] = (message => Say.Body(Say.Error(message.Only.Id, -32601, "no such method"), 501), false),
        ["HTTP 401"] = (_ => Say.Body("who are you", 401), false),
        ["HTTP 404"] = (_ => Say.Body("", 404), false),
        ["an unknown method"] = (message => Say.Body(Say.Error(message.Only.Id, -32601, "the method does not exist")), false),
        ["an unknown block"] = (message => Say.Body(Say.Error(message.Only.Id, -32000, "header not found")), false),
        ["a revert"] = (message => Say.Body(Say.Error(message.Only.Id, 3, "execution reverted", "\"0x\"")), false),
        ["too long an answer"] = (_ => RpcReply.Failed(new RpcError.Oversize(10)), false),
        ["an error of HTTP 400 with an answer in it"] = (message => Say.Body(Say.Error(message.Only.Id, -32602, "invalid params"), 400), false),
    };

    [Theory]
    [MemberData(nameof(Transient))]
    public async Task Tries_again_after(string name)
    {
        var transport = new ScriptedTransport(Replies[name].Reply, message => Say.Body(Say.Results(message, _ => "\"0x5\"")));
        await using var client = new EthereumClient(transport, Options, _time);

        Assert.Equal(5ul, (await client.GetBlockNumberAsync(Token)).Value);

        Assert.Equal(2, transport.Seen.Count);
        Assert.NotEqual(transport.Seen.First().Only.Id, transport.Seen.Last().Only.Id);
    }

    [Theory]
    [MemberData(nameof(Final))]
    public async Task Does_not_try_again_after(string name)
    {
        var transport = new ScriptedTransport(Replies[name].Reply);
        await using var client = new EthereumClient(transport, Options, _time);

        Assert.NotNull((await client.TrySendAsync(Eth.BlockNumber(), Token)).Error);

        Assert.Single(transport.Seen);
        Assert.Empty(_time.Leaps);
    }

    [Fact]
    public async Task Waits_longer_each_time_and_gives_up_with_the_last_reason()
    {
        var transport = new ScriptedTransport(_ => Say.Body("<html>502</html>", 502));
        await using var client = new EthereumClient(transport, Options, _time, new Random(1));

        var error = await Assert.ThrowsAsync<RpcException>(() => client.GetBlockNumberAsync(Token));

        Assert.Equal(new RpcError.Transport("HTTP 502: malformed answer: not JSON but '<html>502</html>'", 502), error.Error);
        Assert.Equal("eth_blockNumber at http://node.test: HTTP 502: malformed answer: not JSON but '<html>502</html>'", error.Message);
        Assert.Equal(4, transport.Seen.Count);
        Assert.Equal(3, _time.Leaps.Count);
        Assert.InRange(_time.Leaps[0].TotalSeconds, 0.5, 1);
        Assert.InRange(_time.Leaps[1].TotalSeconds, 1, 2);
        Assert.InRange(_time.Leaps[2].TotalSeconds, 1.5, 3);
    }

    [Fact]
    public async Task Waits_as_long_as_the_endpoint_asks()
    {
        var transport = new ScriptedTransport(
            _ => Say.Body("", 429, TimeSpan.FromSeconds(7)), message => Say.Body(Say.Results(message, _ => "\"0x5\"")));
        await using var client = new EthereumClient(transport, Options, _time);

        await client.GetBlockNumberAsync(Token);

        Assert.InRange(_time.Leaps.Single().TotalSeconds, 7.5, 8);
    }

    [Fact]
    public async Task Does_not_wait_for_what_would_come_too_late()
    {
        var transport = new ScriptedTransport(_ => Say.Body("", 429, TimeSpan.FromMinutes(5)));
        await using var client = new EthereumClient(transport, Options, _time);

        var result = await client.TrySendAsync(Eth.BlockNumber(), Token);

        Assert.Equal(TimeSpan.FromMinutes(5), Assert.IsType<RpcError.RateLimited>(result.Error).RetryAfter);
        Assert.Single(transport.Seen);
    }

    [Fact]
    public async Task Limits_each_attempt_and_the_whole_call()
    {
        var asked = new SemaphoreSlim(0);
        var transport = new ScriptedTransport(async (_, token) =>
        {
            asked.Release();
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException("It was cancelled.");
        });
        var options = Options with { AttemptTimeout = TimeSpan.FromSeconds(15), TotalTimeout = TimeSpan.FromSeconds(20) };
        await using var client = new EthereumClient(transport, options, _time);

        var call = client.TrySendAsync(Eth.BlockNumber(), Token);
        await asked.WaitAsync(Token);
        _time.Advance(TimeSpan.FromSeconds(15));
        await asked.WaitAsync(Token);
        Assert.False(call.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(new RpcError.Timeout(TimeSpan.FromSeconds(20)), (await call).Error);
        Assert.Equal(2, transport.Seen.Count);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public async Task Repeats_a_call_with_effects_only_if_it_certainly_did_not_arrive(bool mayHaveArrived, int expected)
    {
        var transport = new ScriptedTransport(
            _ => RpcReply.Failed(new RpcError.Transport("refused", MayHaveArrived: mayHaveArrived)), message => Say.Body(Say.Results(message, _ => "1")));
        await using var client = new EthereumClient(transport, Options, _time);
        var mine = new RpcCall<int>("evm_mine", "[]"u8.ToArray(), static (ref System.Text.Json.Utf8JsonReader _) => 1) { IsRepeatable = false };

        await client.TrySendAsync(mine, Token);

        Assert.Equal(expected, transport.Seen.Count);
    }

    [Fact]
    public async Task Never_retries_where_one_attempt_is_all_that_is_allowed()
    {
        var transport = new ScriptedTransport(_ => Say.Body("", 503));
        await using var client = new EthereumClient(transport, Options with { MaxAttempts = 1 }, _time);

        Assert.Equal(new RpcError.Transport("HTTP 503: malformed answer: an empty body", 503), (await client.TrySendAsync(Eth.BlockNumber(), Token)).Error);
        Assert.Single(transport.Seen);
    }

    [Fact]
    public void Judges_without_doing_anything()
    {
        var halved = RetryPolicy.DelayAfter(Options, new RpcError.Transport("x"), isRepeatable: true, attempt: 1, random: 0);

        Assert.Equal(TimeSpan.FromSeconds(0.5), halved);
        Assert.Null(RetryPolicy.DelayAfter(Options, new RpcError.Transport("x"), isRepeatable: true, attempt: 4, random: 0));
        Assert.Null(RetryPolicy.DelayAfter(Options, new RpcError.Provider(-32603, "query timeout, reduce the block range"), true, 1, 0));
        Assert.Null(RetryPolicy.DelayAfter(Options, new RpcError.Overloaded(1), true, 1, 0));
    }
}
