using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Attestation.Roots;

/// <summary>What a root stands for. Its name goes into verdicts, receipts and contracts.</summary>
public enum RootLabel
{
    /// <summary>A vendor's own root: its keys live in hardware.</summary>
    Production,

    /// <summary>A development root: its evidence shows that programs work, and nothing else.</summary>
    Emulated,
}

/// <summary>What a root's chain may speak for.</summary>
public enum RootUse
{
    Dcap,
    Nitro,
    Snp,
    NvidiaDevice,
    NvidiaRim,
}

/// <summary>A root that is trusted by its key, never by its name.</summary>
/// <param name="Use">What it may speak for.</param>
/// <param name="Id">SHA-256 of its SubjectPublicKeyInfo.</param>
/// <param name="Label">What it stands for.</param>
/// <param name="Name">For people.</param>
/// <param name="Product">AMD's family, which each has a root of its own; null elsewhere.</param>
public sealed record TrustAnchor(RootUse Use, Hash32 Id, RootLabel Label, string Name, string? Product = null);
