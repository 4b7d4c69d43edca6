using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>
/// Sends messages over one WebSocket connection that all calls share. It is opened when it is needed and again after it broke; what was
/// under way then fails, and is sent again by whoever retries. A connection on which pings stay unanswered counts as broken.
/// </summary>
[SuppressMessage("Reliability", "CA2000", Justification = "Replies and the connection are handed to whoever asked for them.")]
public sealed class WebSocketRpcTransport : ISubscriptionTransport
{
    private readonly RpcTransportOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private Task<ConnectResult>? _connection;
    private bool _isDisposed;

    public WebSocketRpcTransport(RpcEndpoint endpoint, RpcTransportOptions? options = null, TimeProvider? time = null)
    {
        if (!endpoint.IsWebSocket)
            throw new ArgumentException("This address is not for WebSocket.", nameof(endpoint));

        _options = options ?? new RpcTransportOptions();
        _options.Validate();
        Endpoint = endpoint.Hiding(_options.Headers.Values);
        _time = time ?? TimeProvider.System;
    }

    public RpcEndpoint Endpoint { get; }

    public async ValueTask<RpcReply> SendAsync(RpcMessage message, CancellationToken cancellationToken)
    {
        var (connection, error) = await ConnectedAsync(cancellationToken);
        return connection is null ? RpcReply.Failed(error!) : await connection.SendAsync(message, cancellationToken);
    }

    public async ValueTask<RpcResult<ISubscription>> SubscribeAsync(
        RpcMessage message, ISubscriptionSink sink, CancellationToken cancellationToken)
    {
        var (connection, error) = await ConnectedAsync(cancellationToken);
        return connection is null ? new RpcResult<ISubscription>(error!) : await connection.SubscribeAsync(message, sink, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Task<ConnectResult>? last;
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            last = _connection;
        }

        await _stopping.CancelAsync();
        await CloseAsync(last);
        _stopping.Dispose();
    }

    /// <summary>All who need a connection at the same time wait for the same one, each as long as it likes.</summary>
    private Task<ConnectResult> ConnectedAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_connection is null || IsUseless(_connection))
                _connection = ConnectAsync(_connection);
            return _connection.WaitAsync(cancellationToken);
        }
    }

    private static bool IsUseless(Task<ConnectResult> connection) =>
        connection.IsCompleted
        && (!connection.IsCompletedSuccessfully || connection.GetAwaiter().GetResult().Connection is not { IsOpen: true });

    private async Task<ConnectResult> ConnectAsync(Task<ConnectResult>? before)
    {
        // Whoever started this holds the gate until the first wait.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await CloseAsync(before);
        using var timeout = new CancellationTokenSource(_options.ConnectTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stopping.Token);
        var socket = new ClientWebSocket();
        try
        {
            Prepare(socket.Options);
            await socket.ConnectAsync(Endpoint.Address, either.Token);
            return new ConnectResult(new WebSocketConnection(socket, Endpoint, _options.MaxAnswerBytes), null);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            return new ConnectResult(null, new RpcError.Transport("no connection in time", MayHaveArrived: false));
        }
        catch (WebSocketException error)
        {
            var status = (int)socket.HttpStatusCode;
            socket.Dispose();
            return new ConnectResult(null, status == 429
                ? new RpcError.RateLimited("HTTP 429 to the connection")
                : new RpcError.Transport(Endpoint.Redact(Words(error)), status == 0 ? null : status, MayHaveArrived: false));
        }
        catch (Exception error)
        {
            // Such as a header that cannot be sent: it may be right the next time, and whoever asks is told as of any other failure.
            socket.Dispose();
            return new ConnectResult(null, new RpcError.Transport(Endpoint.Redact(Words(error)), MayHaveArrived: false));
        }
    }

    private void Prepare(ClientWebSocketOptions options)
    {
        options.KeepAliveInterval = _options.KeepAlive;
        options.KeepAliveTimeout = _options.KeepAlive;
        options.CollectHttpResponseDetails = true;
        if (Endpoint.Authorization is { } authorization)
            options.SetRequestHeader("Authorization", authorization);
        foreach (var (name, value) in _options.Headers)
            options.SetRequestHeader(name, value);
    }

    // However the last connection ended, it must not keep the next from being tried.
    private static async Task CloseAsync(Task<ConnectResult>? connecting)
    {
        if (connecting is null)
            return;

        await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (connecting.IsCompletedSuccessfully && (await connecting).Connection is { } connection)
            await connection.DisposeAsync();
    }

    private static string Words(Exception error) =>
        error.InnerException is { } inner ? $"{error.Message} {inner.Message}" : error.Message;

    /// <summary>A connection, or why there is none.</summary>
    private sealed record ConnectResult(WebSocketConnection? Connection, RpcError? Error);
}
