using OpenGradient.Attestation.Roots;

namespace OpenGradient.Attestation.Collateral;

/// <summary>What a file of collateral is.</summary>
public enum CollateralForm
{
    /// <summary>A certificate, or a chain of them.</summary>
    Certificates,

    /// <summary>A list of revoked certificates.</summary>
    RevocationList,

    /// <summary>Intel's levels of a kind of platform.</summary>
    TcbInfo,

    /// <summary>Intel's identity of a quoting enclave.</summary>
    QeIdentity,

    /// <summary>NVIDIA's measurements of a driver or a firmware.</summary>
    Manifest,

    /// <summary>What NVIDIA says about one certificate.</summary>
    OcspResponse,
}

/// <summary>What is known of a file of collateral whose signatures hold.</summary>
/// <param name="Form">What it is.</param>
/// <param name="Subject">What it is about. A newer file about the same takes its place, one about anything else never does.</param>
/// <param name="From">When it was issued.</param>
/// <param name="Until">When it ends.</param>
/// <param name="Label">What the root behind it stands for.</param>
public sealed record CollateralFacts(CollateralForm Form, string Subject, DateTimeOffset From, DateTimeOffset Until, RootLabel Label);

/// <summary>What looking at a file of collateral came to.</summary>
public abstract record CollateralInspection
{
    private CollateralInspection()
    {
    }

    /// <summary>Signed under a root that is known, and in its window.</summary>
    public sealed record Sound(CollateralFacts Facts) : CollateralInspection;

    /// <summary>Not to be kept.</summary>
    /// <param name="Reason">Why, for people; nothing that a stranger wrote but numbers.</param>
    public sealed record Unsound(string Reason) : CollateralInspection;
}
