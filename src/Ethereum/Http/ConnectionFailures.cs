using System.Net.Sockets;

namespace OpenGradient.Ethereum.Http;

/// <summary>
/// Tells of a connection that the other side resets while it is being made as of any other that fails. The runtime asks such a socket for
/// its peer, which it no longer has, and lets out what the socket says, bare: who waits for <see cref="HttpRequestException"/> would fall.
/// </summary>
/// <param name="inner">What sends.</param>
public sealed class ConnectionFailures(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (SocketException failure)
        {
            // Nothing was sent yet: where something was, the runtime wraps what happens.
            throw new HttpRequestException(HttpRequestError.ConnectionError, failure.Message, failure);
        }
    }
}
