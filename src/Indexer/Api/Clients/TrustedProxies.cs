using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace OpenGradient.Indexer.Api.Clients;

/// <summary>
/// Whose <c>X-Forwarded-For</c> is believed: the operator's own proxies. Each adds at its end whom it was asked by, so that the client is the last there that is no
/// proxy itself; all before that anybody may have written.
/// </summary>
public sealed class TrustedProxies
{
    public const int MostEntries = 100;

    private readonly IReadOnlyList<IPNetwork> _networks;

    private TrustedProxies(IReadOnlyList<IPNetwork> networks) => _networks = networks;

    public static TrustedProxies None { get; } = new([]);

    /// <summary>Whether there are none, and nobody's word is taken.</summary>
    public bool IsEmpty => _networks.Count == 0;

    /// <summary>Reads addresses and ranges such as 10.0.0.0/8 with commas between them; false with what is wrong with them.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TrustedProxies? proxies, [NotNullWhen(false)] out string? fault)
    {
        var networks = new List<IPNetwork>();
        (proxies, fault) = (null, null);
        foreach (var entry in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!TryParse(entry, out var network))
                fault = $"'{(entry.Length > 60 ? entry[..60] + "…" : entry)}' is neither an address nor a range such as 10.0.0.0/8";
            else if (network.PrefixLength == 0)
                fault = $"{entry} is everybody, and whoever is believed may call himself as he likes";
            else if (networks.Count == MostEntries)
                fault = $"there are more than {MostEntries}";
            if (fault is not null)
                return false;
            networks.Add(network);
        }

        proxies = new TrustedProxies(networks);
        return true;
    }

    /// <summary>What ASP.NET's own reading of that header is told. It takes everybody's word where it knows no proxy: then it must not be used at all.</summary>
    internal ForwardedHeadersOptions ToOptions()
    {
        if (IsEmpty)
            throw new InvalidOperationException("Without proxies nobody's word may be taken.");
        // However many of the proxies stand behind each other: it goes on only where the one before is among them.
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = null };
        // This machine is among them unless it is told otherwise.
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in _networks)
            options.KnownIPNetworks.Add(network);
        return options;
    }

    private static bool TryParse(string entry, out IPNetwork network)
    {
        if (entry.Contains('/', StringComparison.Ordinal))
            return IPNetwork.TryParse(entry, out network);
        var isAddress = IPAddress.TryParse(entry, out var address);
        network = isAddress ? new IPNetwork(address!, address!.GetAddressBytes().Length * 8) : default;
        return isAddress;
    }
}
