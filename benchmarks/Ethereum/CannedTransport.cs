using System.Buffers.Text;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Benchmarks.Ethereum;

/// <summary>Answers each call of a message with the same result, at once: what is left is the client's own work.</summary>
internal sealed class CannedTransport(byte[] result) : IRpcTransport
{
    private const int MaxIdDigits = 20;

    private static ReadOnlySpan<byte> Head => "{\"jsonrpc\":\"2.0\",\"id\":"u8;

    private static ReadOnlySpan<byte> BeforeResult => ",\"result\":"u8;

    public RpcEndpoint Endpoint { get; } = new(new Uri("http://127.0.0.1:1"));

    public ValueTask<RpcReply> SendAsync(RpcMessage message, CancellationToken cancellationToken)
    {
#pragma warning disable CA2000 // The reply takes the buffer over.
        var body = new AnswerBuffer(int.MaxValue - 1);
#pragma warning restore CA2000
        Span<byte> digits = stackalloc byte[MaxIdDigits];
        for (var i = 0; i < message.Count; i++)
        {
            Append(body, i > 0 ? ","u8 : message.Count > 1 ? "["u8 : []);
            Append(body, Head);
            Utf8Formatter.TryFormat(message.FirstId + i, digits, out var length);
            Append(body, digits[..length]);
            Append(body, BeforeResult);
            Append(body, result);
            Append(body, "}"u8);
        }

        Append(body, message.Count > 1 ? "]"u8 : []);
        return ValueTask.FromResult(RpcReply.Of(body));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static void Append(AnswerBuffer body, ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            var room = body.Room().Span;
            var length = Math.Min(room.Length, text.Length);
            text[..length].CopyTo(room);
            body.TryAdvance(length);
            text = text[length..];
        }
    }
}
