using System.Security.Cryptography;
using OpenGradient.Attestation.Certificates;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Dcap;

/// <summary>
/// Checks SGX and TDX quotes: the platform's chain, what Intel says about the platform and its quoting enclave, the enclave's report, the quote's
/// signature, the level, and the policy.
/// </summary>
internal static class DcapVerifier
{
    private const string PckName = "Intel SGX PCK Certificate";
    private const int PckChainLength = 3;
    private const int PemChain = 5;
    private const int EcdsaP256 = 2;

    private static readonly byte[] IntelVendor = Convert.FromHexString("939A7233F79C4CA9940A0DB3957F0607");

    public static Outcome? Verify(ReadOnlyMemory<byte> evidence, CollateralSet collateral, TrustAnchors anchors, AttestationPolicy policy, Findings findings)
    {
        if (!QuoteReader.TryRead(evidence, out var quote))
        {
            findings.Refuse(Check.EvidenceMalformed, "quote", "It is no quote of version 3, 4 or 5, or its lengths are wrong.");
            return null;
        }

        findings.Require(
            quote.KeyType == EcdsaP256 && quote.QeVendor.Span.SequenceEqual(IntelVendor), Check.QuoteHeader, "quote",
            "It is not made by Intel's quoting enclave with a P-256 key.");
        findings.Require(
            !quote.Trailing.Span.ContainsAnyExcept((byte)0), Check.QuoteTrailingBytes, "quote", "Bytes that nobody signed follow it, and are not zero.");

        var (pck, platform, root) = CheckPck(quote, collateral, anchors, findings);
        CheckReports(quote, pck, findings);
        var rating = CheckLevel(quote, platform, collateral, anchors, root, findings, out var evaluation);
        DcapPolicyChecks.Check(quote, rating, evaluation, policy.Dcap, findings);
        return DcapOutcome.Of(quote, platform, root, rating, evaluation);
    }

    private static (Certificate? Pck, PckExtension? Platform, TrustAnchor? Root) CheckPck(
        Quote quote, CollateralSet collateral, TrustAnchors anchors, Findings findings)
    {
        const string Subject = "PCK chain";
        IReadOnlyList<Certificate>? own = null;
        if (quote.CertificationType == PemChain && !PemText.TryReadCertificates(quote.Certification, out own))
        {
            findings.Refuse(Check.EvidenceMalformed, Subject, "The certificates in the quote cannot be read.");
            return default;
        }

        // Some quotes only name their certificate, which then comes with the collateral: the one that signed the enclave's report.
        var all = own ?? collateral.Certificates;
        var pck = own?[0] ?? all.FirstOrDefault(candidate => PckExtension.TryRead(candidate, out _) && IsSignedBy(candidate, quote));
        if (!findings.Require(pck is not null, Check.CollateralMissing, Subject, "The quote holds no certificate, and none at hand is the one."))
            return default;

        var chain = CertificatePath.Build(pck!, all);
        var isPck = PckExtension.TryRead(pck!, out var platform);
        findings.Require(
            isPck && pck!.CommonName == PckName && CertificatePath.HasLength(chain, PckChainLength), Check.CertificateRole, Subject, "The certificate is not a platform's.");
        var root = CertificatePath.Check(chain, RootUse.Dcap, anchors, Subject, findings, SignatureScheme.EcdsaSha256);
        if (root is not null)
            Revocation.Check(chain, collateral.RevocationLists, Subject, findings);
        return (pck, platform, root);
    }

    // The platform's key signs the quoting enclave's report, which names the key that signs the quote.
    private static void CheckReports(Quote quote, Certificate? pck, Findings findings)
    {
        if (pck is not null)
        {
            findings.Require(
                IsSignedBy(pck, quote), Check.QeReportSignature, "QE report", "It is not signed by the platform's key.");
        }

        Span<byte> expected = stackalloc byte[64];
        expected.Clear();
        SHA256.HashData([.. quote.Key.Span, .. quote.QeAuth.Span], expected);
        findings.Require(
            quote.QeReport.ReportData.Span.SequenceEqual(expected), Check.QeReportData, "QE report", "It does not name the key that signed the quote.");
        findings.Require(!quote.QeReport.IsDebug, Check.QeDebug, "QE report", "The quoting enclave runs in debug mode.");
        findings.Require(IsQuoteSigned(quote), Check.QuoteSignature, "quote", "Its signature does not hold.");
    }

    private static TcbRating? CheckLevel(
        Quote quote, PckExtension? platform, CollateralSet collateral, TrustAnchors anchors, TrustAnchor? root, Findings findings, out uint? evaluation)
    {
        evaluation = null;
        var isTdx = quote.Tdx is not null;
        // The newest that fits and is in its window; else any, so that it is said what does not fit.
        var info = collateral.TcbInfos.OrderByDescending(info => info.IsTdx == isTdx)
            .ThenByDescending(info => platform is not null && info.Fmspc.AsSpan().SequenceEqual(platform.Fmspc))
            .ThenByDescending(info => info.IssueDate <= findings.At && info.NextUpdate >= findings.At).ThenByDescending(info => info.IssueDate).FirstOrDefault();
        var identity = collateral.QeIdentities.OrderByDescending(identity => identity.IsTdx == isTdx)
            .ThenByDescending(identity => identity.IssueDate <= findings.At && identity.NextUpdate >= findings.At)
            .ThenByDescending(identity => identity.IssueDate).FirstOrDefault();
        var holds = findings.Require(info is not null, Check.CollateralMissing, "TCB info", "It is missing.");
        holds &= findings.Require(identity is not null, Check.CollateralMissing, "QE identity", "It is missing.");
        if (info is not null)
            holds &= DcapCollateralChecks.Check(info, collateral, anchors, root, findings);
        if (identity is not null)
            holds &= DcapCollateralChecks.Check(identity, collateral, anchors, root, findings);
        // What nobody of weight has signed says nothing about this platform.
        if (!holds || platform is null)
            return null;

        evaluation = Math.Min(info!.Evaluation, identity!.Evaluation);
        QeIdentityChecks.Check(quote, identity, findings);
        var fits = findings.Require(info.IsTdx == isTdx, Check.TcbInfoTee, "TCB info", "It is about another kind of environment.");
        fits &= findings.Require(info.Fmspc.AsSpan().SequenceEqual(platform.Fmspc), Check.TcbInfoFmspc, "TCB info", "It is about platforms of another FMSPC.");
        fits &= findings.Require(info.PceId.AsSpan().SequenceEqual(platform.PceId), Check.TcbInfoPceId, "TCB info", "It is about another PCE.");
        if (!fits)
            return null;
        TdxModule? module = null;
        return quote.Tdx is null || TdxModuleChecks.TryFind(quote.Tdx, info, findings, out module) ? TcbRating.Rate(info, identity, platform, quote, module) : null;
    }

    private static bool IsSignedBy(Certificate pck, Quote quote) => pck.Key.Curve == Oids.P256
        && pck.Key.VerifiesRaw(HashAlgorithmName.SHA256, quote.QeReport.Raw.Span, quote.QeReportSignature.Span);

    private static bool IsQuoteSigned(Quote quote)
    {
        try
        {
            using var key = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = quote.Key[..32].ToArray(), Y = quote.Key[32..].ToArray() },
            });
            return key.VerifyData(quote.Signed.Span, quote.Signature.Span, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            // No point of the curve.
            return false;
        }
    }
}
