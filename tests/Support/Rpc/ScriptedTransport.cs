using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Support.Rpc;

/// <summary>One request as an endpoint sees it.</summary>
public sealed record SeenCall(long Id, string Method, JsonElement Parameters);

/// <summary>One message as an endpoint sees it.</summary>
public sealed record SeenMessage(bool IsBatch, IReadOnlyList<SeenCall> Calls)
{
    /// <summary>The only call of a message that is no batch.</summary>
    public SeenCall Only => Calls.Single();

    public static SeenMessage Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var isBatch = document.RootElement.ValueKind == JsonValueKind.Array;
        return new SeenMessage(isBatch, isBatch ? [.. document.RootElement.EnumerateArray().Select(ReadCall)] : [ReadCall(document.RootElement)]);
    }

    private static SeenCall ReadCall(JsonElement call) => new(
        call.GetProperty("id").GetInt64(), call.GetProperty("method").GetString()!, call.GetProperty("params").Clone());
}

/// <summary>What endpoints say, as JSON.</summary>
public static class Say
{
    public static string Result(long id, string result) => $$"""{"jsonrpc":"2.0","id":{{id}},"result":{{result}}}""";

    public static string Error(long? id, int code, string message, string? data = null)
    {
        var tail = data is null ? "" : $",\"data\":{data}";
        return $"{{\"jsonrpc\":\"2.0\",\"id\":{id?.ToString() ?? "null"},\"error\":{{\"code\":{code},\"message\":\"{message}\"{tail}}}}}";
    }

    /// <summary>The same result to every call of a message, in the form of the message.</summary>
    public static string Results(SeenMessage message, Func<SeenCall, string> result) =>
        message.IsBatch
            ? $"[{string.Join(',', message.Calls.Select(call => Result(call.Id, result(call))))}]"
            : Result(message.Only.Id, result(message.Only));

    public static RpcReply Body(string text, int? httpStatus = 200, TimeSpan? retryAfter = null) =>
        Body(Encoding.UTF8.GetBytes(text), httpStatus, retryAfter);

    public static RpcReply Body(ReadOnlySpan<byte> text, int? httpStatus = 200, TimeSpan? retryAfter = null)
    {
        var buffer = new AnswerBuffer(int.MaxValue / 2);
        while (!text.IsEmpty)
        {
            var room = buffer.Room().Span;
            var count = Math.Min(room.Length, text.Length);
            text[..count].CopyTo(room);
            buffer.TryAdvance(count);
            text = text[count..];
        }

        return RpcReply.Of(buffer, httpStatus, retryAfter);
    }
}

/// <summary>An endpoint in this process that answers as a test says. Counts what it is asked.</summary>
public sealed class ScriptedTransport(Func<SeenMessage, CancellationToken, Task<RpcReply>> answer) : IRpcTransport
{
    public ScriptedTransport(Func<SeenMessage, RpcReply> answer)
        : this((message, _) => Task.FromResult(answer(message)))
    {
    }

    /// <summary>An endpoint that answers so the first time, so the second time, and so on; more must not be asked.</summary>
    public ScriptedTransport(params Func<SeenMessage, RpcReply>[] answers)
        : this(InTurn(answers))
    {
    }

    public RpcEndpoint Endpoint { get; } = new(new Uri("http://node.test/v3/0123456789abcdef"));

    public ConcurrentQueue<SeenMessage> Seen { get; } = new();

    public bool IsDisposed { get; private set; }

    public async ValueTask<RpcReply> SendAsync(RpcMessage message, CancellationToken cancellationToken)
    {
        var seen = SeenMessage.Read(message.Body);
        Seen.Enqueue(seen);
        return await answer(seen, cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    private static Func<SeenMessage, CancellationToken, Task<RpcReply>> InTurn(Func<SeenMessage, RpcReply>[] answers)
    {
        var next = -1;
        return (message, _) => Task.FromResult(answers[Interlocked.Increment(ref next)](message));
    }
}
