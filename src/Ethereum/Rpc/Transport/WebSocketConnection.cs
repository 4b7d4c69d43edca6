using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using System.Text.Json;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>
/// One open WebSocket. A single loop receives and gives each message to whom it belongs: an answer by its id, a notification by its
/// subscription. What cannot belong to anybody ends the connection, because nothing on it can be told apart any more.
/// </summary>
[SuppressMessage("Reliability", "CA2000", Justification = "Buffers, replies and subscriptions are handed to whoever waits for them.")]
internal sealed class WebSocketConnection : IAsyncDisposable
{
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(1);

    // An endpoint that leaves so many requests to subscribe unanswered will answer none.
    private const int MaxAbandoned = 8;

    private readonly WebSocket _socket;
    private readonly RpcEndpoint _endpoint;
    private readonly int _limit;
    private readonly CancellationTokenSource _ended = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly Lock _gate = new();
    private readonly List<InFlight> _inFlight = [];
    private readonly Dictionary<string, ISubscriptionSink> _sinks = new(StringComparer.Ordinal);
    private readonly Task _receiving;
    private RpcError? _end;

    public WebSocketConnection(WebSocket socket, RpcEndpoint endpoint, int limit)
    {
        _socket = socket;
        _endpoint = endpoint;
        _limit = limit;
        _receiving = Task.Run(ReceiveAsync);
    }

    public bool IsOpen
    {
        get
        {
            lock (_gate)
                return _end is null;
        }
    }

    public Task<RpcReply> SendAsync(RpcMessage message, CancellationToken cancellationToken) =>
        ExchangeAsync(new InFlight(message, null), cancellationToken);

    public async Task<RpcResult<ISubscription>> SubscribeAsync(RpcMessage message, ISubscriptionSink sink, CancellationToken cancellationToken)
    {
        var waiting = new InFlight(message, sink);
        using var reply = await ExchangeAsync(waiting, cancellationToken);
        return waiting.Subscribed is { } subscribed ? subscribed
            : new RpcResult<ISubscription>(reply.Error ?? new RpcError.Malformed("no answer to a subscription"));
    }

    public async ValueTask DisposeAsync()
    {
        End(new RpcError.Transport("this client has closed the connection"));
        await _receiving;
        _socket.Dispose();
        _sending.Dispose();
        _ended.Dispose();
    }

    private async Task<RpcReply> ExchangeAsync(InFlight waiting, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_end is { } end)
                return RpcReply.Failed(end);
            _inFlight.Add(waiting);
        }

        try
        {
            // The caller may give up at any moment, which must not tear a frame that others' frames follow: sending goes on without it.
            await SendFrameAsync(waiting.Message.Body).WaitAsync(cancellationToken);
            return await waiting.Reply.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (waiting.Sink is not null)
        {
            Abandon(waiting);
            throw;
        }
        finally
        {
            lock (_gate)
            {
                if (!waiting.IsAbandoned)
                    _inFlight.Remove(waiting);
            }
        }
    }

    // The endpoint goes on to subscribe, so that its answer is still wanted: for the name under which it is asked to stop.
    private void Abandon(InFlight waiting)
    {
        int abandoned;
        lock (_gate)
        {
            waiting.IsAbandoned = true;
            abandoned = _inFlight.Count(request => request.IsAbandoned);
        }

        _ = StopWhenSubscribedAsync(waiting);
        if (abandoned > MaxAbandoned)
            End(new RpcError.Transport("the endpoint does not answer requests to subscribe"));
    }

    private static async Task StopWhenSubscribedAsync(InFlight waiting)
    {
        using var reply = await waiting.Reply.Task;
        if (waiting.Subscribed is { } result && result.TryGet(out var subscription, out _))
            await subscription.DisposeAsync();
    }

    private async Task SendFrameAsync(ReadOnlyMemory<byte> body)
    {
        try
        {
            await _sending.WaitAsync(_ended.Token);
            try
            {
                await _socket.SendAsync(body, WebSocketMessageType.Text, endOfMessage: true, _ended.Token);
            }
            finally
            {
                _sending.Release();
            }
        }
        catch (Exception error)
        {
            End(Broken(error));
        }
    }

    private async Task ReceiveAsync()
    {
        RpcError? end = null;
        try
        {
            while (end is null)
                end = await ReceiveMessageAsync();
        }
        catch (Exception error)
        {
            // Whatever it is, nobody receives any more from here on: those that wait must not wait for ever.
            end = Broken(error);
        }

        End(end);
    }

    /// <summary>Receives a message and hands it on; gives why the connection cannot go on, if so.</summary>
    private async Task<RpcError?> ReceiveMessageAsync()
    {
        // Not disposed where it was handed on; where an exception loses it, the collector has it.
        var buffer = new AnswerBuffer(_limit);
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.Room(), _ended.Token);
            if (part.MessageType == WebSocketMessageType.Close)
                return new RpcError.Transport(_endpoint.Redact($"the endpoint closed the connection {_socket.CloseStatusDescription}"));
            if (!buffer.TryAdvance(part.Count))
                return EndOversize(buffer.Written.Span);
            if (part.EndOfMessage)
                return Route(buffer);
        }
    }

    private RpcError.Malformed? Route(AnswerBuffer buffer)
    {
        var message = WebSocketMessage.Peek(buffer.Written.Span);
        switch (message.Is)
        {
            case WebSocketMessage.Kind.Notification:
                Find(message.Subscription!)?.Receive(buffer.Written.Span[message.Result]);
                buffer.Dispose();
                return null;

            case WebSocketMessage.Kind.Answer:
                Answer(Take(message.Id), buffer);
                return null;

            // With only one request under way, this is what came of it.
            case WebSocketMessage.Kind.Anonymous or WebSocketMessage.Kind.Unreadable when TakeOnly() is { } only:
                Answer(only, buffer);
                return null;

            default:
                buffer.Dispose();
                return new RpcError.Malformed("a message over the connection that answers nothing");
        }
    }

    private void Answer(InFlight? waiting, AnswerBuffer buffer)
    {
        // Nobody waits any more for an answer that took too long.
        if (waiting is null)
        {
            buffer.Dispose();
            return;
        }

        if (waiting.Sink is { } sink)
            waiting.Subscribed = Register(waiting.Message, buffer.Written.Span, sink);
        waiting.Reply.TrySetResult(RpcReply.Of(buffer));
    }

    // Here and now: the next message may be the subscription's first.
    private RpcResult<ISubscription> Register(RpcMessage message, ReadOnlySpan<byte> answer, ISubscriptionSink sink)
    {
        var call = new PendingCall<string>(new RpcCall<string>("eth_subscribe", default, WebSocketMessage.ReadSubscriptionId));
        var fault = AnswerReader.Read(answer, [call], message.FirstId, _endpoint, maxDepth: 8) ?? call.Error;
        if (fault is not null)
            return new RpcResult<ISubscription>(fault);

        var id = call.Value;
        lock (_gate)
            _sinks[id] = sink;
        return new RpcResult<ISubscription>(new Subscription(this, id));
    }

    private ISubscriptionSink? Find(string subscription)
    {
        lock (_gate)
            return _sinks.GetValueOrDefault(subscription);
    }

    private InFlight? Take(long id)
    {
        lock (_gate)
        {
            var found = _inFlight.Find(waiting => waiting.Message.FirstId <= id && id < waiting.Message.FirstId + waiting.Message.Count);
            if (found is not null)
                _inFlight.Remove(found);
            return found;
        }
    }

    private InFlight? TakeOnly()
    {
        lock (_gate)
        {
            if (_inFlight.FindAll(waiting => !waiting.IsAbandoned) is not [var only])
                return null;

            _inFlight.Remove(only);
            return only;
        }
    }

    // The rest of the message would have to be read to get past it. Whose it was is told the reason, the others only try again.
    private RpcError.Transport EndOversize(ReadOnlySpan<byte> beginning)
    {
        if (WebSocketMessage.PeekId(beginning) is { } id)
            Take(id)?.Reply.TrySetResult(RpcReply.Failed(new RpcError.Oversize(_limit)));
        return new RpcError.Transport("the connection was closed because of an answer to another call that was too long");
    }

    private void End(RpcError reason)
    {
        InFlight[] waiting;
        ISubscriptionSink[] sinks;
        lock (_gate)
        {
            if (_end is not null)
                return;
            _end = reason;
            waiting = [.. _inFlight];
            sinks = [.. _sinks.Values];
            _inFlight.Clear();
            _sinks.Clear();
        }

        foreach (var request in waiting)
            request.Reply.TrySetResult(RpcReply.Failed(reason));
        foreach (var sink in sinks)
            Tell(sink, reason);
        _ended.Cancel();
        _socket.Abort();
    }

    private async ValueTask UnsubscribeAsync(string id)
    {
        lock (_gate)
        {
            if (!_sinks.Remove(id) || _end is not null)
                return;
        }

        var farewell = RpcMessage.Of([RpcCall.Create("eth_unsubscribe", json => json.WriteStringValue(id), static (ref Utf8JsonReader _) => 0)]);
        await SendFrameAsync(farewell.Body).WaitAsync(FarewellLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private RpcError.Transport Broken(Exception error) => new(_endpoint.Redact($"the connection broke: {error.Message}"));

    // A listener that fails, which it must not, is not to keep the others from being told.
    private static void Tell(ISubscriptionSink sink, RpcError reason)
    {
        try
        {
            sink.Lose(reason);
        }
        catch (Exception)
        {
            // There is nobody else to tell.
        }
    }

    /// <summary>A request under way.</summary>
    private sealed class InFlight(RpcMessage message, ISubscriptionSink? sink)
    {
        public RpcMessage Message { get; } = message;

        /// <summary>Whom a subscription is for; null for all other requests.</summary>
        public ISubscriptionSink? Sink { get; } = sink;

        public RpcResult<ISubscription>? Subscribed { get; set; }

        /// <summary>Whether nobody waits any more for the subscription that this asked for.</summary>
        public bool IsAbandoned { get; set; }

        public TaskCompletionSource<RpcReply> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Subscription(WebSocketConnection connection, string id) : ISubscription
    {
        public void Break() => connection.End(new RpcError.Transport("the endpoint had fallen silent on the connection"));

        public ValueTask DisposeAsync() => connection.UnsubscribeAsync(id);
    }
}
