using System.Text;

namespace OpenGradient.PrivateRequests.Chunked;

/// <summary>
/// What goes into the keys, so that content of one kind, or a message that is not in chunks, is never opened as another (RFC 9458, section 4.6).
/// </summary>
public sealed class ChunkLabels
{
    private ChunkLabels(string request, string response) => (Request, Response) = (Encoding.ASCII.GetBytes(request), Encoding.ASCII.GetBytes(response));

    /// <summary>Of the draft: the content is Binary HTTP.</summary>
    public static ChunkLabels BinaryHttp { get; } = new("message/bhttp chunked request", "message/bhttp chunked response");

    /// <summary>Of private requests: the content is a question, and an answer in frames.</summary>
    public static ChunkLabels Private { get; } = new("message/ai-relay chunked request", "message/ai-relay chunked response");

    internal byte[] Request { get; }

    internal byte[] Response { get; }

    internal byte[] InfoOf(byte[] header) => [.. Request, 0, .. header];
}
