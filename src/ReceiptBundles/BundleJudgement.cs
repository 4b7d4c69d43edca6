using OpenGradient.Attestation;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.ReceiptBundles;

/// <summary>What a receipt is worth.</summary>
public enum Standing
{
    /// <summary>It was never what it claims to be.</summary>
    NeverValid,

    /// <summary>An attested key signed it; that it did so while it was valid, nothing here shows. The signer's own clock proves nothing.</summary>
    IssueTimeUnproven,

    /// <summary>The chain took it while its key was valid. The key, or something that it rests on, was revoked later.</summary>
    RevokedSince,

    /// <summary>The chain took it while its key was valid, and the bundle holds no revocation.</summary>
    Valid,
}

/// <summary>What is looked at, each by itself.</summary>
public enum BundleCheck
{
    /// <summary>The receipt can be read, is of this chain and hub, and claims to be attested.</summary>
    Receipt,

    /// <summary>It is signed by the key of the evidence.</summary>
    Signature,

    /// <summary>What is kept of question and answer is what it commits to.</summary>
    Contents,

    /// <summary>The evidence is of these keys, for this register and epoch, and of the hash that the receipt names.</summary>
    Keys,

    /// <summary>The evidence held when the key was attested.</summary>
    Evidence,

    /// <summary>The register took the key.</summary>
    Registration,

    /// <summary>The hub took the receipt.</summary>
    Anchor,

    /// <summary>Nothing that it rests on was revoked.</summary>
    Revocation,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Check">What.</param>
/// <param name="Held">Whether it holds; null where nothing here shows it.</param>
/// <param name="Detail">For people: what it rests on, or what is missing.</param>
public sealed record BundleFinding(BundleCheck Check, bool? Held, string Detail);

/// <summary>What a bundle came to, and what that rests on.</summary>
/// <param name="Standing">What the receipt is worth.</param>
/// <param name="Findings">Everything that was looked at.</param>
/// <param name="Evidence">What the evidence came to, where it was looked at: its root's label is to be shown to people.</param>
/// <param name="AnchoredAt">When the hub took the receipt, by its block; null where nothing shows that.</param>
public sealed record BundleJudgement(Standing Standing, IReadOnlyList<BundleFinding> Findings, Verdict? Evidence, DateTimeOffset? AnchoredAt);

/// <summary>What whoever judges a bundle knows from elsewhere. Nothing of it may come from the bundle.</summary>
public sealed record BundleTrust
{
    public required ChainId ChainId { get; init; }

    public required Address Hub { get; init; }

    /// <summary>The register of keys.</summary>
    public required Address Registry { get; init; }

    /// <summary>The hashes of blocks that are known to be of this chain.</summary>
    public required IReadOnlySet<Hash32> Blocks { get; init; }

    public required AttestationVerifier Verifier { get; init; }

    public AttestationPolicy Policy { get; init; } = AttestationPolicy.Default;
}
