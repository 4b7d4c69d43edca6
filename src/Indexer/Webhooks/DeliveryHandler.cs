using OpenGradient.Blobs.Http;

namespace OpenGradient.Indexer.Webhooks;

/// <summary>What carries deliveries: no proxy, no redirect, no cookie, and no way into the operator's own networks.</summary>
internal static class DeliveryHandler
{
    public static SocketsHttpHandler Create(bool allowsPrivate) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        MaxConnectionsPerServer = 4,
        ConnectCallback = (context, stop) => GuardedConnection.OpenAsync(context.DnsEndPoint, allowsPrivate, stop),
    };
}
