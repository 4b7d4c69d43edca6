using System.Text.Json;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Support;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Ethereum.Tests.Rpc.Dispatch;

/// <summary>What becomes of batches that endpoints refuse, shorten, reorder or answer in part.</summary>
public sealed class BatchTests
{
    private const int Calls = 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Refusals => [.. Endpoints.Keys];

    // Each takes no more than four calls in a message, and says so in its own way.
    private static Dictionary<string, Func<SeenMessage, RpcReply>> Endpoints { get; } = new(StringComparer.Ordinal)
    {
        ["one error for all"] = message => Say.Body(Say.Error(null, -32600, "batch too large")),
        ["one error in an array"] = message => Say.Body($"[{Say.Error(null, -32600, "batch too large")}]"),
        ["the first call is told"] = message => Say.Body($"[{Say.Error(message.Calls[0].Id, -32600, "batch too large")}]"),
        ["one error for all with HTTP 500"] = message => Say.Body(Say.Error(null, -32600, "batch too large"), 500),
        ["HTTP 413"] = _ => Say.Body("too large", 413),
        ["HTTP 400"] = _ => Say.Body("Bad Request", 400),
        ["each call that is too much is told"] = message => Say.Body(
            $"[{string.Join(',', message.Calls.Select((call, i) => i < 4 ? Echo(call) : Say.Error(call.Id, -32003, "response too large")))}]"),
        ["an answer over the limit"] = _ => RpcReply.Failed(new RpcError.Oversize(1000)),
        ["the first four only"] = message => Say.Body($"[{string.Join(',', message.Calls.Take(4).Select(Echo))}]"),
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Splits_a_batch_that_an_endpoint_refuses(string name)
    {
        var refusal = Endpoints[name];
        var transport = new ScriptedTransport(message => message.Calls.Count > 4 ? refusal(message) : Good(message));
        await using var client = new EthereumClient(transport, new RpcOptions { MaxAttempts = 6 }, new ManualTime());

        var results = await client.SendAllAsync(Enumerable.Range(0, Calls).Select(Echo), Token);

        Assert.Equal(Enumerable.Range(0, Calls), results);
        // 20, 2 of 10, 4 of 5, 8 of 2 or 3: never more than that.
        Assert.InRange(transport.Seen.Count, 5, 15);
    }

    [Theory]
    [InlineData("one error for all")]
    [InlineData("the first call is told")]
    [InlineData("HTTP 413")]
    public async Task Remembers_how_many_an_endpoint_takes(string name)
    {
        var refusal = Endpoints[name];
        var transport = new ScriptedTransport(message => message.Calls.Count > 4 ? refusal(message) : Good(message));
        await using var client = new EthereumClient(transport, null, new ManualTime());
        await client.SendAllAsync(Enumerable.Range(0, Calls).Select(Echo), Token);
        transport.Seen.Clear();

        await client.SendAllAsync(Enumerable.Range(0, Calls).Select(Echo), Token);

        Assert.All(transport.Seen, message => Assert.InRange(message.Calls.Count, 1, 4));
    }

    [Fact]
    public async Task Tries_larger_batches_again_after_many_that_went_well()
    {
        var most = 4;
        var transport = new ScriptedTransport(message => message.Calls.Count > most ? Say.Body("too large", 413) : Good(message));
        await using var client = new EthereumClient(transport, new RpcOptions { MaxBatchSize = Calls }, new ManualTime());
        await client.SendAllAsync(Enumerable.Range(0, Calls).Select(Echo), Token);

        most = Calls;
        for (var i = 0; i < 200; i++)
            await client.SendAllAsync(Enumerable.Range(0, Calls).Select(Echo), Token);

        Assert.Equal(Calls, transport.Seen.Last().Calls.Count);
    }

    [Theory]
    [InlineData(401, 1)]
    [InlineData(403, 1)]
    [InlineData(400, 39)]
    public async Task Does_not_unlearn_batches_where_an_endpoint_refuses_everything(int status, int expected)
    {
        var refuses = true;
        var transport = new ScriptedTransport(message => refuses ? Say.Body("no", status) : Good(message));
        await using var client = new EthereumClient(transport, null, new ManualTime());

        Assert.All(await client.TrySendAllAsync(Enumerable.Range(0, Calls).Select(Echo), Token), result => Assert.Equal(status, Assert.IsType<RpcError.Transport>(result.Error).HttpStatus));
        Assert.Equal(expected, transport.Seen.Count);
        refuses = false;
        transport.Seen.Clear();

        Assert.Equal(Enumerable.Range(0, Calls), await client.SendAllAsync(Enumerable.Range(0, Calls).Select(Echo), Token));
        Assert.Single(transport.Seen);
    }

    [Fact]
    public async Task Asks_singly_where_an_endpoint_takes_no_batches()
    {
        var transport = new ScriptedTransport(message => message.IsBatch ? Say.Body("Method Not Allowed", 405) : Good(message));
        await using var client = new EthereumClient(transport, null, new ManualTime());

        Assert.Equal(Enumerable.Range(0, Calls), await client.SendAllAsync(Enumerable.Range(0, Calls).Select(Echo), Token));
    }

    [Fact]
    public async Task Takes_answers_in_any_order()
    {
        var transport = new ScriptedTransport(message => Say.Body($"[{string.Join(',', message.Calls.Reverse().Select(Echo))}]"));
        await using var client = new EthereumClient(transport);

        Assert.Equal(Enumerable.Range(0, Calls), await client.SendAllAsync(Enumerable.Range(0, Calls).Select(Echo), Token));
        Assert.Single(transport.Seen);
    }

    [Fact]
    public async Task Tries_only_those_calls_again_that_failed()
    {
        var transport = new ScriptedTransport(
            message => Say.Body($"[{string.Join(',', message.Calls.Select((call, i) => i % 5 == 0 ? Say.Error(call.Id, 429, "rate limit") : Echo(call)))}]"),
            Good);
        await using var client = new EthereumClient(transport, null, new ManualTime());

        Assert.Equal(Enumerable.Range(0, Calls), await client.SendAllAsync(Enumerable.Range(0, Calls).Select(Echo), Token));
        Assert.Equal([20, 4], transport.Seen.Select(message => message.Calls.Count));
    }

    [Fact]
    public async Task Gives_each_call_its_own_result_or_error()
    {
        var transport = new ScriptedTransport(message => Say.Body(
            $"[{string.Join(',', message.Calls.Select((call, i) => i == 1 ? Say.Error(call.Id, 3, "execution reverted", "\"0x\"") : Echo(call)))}]"));
        await using var client = new EthereumClient(transport);

        var results = await client.TrySendAllAsync(Enumerable.Range(0, 3).Select(Echo), Token);

        Assert.Equal([null, new RpcError.Reverted(default, "execution reverted"), null], results.Select(result => result.Error));
    }

    [Fact]
    public async Task Never_repeats_calls_with_effects_because_their_batch_was_refused()
    {
        var transport = new ScriptedTransport(_ => RpcReply.Failed(new RpcError.Oversize(1000)));
        await using var client = new EthereumClient(transport, null, new ManualTime());
        var calls = Enumerable.Range(0, 3).Select(_ =>
            new RpcCall<int>("evm_mine", "[]"u8.ToArray(), static (ref Utf8JsonReader _) => 1) { IsRepeatable = false });

        Assert.All(await client.TrySendAllAsync(calls, Token), result => Assert.IsType<RpcError.Oversize>(result.Error));
        Assert.Single(transport.Seen);
    }

    [Fact]
    public async Task Sends_more_calls_than_fit_in_several_messages()
    {
        var transport = new ScriptedTransport(Good);
        await using var client = new EthereumClient(transport, new RpcOptions { MaxBatchSize = 8 });

        Assert.Equal(Enumerable.Range(0, Calls), await client.SendAllAsync(Enumerable.Range(0, Calls).Select(Echo), Token));
        Assert.Equal([8, 8, 4], transport.Seen.Select(message => message.Calls.Count).OrderDescending());
    }

    [Fact]
    public async Task Has_no_results_for_no_calls()
    {
        await using var client = new EthereumClient(new ScriptedTransport(Good));

        Assert.Empty(await client.SendAllAsync(Array.Empty<RpcCall<int>>(), Token));
    }

    private static RpcReply Good(SeenMessage message) => Say.Body(Say.Results(message, call => call.Parameters[0].GetRawText()));

    private static string Echo(SeenCall call) => Say.Result(call.Id, call.Parameters[0].GetRawText());

    private static RpcCall<int> Echo(int number) =>
        RpcCall.Create("test_echo", json => json.WriteNumberValue(number), static (ref Utf8JsonReader reader) => reader.GetInt32());
}
