using System.Net;
using System.Net.Sockets;

namespace OpenGradient.Blobs.Http;

/// <summary>
/// Which addresses a stranger may send this node to: those of the public internet. The rest is the operator's own network, this machine,
/// or a cloud's metadata service, whose answers are nobody else's business.
/// </summary>
internal static class AddressPolicy
{
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            // RFC 6890 and the registries that it began: this network, private, shared, loopback, link-local, special, documentation, relay,
            // benchmarks, multicast, reserved.
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // Inside what is global unicast: protocol assignments with Teredo, documentation, and 6to4, which leads to any IPv4 address.
            "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork TranslatedIPv4 = IPNetwork.Parse("64:ff9b::/96");

    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        // A network with IPv6 only reaches IPv4 through these: what counts is where they lead.
        else if (address.AddressFamily == AddressFamily.InterNetworkV6 && TranslatedIPv4.Contains(address))
            address = new IPAddress(address.GetAddressBytes().AsSpan(12));

        return address.AddressFamily switch
        {
            AddressFamily.InterNetwork => !IsListed(address),
            AddressFamily.InterNetworkV6 => GlobalUnicast.Contains(address) && !IsListed(address),
            _ => false,
        };
    }

    private static bool IsListed(IPAddress address) => Array.Exists(NotPublic, network => network.Contains(address));
}
