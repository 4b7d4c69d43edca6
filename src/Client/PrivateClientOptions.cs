using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Client.Nodes;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Client;

/// <summary>Through whom a client asks, and what it asks of whoever answers.</summary>
public sealed record PrivateClientOptions
{
    /// <summary>Where requests are sent to: a relay, which sees no content, so that the node sees no address. A gateway itself does, too, and learns who asks.</summary>
    public required Uri Relay { get; init; }

    public required ChainId ChainId { get; init; }

    /// <summary>The hub that receipts must be for.</summary>
    public required Address Hub { get; init; }

    /// <summary>The register that keys must be for.</summary>
    public required Address Registry { get; init; }

    /// <summary>What evidence must show. Emulated roots count only where it allows them.</summary>
    public AttestationPolicy Policy { get; init; } = AttestationPolicy.Default;

    /// <summary>The roots that are known.</summary>
    public TrustAnchors Anchors { get; init; } = TrustAnchors.Production;

    /// <summary>What the client itself has of what vendors sign: what it shows as revoked is refused, whatever a node hands out.</summary>
    public IReadOnlyList<CollateralFile> Collateral { get; init; } = [];

    /// <summary>
    /// Asks the register on the chain about a key, as <see cref="KeyRegister"/> does; null where nobody is asked. A registered key's evidence was new when it was attested, and
    /// the register ends the key: without one a Nitro document must be as new as the policy says, and other evidence is as old as anybody likes.
    /// </summary>
    public Func<TrustedNode, CancellationToken, Task<NodeExamination.Refused?>>? Register { get; init; }

    /// <summary>The longest answer, in bytes.</summary>
    public int MostAnswerBytes { get; init; } = 16 << 20;

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How far a receipt's time and ours may be apart.</summary>
    public TimeSpan Skew { get; init; } = TimeSpan.FromMinutes(5);
}
