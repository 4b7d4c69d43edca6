using System.Security.Cryptography;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Dcap;
using OpenGradient.Attestation.Nitro;
using OpenGradient.Attestation.Nvidia;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Snp;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Attestation;

/// <summary>
/// Evidence in, verdict out. It asks no network, no file and no store of the machine; the same evidence, collateral, policy and time give the same
/// verdict everywhere.
/// </summary>
/// <param name="anchors">The roots that are known. They come from the program and its operator, never with the evidence.</param>
/// <param name="clock">Tells the time where the caller states none.</param>
public sealed class AttestationVerifier(TrustAnchors anchors, TimeProvider clock)
{
    /// <param name="kind">Whose evidence it is said to be.</param>
    /// <param name="evidence">As it was made by the environment.</param>
    /// <param name="collateral">What it is checked against.</param>
    /// <param name="policy">What it must show.</param>
    /// <param name="expectations">What the caller knows that it must say.</param>
    /// <param name="at">The time that everything must hold at; null for now.</param>
    public Verdict Verify(
        EvidenceKind kind, ReadOnlyMemory<byte> evidence, CollateralSet collateral, AttestationPolicy policy, Expectations? expectations = null, DateTimeOffset? at = null)
    {
        var findings = new Findings(at ?? clock.GetUtcNow());
        foreach (var fault in collateral.Faults)
            findings.Refuse(Check.CollateralMalformed, "collateral", fault);
        var expected = expectations ?? Expectations.None;
        var outcome = kind switch
        {
            EvidenceKind.Dcap => DcapVerifier.Verify(evidence, collateral, anchors, policy, findings),
            EvidenceKind.Nitro => NitroVerifier.Verify(evidence, anchors, policy, expected, findings),
            EvidenceKind.Snp => SnpVerifier.Verify(evidence, collateral, anchors, policy, findings),
            EvidenceKind.Nvidia => NvidiaVerifier.Verify(evidence, collateral, anchors, policy, findings),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, message: null),
        };
        if (outcome is not null)
            CommonPolicyChecks.Check(outcome, policy, expected, findings);
        return ToVerdict(kind, evidence, outcome, findings);
    }

    // What is not genuine shows nothing, so that no caller takes it for more by accident.
    private static Verdict ToVerdict(EvidenceKind kind, ReadOnlyMemory<byte> evidence, Outcome? outcome, Findings findings)
    {
        var shown = findings.IsGenuine ? outcome : null;
        return new Verdict
        {
            Kind = kind,
            Reasons = findings.Reasons,
            Root = outcome?.Root,
            TeeType = outcome?.TeeType,
            TcbStatus = shown?.TcbStatus,
            TcbEvaluation = shown?.TcbEvaluation,
            Advisories = shown?.Advisories ?? [],
            WorkloadId = shown?.WorkloadId,
            PlatformId = shown?.PlatformId,
            ReportData = shown?.ReportData,
            VerifiedAt = findings.At,
            ValidFrom = findings.ValidFrom,
            ValidTo = findings.ValidTo,
            EvidenceHash = new Hash32(SHA256.HashData(evidence.Span)),
            Fields = outcome?.Fields ?? [],
        };
    }
}
