using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Support;

namespace OpenGradient.Attestation.Tests.Emulated;

/// <summary>One set of development roots for all tests, and a verifier that knows it beside the vendors'.</summary>
internal static class EmulatedWorld
{
    public static readonly DateTimeOffset At = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>As strict as the default, but for the root.</summary>
    public static readonly AttestationPolicy Policy = new() { AllowEmulated = true };

    public static EmulatedRoots Roots { get; } = EmulatedRoots.Generate();

    /// <summary>Roots that the verifier does not know.</summary>
    public static EmulatedRoots Strangers { get; } = EmulatedRoots.Generate();

    public static AttestationVerifier Verifier { get; } = new(TrustAnchors.Production.With(Roots.Anchors), new ManualTime());

    public static Verdict Verify(
        EmulatedEvidence evidence, AttestationPolicy? policy = null, Expectations? expectations = null, DateTimeOffset? at = null, TrustAnchors? anchors = null) =>
        (anchors is null ? Verifier : new AttestationVerifier(anchors, new ManualTime())).Verify(evidence.Kind, evidence.Evidence, CollateralSet.Read(evidence.Collateral), policy ?? Policy, expectations, at ?? At);
}
