using System.Buffers.Text;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>What goes to an endpoint at once: one request as an object, or several as an array. Its calls have consecutive ids.</summary>
/// <param name="Body">JSON as UTF-8.</param>
/// <param name="FirstId">The id of the first call; no other message of this process has it.</param>
/// <param name="Count">How many calls.</param>
public sealed record RpcMessage(ReadOnlyMemory<byte> Body, long FirstId, int Count)
{
    private const int MaxIdDigits = 20;
    private static long LastId;

    private static ReadOnlySpan<byte> Head => "{\"jsonrpc\":\"2.0\",\"id\":"u8;

    private static ReadOnlySpan<byte> BeforeMethod => ",\"method\":\""u8;

    private static ReadOnlySpan<byte> BeforeParameters => "\",\"params\":"u8;

    /// <summary>Writes the calls with ids that were never used.</summary>
    public static RpcMessage Of(IReadOnlyList<RpcCall> calls)
    {
        if (calls.Count == 0)
            throw new ArgumentException("A message has at least one call.", nameof(calls));
        var firstId = Interlocked.Add(ref LastId, calls.Count) - calls.Count + 1;
        var length = 2;
        foreach (var call in calls)
            length += Head.Length + MaxIdDigits + BeforeMethod.Length + call.Method.Length + BeforeParameters.Length + call.Parameters.Length + 2;

        var body = new byte[length];
        var end = 0;
        if (calls.Count > 1)
            body[end++] = (byte)'[';
        for (var i = 0; i < calls.Count; i++)
        {
            if (i > 0)
                body[end++] = (byte)',';
            Append(Head);
            Utf8Formatter.TryFormat(firstId + i, body.AsSpan(end), out var digits);
            end += digits;
            Append(BeforeMethod);
            end += System.Text.Encoding.ASCII.GetBytes(calls[i].Method, body.AsSpan(end));
            Append(BeforeParameters);
            Append(calls[i].Parameters.Span);
            body[end++] = (byte)'}';
        }

        if (calls.Count > 1)
            body[end++] = (byte)']';
        return new RpcMessage(body.AsMemory(0, end), firstId, calls.Count);

        void Append(ReadOnlySpan<byte> text)
        {
            text.CopyTo(body.AsSpan(end));
            end += text.Length;
        }
    }
}
