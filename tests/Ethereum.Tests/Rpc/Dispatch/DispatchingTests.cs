using OpenGradient.Ethereum.Rpc;
using OpenGradient.Support;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Ethereum.Tests.Rpc.Dispatch;

/// <summary>Concurrency, coalescing, cancellation and disposal.</summary>
public sealed class DispatchingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sends_a_call_at_once_and_alone_while_there_is_room()
    {
        var transport = new ScriptedTransport(message => Say.Body(Say.Results(message, _ => "\"0x5\"")));
        await using var client = new EthereumClient(transport);

        Assert.Equal(5ul, (await client.GetBlockNumberAsync(Token)).Value);

        Assert.False(transport.Seen.Single().IsBatch);
    }

    [Fact]
    public async Task Lets_no_more_messages_out_than_allowed_and_joins_those_that_wait()
    {
        var gate = new TaskCompletionSource();
        var under = 0;
        var most = 0;
        var transport = new ScriptedTransport(async (message, token) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref under));
            await gate.Task.WaitAsync(token);
            Interlocked.Decrement(ref under);
            return Say.Body(Say.Results(message, call => call.Parameters[0].GetRawText()));
        });
        await using var client = new EthereumClient(transport, new RpcOptions { MaxConcurrency = 2, MaxBatchSize = 10 });

        var answers = Enumerable.Range(0, 27).Select(i => client.SendAsync(Echo(i), Token)).ToArray();
        gate.SetResult();

        Assert.Equal(Enumerable.Range(0, 27), await Task.WhenAll(answers));
        Assert.Equal(2, most);
        Assert.Equal([1, 1, 5, 10, 10], transport.Seen.Select(message => message.Calls.Count).Order());
    }

    [Fact]
    public async Task Sends_calls_with_long_answers_alone_even_when_they_waited()
    {
        var gate = new TaskCompletionSource();
        var transport = new ScriptedTransport(async (message, token) =>
        {
            await gate.Task.WaitAsync(token);
            return Say.Body(Say.Results(message, call => call.Parameters[0].GetRawText()));
        });
        await using var client = new EthereumClient(transport, new RpcOptions { MaxConcurrency = 1 });

        var answers = Enumerable.Range(0, 6).Select(i => client.SendAsync(Echo(i, isHeavy: i == 3), Token)).ToArray();
        gate.SetResult();
        await Task.WhenAll(answers);

        Assert.Equal([1, 2, 1, 2], transport.Seen.Select(message => message.Calls.Count));
    }

    [Fact]
    public async Task Says_that_the_queue_is_full()
    {
        var gate = new TaskCompletionSource();
        var transport = new ScriptedTransport(async (message, token) =>
        {
            await gate.Task.WaitAsync(token);
            return Say.Body(Say.Results(message, _ => "1"));
        });
        await using var client = new EthereumClient(transport, new RpcOptions { MaxConcurrency = 1, QueueLimit = 2 });

        var calls = Enumerable.Range(0, 4).Select(i => client.TrySendAsync(Echo(i), Token)).ToArray();
        Assert.Equal(new RpcError.Overloaded(2), (await calls[3]).Error);
        gate.SetResult();

        Assert.All(await Task.WhenAll(calls[..3]), result => Assert.Null(result.Error));
    }

    [Fact]
    public async Task Cancels_one_call_of_a_message_promptly_and_leaves_the_others_alone()
    {
        var gate = new TaskCompletionSource();
        var first = new TaskCompletionSource();
        var transport = new ScriptedTransport(async (message, token) =>
        {
            await (message.IsBatch ? gate : first).Task.WaitAsync(token);
            return Say.Body(Say.Results(message, call => call.Parameters[0].GetRawText()));
        });
        await using var client = new EthereumClient(transport, new RpcOptions { MaxConcurrency = 1 });
        using var cancellation = new CancellationTokenSource();

        var opening = client.SendAsync(Echo(0), Token);
        var cancelled = client.SendAsync(Echo(1), cancellation.Token);
        var kept = client.SendAsync(Echo(2), Token);
        first.SetResult();
        await opening;
        await cancellation.CancelAsync();

        await Assert.ThrowsAsync<TaskCanceledException>(() => cancelled);
        Assert.False(kept.IsCompleted);
        gate.SetResult();
        Assert.Equal(2, await kept);
    }

    [Fact]
    public async Task Gives_a_message_up_when_nobody_waits_for_it()
    {
        var given = new TaskCompletionSource();
        var started = new TaskCompletionSource();
        var transport = new ScriptedTransport(async (_, token) =>
        {
            started.SetResult();
            await using var registration = token.Register(given.SetResult);
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException("It was cancelled.");
        });
        await using var client = new EthereumClient(transport);
        using var cancellation = new CancellationTokenSource();

        var call = client.GetBlockNumberAsync(cancellation.Token);
        await started.Task;
        await cancellation.CancelAsync();

        await Assert.ThrowsAsync<TaskCanceledException>(() => call);
        await given.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task Sends_nothing_for_a_token_that_is_cancelled_already()
    {
        var transport = new ScriptedTransport(_ => throw new InvalidOperationException("Nobody asks."));
        await using var client = new EthereumClient(transport);

        await Assert.ThrowsAsync<OperationCanceledException>(() => client.GetBlockNumberAsync(new CancellationToken(canceled: true)));

        Assert.Empty(transport.Seen);
    }

    [Fact]
    public async Task Ends_calls_under_way_when_it_is_disposed()
    {
        var transport = new ScriptedTransport(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException("It was cancelled.");
        });
        var client = new EthereumClient(transport);
        var call = client.GetBlockNumberAsync(Token);

        await client.DisposeAsync();
        await client.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => call);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.GetBlockNumberAsync(Token));
        Assert.True(transport.IsDisposed);
    }

    [Fact]
    public async Task Ends_calls_that_wait_for_their_turn_when_it_is_disposed()
    {
        var transport = new ScriptedTransport(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException("It was cancelled.");
        });
        var client = new EthereumClient(transport, new RpcOptions { MaxConcurrency = 1, TotalTimeout = TimeSpan.FromSeconds(20) });
        var calls = Enumerable.Range(0, 5).Select(i => client.TrySendAsync(Echo(i, isHeavy: true), Token)).ToArray();

        await client.DisposeAsync();

        foreach (var call in calls)
            await Assert.ThrowsAsync<ObjectDisposedException>(() => call);
        Assert.Single(transport.Seen);
    }

    [Fact]
    public async Task Passes_a_bug_in_a_reader_on_to_the_caller()
    {
        var transport = new ScriptedTransport(message => Say.Body(Say.Results(message, _ => "1")));
        await using var client = new EthereumClient(transport);

        await Assert.ThrowsAsync<NotSupportedException>(() =>
            client.SendAsync(RpcCall.Create<int>("x_y", null, (ref System.Text.Json.Utf8JsonReader _) => throw new NotSupportedException()), Token));
    }

    [Fact]
    public async Task Takes_calls_of_different_kinds_in_one_batch()
    {
        var transport = new ScriptedTransport(message => Say.Body(Say.Results(message, call => call.Method == "eth_blockNumber" ? "\"0x5\"" : "\"0x7a69\"")));
        await using var client = new EthereumClient(transport);

        var batch = client.CreateBatch();
        var number = batch.Add(Eth.BlockNumber());
        var chain = batch.Add(Eth.ChainId());
        Assert.Throws<InvalidOperationException>(() => number.Result);
        await batch.SendAsync(Token);

        Assert.Equal((5ul, 31337ul), (number.Value.Value, chain.Value.Value));
        Assert.Equal(2, transport.Seen.Single().Calls.Count);
        Assert.Throws<InvalidOperationException>(() => batch.Add(Eth.ChainId()));
    }

    [Fact]
    public async Task Observes_each_attempt_without_secrets()
    {
        var seen = new List<RpcAttempt>();
        var transport = new ScriptedTransport(
            _ => RpcReply.Failed(new RpcError.Transport("broken")), message => Say.Body(Say.Results(message, _ => "\"0x5\"")));
        await using var client = new EthereumClient(transport, new RpcOptions { Observe = seen.Add }, new ManualTime());

        await client.GetBlockNumberAsync(Token);

        Assert.Equal([new RpcError.Transport("broken"), null], seen.Select(attempt => attempt.Error));
        Assert.All(seen, attempt => Assert.Equal(("http://node.test", "eth_blockNumber", 1), (attempt.Endpoint, attempt.Method, attempt.Calls)));
    }

    private static RpcCall<int> Echo(int number, bool isHeavy = false) =>
        RpcCall.Create("test_echo", json => json.WriteNumberValue(number), static (ref System.Text.Json.Utf8JsonReader reader) => reader.GetInt32())
            .With(isHeavy);
}

file static class CallExtensions
{
    public static RpcCall<T> With<T>(this RpcCall<T> call, bool isHeavy) => new(call.Method, call.Parameters, call.Read) { IsHeavy = isHeavy };
}
