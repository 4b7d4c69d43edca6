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
        // A receiver that moves changes its name's address, and a busy connection would go on to the old one for ever.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        // Each hook sends one delivery at a time: those that hang keep no other hook of the same host waiting.
        MaxConnectionsPerServer = Webhook.MaxHooks,
        ConnectCallback = (context, stop) => GuardedConnection.OpenAsync(context.DnsEndPoint, allowsPrivate, stop),
    };
}
