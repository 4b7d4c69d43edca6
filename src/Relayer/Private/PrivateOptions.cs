using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Attesting;

namespace OpenGradient.Relayer.Private;

/// <summary>How an attested node answers private requests.</summary>
public sealed record PrivateOptions
{
    /// <summary>Where sealed requests come in; port 0 takes any that is free.</summary>
    public required Uri Listen { get; init; }

    /// <summary>What an answer beside the chain costs, in the token's smallest unit. Through the hub the fee is what was put up there.</summary>
    public required UInt256 Price { get; init; }

    /// <summary>What is wrong with these options; null where nothing is.</summary>
    public string? Fault(AttestingOptions? attesting) =>
        attesting is not { Attested: not null } ? "Private requests are for an attested node, and this is none."
        : Listen.Scheme != "http" ? "Private requests come in over http: TLS is for what stands before them."
        : null;
}
