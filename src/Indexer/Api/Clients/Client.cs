using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace OpenGradient.Indexer.Api.Clients;

/// <summary>Whoever asks, as far as it matters: whose requests are counted together.</summary>
/// <param name="Name">A key's name, or a network address.</param>
/// <param name="RequestsPerSecond">How often it may ask.</param>
/// <param name="HasUnknownKey">It showed a key that nobody gave out.</param>
internal sealed record Client(string Name, int RequestsPerSecond, bool HasUnknownKey = false)
{
    private const string Bearer = "Bearer ";
    private const int LongestKey = 200;

    // A subscriber of IPv6 has at least so many bits of addresses to itself.
    private const int NetworkBytes = 8;

    /// <summary>Who is behind a request. One with a key that is not known is counted by its address, so that guessing is slow.</summary>
    public static Client Of(HttpContext context, ApiOptions options)
    {
        var address = NameOf(context.Connection.RemoteIpAddress);
        var shown = context.Request.Headers.Authorization.ToString();
        if (!shown.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return new Client(address, options.RequestsPerSecond, HasUnknownKey: shown.Length > 0);
        return shown.Length <= LongestKey && options.Keys.Find(shown[Bearer.Length..].Trim()) is { } key
            ? new Client("key:" + key.Name, key.RequestsPerSecond)
            : new Client(address, options.RequestsPerSecond, HasUnknownKey: true);
    }

    private static string NameOf(IPAddress? address)
    {
        if (address is null)
            return "";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, NetworkBytes)) : address.ToString();
    }
}
