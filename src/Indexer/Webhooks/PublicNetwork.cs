using System.Net;
using System.Net.Sockets;

namespace OpenGradient.Indexer.Webhooks;

/// <summary>
/// Keeps deliveries out of the operator's own networks: a name is resolved, every private address among its own is left out, and what is connected
/// to is the address that was looked at, so that no name can change its meaning in between.
/// </summary>
internal static class PublicNetwork
{
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
            "::/96", "::1/128", "64:ff9b::/32", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/9", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    public static bool Holds(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return !Array.Exists(NotPublic, network => network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address));
    }

    /// <summary>What carries deliveries: no proxy, no redirect, no cookie, and nothing to remember.</summary>
    public static SocketsHttpHandler CreateHandler(bool allowsPrivate) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        MaxConnectionsPerServer = 4,
        ConnectCallback = (context, stop) => ConnectAsync(context.DnsEndPoint, allowsPrivate, stop),
    };

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint place, bool allowsPrivate, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(place.Host, cancellationToken);
        var allowed = allowsPrivate ? addresses : Array.FindAll(addresses, Holds);
        if (allowed.Length == 0)
            throw new HttpRequestException($"{place.Host} has no public address.");
#pragma warning disable CA2000 // The stream owns it; where there is none it is disposed of below.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
#pragma warning restore CA2000
        try
        {
            await socket.ConnectAsync(allowed, place.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
