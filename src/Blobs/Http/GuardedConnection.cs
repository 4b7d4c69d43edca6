using System.Net;
using System.Net.Sockets;

namespace OpenGradient.Blobs.Http;

/// <summary>
/// Connects to a host's addresses that are allowed. The address is checked that is connected to, not one that the name had a moment before:
/// a name may change its mind between two questions.
/// </summary>
public static class GuardedConnection
{
    private const int MaxAddresses = 16;

    /// <exception cref="ForbiddenAddressException">The host has none that may be asked.</exception>
    public static async ValueTask<Stream> OpenAsync(DnsEndPoint endpoint, bool allowPrivate, CancellationToken cancellationToken)
    {
        var found = IPAddress.TryParse(endpoint.Host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(endpoint.Host, cancellationToken);
        var allowed = found.Where(address => allowPrivate || AddressPolicy.IsPublic(address)).Take(MaxAddresses).ToArray();
        if (allowed.Length == 0)
            throw new ForbiddenAddressException(found.Length == 0 ? "The name has no address." : "It leads to this machine or a private network.");

#pragma warning disable CA2000 // The stream owns the socket.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
#pragma warning restore CA2000
        try
        {
            await socket.ConnectAsync(allowed, endpoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A host is at no address that may be asked.</summary>
public sealed class ForbiddenAddressException(string reason) : IOException(reason);
