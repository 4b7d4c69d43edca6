using System.Security.Cryptography;
using OpenGradient.Attestation.Certificates;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Decoding;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Snp;

/// <summary>Checks SEV-SNP reports: the key's chain, that the report is that key's and of its firmware and chip, and the policy.</summary>
internal static class SnpVerifier
{
    private const string Subject = "report";
    private const int ChainLength = 3;
    private const uint Vcek = 0;
    private const uint Vlek = 1;
    private const string Turin = "Turin";

    public static Outcome? Verify(ReadOnlyMemory<byte> evidence, CollateralSet collateral, TrustAnchors anchors, AttestationPolicy policy, Findings findings)
    {
        if (!SnpReport.TryRead(evidence, out var report))
        {
            findings.Refuse(Check.EvidenceMalformed, Subject, "It is no report of version 2 to 5 with a P-384 signature.");
            return null;
        }

        var (certificate, key, isSigned) = FindKey(report, collateral);
        TrustAnchor? root = null;
        if (findings.Require(certificate is not null, Check.CollateralMissing, "key certificate", "There is no VCEK or VLEK certificate."))
        {
            root = CheckChain(certificate!, key!, collateral, anchors, policy.Snp, findings);
            findings.Require(isSigned, Check.SnpSignature, Subject, "Its signature is not the key's.");
            CheckKey(report, certificate!, key!, root?.Product, findings);
        }

        var isTurin = (root?.Product ?? key?.Product.Split('-')[0]) == Turin;
        CheckPolicy(report, isTurin, root, policy.Snp, findings);
        return ToOutcome(report, isTurin, root);
    }

    // The one that signed; else any, so that it is said what does not fit.
    private static (Certificate? Certificate, SnpKeyExtension? Key, bool IsSigned) FindKey(SnpReport report, CollateralSet collateral)
    {
        (Certificate? Certificate, SnpKeyExtension? Key, bool IsSigned) found = default;
        foreach (var candidate in collateral.Certificates)
        {
            if (!SnpKeyExtension.TryRead(candidate, out var key))
                continue;
            if (IsSignedBy(report, candidate))
                return (candidate, key, true);
            found = found.Certificate is null ? (candidate, key, false) : found;
        }

        return found;
    }

    private static TrustAnchor? CheckChain(
        Certificate certificate, SnpKeyExtension key, CollateralSet collateral, TrustAnchors anchors, SnpPolicy policy, Findings findings)
    {
        const string Where = "key chain";
        var chain = CertificatePath.Build(certificate, collateral.Certificates);
        findings.Require(
            CertificatePath.HasLength(chain, ChainLength) && certificate.CommonName is "SEV-VCEK" or "SEV-VLEK", Check.CertificateRole, Where, "The certificate is not one of a key for reports.");
        var root = CertificatePath.Check(chain, RootUse.Snp, anchors, Where, findings, SignatureScheme.RsaPssSha384);
        if (root is null)
            return null;
        // The root's list names authorities; there is none for the keys below them, whose firmware the policy judges.
        Revocation.Check([.. chain.Skip(1)], collateral.RevocationLists, Where, findings, policy.AllowMissingCrl);
        findings.Require(
            root.Product == key.Product.Split('-')[0], Check.CertificateRole, Where, "The certificate is for another family than its root.");
        return root;
    }

    private static void CheckKey(SnpReport report, Certificate certificate, SnpKeyExtension key, string? product, Findings findings)
    {
        var isVlek = certificate.CommonName == "SEV-VLEK";
        findings.Require(
            report.SigningKey == (isVlek ? Vlek : Vcek), Check.SnpKeyKind, Subject, "It says that a key of another kind has signed it.");
        findings.Require(
            SnpTcb.Read(report.ReportedTcb.Span, product == Turin) == key.Tcb, Check.SnpReportedTcb, Subject, "It reports other firmware than its key is derived from.");
        if (!isVlek)
            findings.Require(IsChip(report.ChipId.Span, key.ChipId), Check.SnpChipId, Subject, "It names another chip than its key's.");
    }

    // Turin's certificates hold the eight bytes that are not zero.
    private static bool IsChip(ReadOnlySpan<byte> reported, ReadOnlyMemory<byte>? certified) =>
        certified is { Length: 8 or SnpReport.ChipIdBytes } chip && reported.StartsWith(chip.Span) && !reported[chip.Length..].ContainsAnyExcept((byte)0)
        && reported.ContainsAnyExcept((byte)0);

    private static void CheckPolicy(SnpReport report, bool isTurin, TrustAnchor? root, SnpPolicy policy, Findings findings)
    {
        const string Guest = "guest";
        findings.Require(!report.AllowsDebug, Check.Debug, Guest, "Its policy lets the host debug it: its memory can be read.");
        findings.Require(policy.AllowMigrationAgent || !report.AllowsMigrationAgent, Check.SnpMigration, Guest, "Its policy lets it move by a migration agent.");
        findings.Require(policy.Vmpls.Contains((int)Math.Min(report.Vmpl, int.MaxValue)), Check.SnpVmpl, Guest, $"It was asked for at VMPL {report.Vmpl}.");
        // The host chooses which firmware it reports, up to the one that runs, and mends it under a running guest: what the guest started under counts, too.
        findings.Require(
            ((ReadOnlySpan<ReadOnlyMemory<byte>>)[report.ReportedTcb, report.CommittedTcb, report.CurrentTcb, report.LaunchTcb])
                .ToArray().All(tcb => SnpTcb.Read(tcb.Span, isTurin).Reaches(policy.MinTcb)),
            Check.SnpMinimumTcb, Subject, "Its firmware is older than the policy asks for, or was when the guest started.");
        findings.Require(policy.AllowVlek || report.SigningKey != Vlek, Check.SnpVlek, Subject, "It is signed by a cloud's key, not by the chip's.");
        if (root?.Product is { } product)
            findings.Require(policy.Products.Contains(product, StringComparer.OrdinalIgnoreCase), Check.SnpProduct, Subject, $"The family {product} is not allowed.");
        findings.Require(CommonPolicyChecks.Admits(policy.Measurements, report.Measurement.Span), Check.Measurement, Guest, "Its measurement is not allowed.");
        findings.Require(CommonPolicyChecks.Admits(policy.HostData, report.HostData.Span), Check.SnpHostData, Guest, "Its host data are not allowed.");
    }

    private static bool IsSignedBy(SnpReport report, Certificate certificate) =>
        certificate.Key.Curve == Oids.P384 && certificate.Key.VerifiesRaw(HashAlgorithmName.SHA384, report.Signed.Span, report.Signature());

    private static Outcome ToOutcome(SnpReport report, bool isTurin, TrustAnchor? root)
    {
        var fields = SnpFields.Of(report, isTurin);
        if (root?.Product is { } product)
            fields.Add("product", product, "The family of processors.");
        return new Outcome
        {
            TeeType = TeeType.Snp,
            Root = root,
            TcbStatus = TcbStatus.NotRated,
            WorkloadId = Identities.Workload(TeeType.Snp, report.Measurement, report.HostData),
            // A cloud's key hides the chip.
            PlatformId = report.ChipId.Span.ContainsAnyExcept((byte)0) ? Identities.Platform("amd", report.ChipId) : null,
            ReportData = report.ReportData,
            Fields = fields.All,
        };
    }
}
