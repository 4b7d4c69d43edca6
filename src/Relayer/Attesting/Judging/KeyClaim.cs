using OpenGradient.Attestation.Binding;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Attesting.Judging;

/// <summary>
/// What a node says about a key that it wants attested, and its evidence. What the evidence shows is not in it: whoever judges finds that out.
/// </summary>
public sealed record KeyClaim
{
    public required ChainId ChainId { get; init; }

    /// <summary>The register that the key is for.</summary>
    public required Address Registry { get; init; }

    /// <summary>The node that the key signs for.</summary>
    public required Address Node { get; init; }

    public required SigningPoint SigningKey { get; init; }

    /// <summary>The key for private requests; empty for none.</summary>
    public ReadOnlyMemory<byte> HpkeKey { get; init; }

    public required ulong KeyEpoch { get; init; }

    /// <summary>
    /// A recent block, whose hash is the evidence's nonce: nobody knew it before that block was there, so that the evidence is not older. All attesters can
    /// check it, and none has to remember what it gave out.
    /// </summary>
    public required Hash32 BlockHash { get; init; }

    /// <summary>When the key ends, in seconds of Unix time.</summary>
    public required ulong ExpiresAt { get; init; }

    /// <summary>When signatures under its registration end.</summary>
    public required ulong Deadline { get; init; }

    public required EvidenceKind Kind { get; init; }

    public required ReadOnlyMemory<byte> Evidence { get; init; }

    public required IReadOnlyList<CollateralFile> Collateral { get; init; }

    /// <summary>What the evidence must say.</summary>
    public KeyBinding Binding => new()
    {
        SigningKey = SigningKey.Bytes,
        HpkeKey = HpkeKey,
        Nonce = BlockHash.ToArray(),
        ChainId = ChainId.Value,
        Registry = Registry,
        KeyEpoch = KeyEpoch,
    };

    /// <summary>The same as whoever asks privately gets it, and as bundles keep it.</summary>
    public KeyEvidence ToKeyEvidence() => new() { Kind = Kind, Evidence = Evidence, Collateral = Collateral, Binding = Binding };
}

/// <summary>A block that is on the chain, and how old it is there.</summary>
/// <param name="Hash">Its hash.</param>
/// <param name="Time">Its time.</param>
/// <param name="HeadTime">The time of the last block.</param>
public sealed record BlockWitness(Hash32 Hash, ulong Time, ulong HeadTime);
