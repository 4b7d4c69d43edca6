namespace OpenGradient.Ethereum.Rpc;

/// <summary>What came back for a message: a body, or why there is none. Dispose it to give the body's memory back.</summary>
public sealed class RpcReply : IDisposable
{
    private readonly AnswerBuffer? _body;

    private RpcReply(AnswerBuffer? body, RpcError? error, int? httpStatus, TimeSpan? retryAfter)
    {
        _body = body;
        Error = error;
        HttpStatus = httpStatus;
        RetryAfter = retryAfter;
    }

    /// <summary>Null when there is a body.</summary>
    public RpcError? Error { get; }

    /// <summary>Valid until this is disposed.</summary>
    public ReadOnlyMemory<byte> Body => _body?.Written ?? default;

    /// <summary>Null over a transport without such.</summary>
    public int? HttpStatus { get; }

    public TimeSpan? RetryAfter { get; }

    public static RpcReply Failed(RpcError error) => new(null, error, null, null);

    /// <summary>Takes the buffer over.</summary>
    public static RpcReply Of(AnswerBuffer body, int? httpStatus = null, TimeSpan? retryAfter = null) => new(body, null, httpStatus, retryAfter);

    public void Dispose() => _body?.Dispose();
}
