using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Tests.Negatives;

/// <summary>Evidence that is right in everything but one thing.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Check">The one check that must notice.</param>
/// <param name="Build">Makes it.</param>
internal sealed record NegativeCase(string Name, Check Check, Func<EmulatedEvidence> Build)
{
    public AttestationPolicy? Policy { get; init; }

    public Expectations? Expectations { get; init; }

    public TimeSpan Later { get; init; }

    /// <summary>The roots that are known; null for the vendors' and ours.</summary>
    public TrustAnchors? Anchors { get; init; }
}
