using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.PrivateService.Relaying;

/// <summary>To which gateways a relay forwards, and how much.</summary>
public sealed record RelayOptions
{
    /// <summary>Where each node's gateway is. To no others anything is sent, whatever a request says.</summary>
    public required IReadOnlyDictionary<Address, Uri> Gateways { get; init; }

    /// <summary>How many requests are forwarded at a time: 1 to 10,000.</summary>
    public int MostAtOnce { get; init; } = 64;

    /// <summary>How often one caller may ask in a minute; a network of IPv6 is one caller: 1 to 100,000. The gateway cannot count callers, since it sees none.</summary>
    public int RequestsPerMinute { get; init; } = 600;

    /// <summary>How long one may take: a second to an hour.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>What is outside its range; null where all is well.</summary>
    public string? FindFault() =>
        Gateways.Count == 0 || Gateways.Values.Any(gateway => gateway.Scheme is not ("http" or "https")) ? nameof(Gateways)
        : MostAtOnce is < 1 or > 10_000 ? nameof(MostAtOnce)
        : RequestsPerMinute is < 1 or > 100_000 ? nameof(RequestsPerMinute)
        : Time < TimeSpan.FromSeconds(1) || Time > TimeSpan.FromHours(1) ? nameof(Time)
        : null;
}
