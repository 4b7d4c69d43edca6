namespace OpenGradient.Ethereum.Rpc;

/// <summary>A transport over which an endpoint can also speak unasked.</summary>
public interface ISubscriptionTransport : IRpcTransport
{
    /// <summary>
    /// Subscribes on a connection that is opened if there is none. What the endpoint sends goes to the sink until the subscription is
    /// disposed or the connection ends.
    /// </summary>
    /// <param name="message">One <c>eth_subscribe</c> request.</param>
    /// <param name="sink">Whom to tell; first that the subscription was lost if that happens before this returns.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask<RpcResult<ISubscription>> SubscribeAsync(RpcMessage message, ISubscriptionSink sink, CancellationToken cancellationToken);
}

/// <summary>An open subscription. Disposing it asks the endpoint to stop, without waiting for the answer.</summary>
public interface ISubscription : IAsyncDisposable
{
    /// <summary>Ends the connection that the subscription lives on: the endpoint has fallen silent on it.</summary>
    void Break();
}

/// <summary>Who is told what comes over a subscription. Called by one thread at a time; must be quick and not throw.</summary>
public interface ISubscriptionSink
{
    /// <param name="result">What the endpoint sent, as JSON; valid only during the call.</param>
    void Receive(ReadOnlySpan<byte> result);

    /// <summary>The connection has ended, and nothing will be received any more.</summary>
    void Lose(RpcError reason);
}
