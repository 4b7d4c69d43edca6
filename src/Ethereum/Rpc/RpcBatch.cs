namespace OpenGradient.Ethereum.Rpc;

/// <summary>
/// Calls of different kinds that travel together: in one message if the endpoint takes as many, else in several. Each call succeeds or
/// fails by itself. For one use by one thread.
/// </summary>
public sealed class RpcBatch
{
    private readonly Dispatcher _dispatcher;
    private readonly string _endpoint;
    private readonly List<PendingCall> _calls = [];
    private bool _isSent;

    internal RpcBatch(Dispatcher dispatcher, string endpoint)
    {
        _dispatcher = dispatcher;
        _endpoint = endpoint;
    }

    /// <summary>Adds a call; what is returned has its result once the batch was sent.</summary>
    public BatchedCall<T> Add<T>(RpcCall<T> call)
    {
        if (_isSent)
            throw new InvalidOperationException("The batch was sent already.");

        var pending = new PendingCall<T>(call);
        _calls.Add(pending);
        return new BatchedCall<T>(pending, _endpoint);
    }

    /// <summary>Sends the calls and returns when each has its result. Throws only for a cancelled token or a disposed client.</summary>
    public Task SendAsync(CancellationToken cancellationToken = default)
    {
        if (_isSent)
            throw new InvalidOperationException("The batch was sent already.");

        _isSent = true;
        return _calls.Count == 0 ? Task.CompletedTask : _dispatcher.SendAllAsync(_calls, cancellationToken);
    }
}

/// <summary>A call's place in a batch.</summary>
public sealed class BatchedCall<T>
{
    private readonly PendingCall<T> _pending;
    private readonly string _endpoint;

    internal BatchedCall(PendingCall<T> pending, string endpoint)
    {
        _pending = pending;
        _endpoint = endpoint;
    }

    /// <summary>The value, or why there is none.</summary>
    public RpcResult<T> Result => _pending.IsOver
        ? _pending.End.GetAwaiter().GetResult()
        : throw new InvalidOperationException("The batch has not been sent, or has not ended.");

    /// <summary>The value, or <see cref="RpcException"/>.</summary>
    public T Value => Result.ValueOrThrow(_endpoint, _pending.Call.Method);
}
