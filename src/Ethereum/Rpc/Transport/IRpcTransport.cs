namespace OpenGradient.Ethereum.Rpc;

/// <summary>
/// Brings a message to an endpoint and its answer back: once, without retry. Every failure is in the reply; the only exception is
/// <see cref="OperationCanceledException"/> for the token that was given.
/// </summary>
public interface IRpcTransport : IAsyncDisposable
{
    RpcEndpoint Endpoint { get; }

    ValueTask<RpcReply> SendAsync(RpcMessage message, CancellationToken cancellationToken);
}
