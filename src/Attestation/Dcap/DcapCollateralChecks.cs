using OpenGradient.Attestation.Certificates;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Dcap;

/// <summary>Checks who signed what Intel says about platforms, and when.</summary>
internal static class DcapCollateralChecks
{
    private const int SignerChainLength = 2;
    private const string SignerName = "Intel SGX TCB Signing";

    /// <summary>Signature, signer, chain, revocation and window of the TCB info.</summary>
    public static bool Check(TcbInfo info, CollateralSet collateral, TrustAnchors anchors, TrustAnchor? root, Findings findings)
    {
        var holds = CheckSigned(info.Signed, collateral, anchors, root, findings, "TCB info", Verdicts.Check.TcbInfoSignature);
        return findings.RequireWindow(info.IssueDate, info.NextUpdate, Verdicts.Check.TcbInfoWindow, "TCB info") && holds;
    }

    /// <summary>The same of the quoting enclave's identity.</summary>
    public static bool Check(QeIdentity identity, CollateralSet collateral, TrustAnchors anchors, TrustAnchor? root, Findings findings)
    {
        var holds = CheckSigned(identity.Signed, collateral, anchors, root, findings, "QE identity", Verdicts.Check.QeIdentitySignature);
        return findings.RequireWindow(identity.IssueDate, identity.NextUpdate, Verdicts.Check.QeIdentityWindow, "QE identity") && holds;
    }

    private static bool CheckSigned(
        SignedJson signed, CollateralSet collateral, TrustAnchors anchors, TrustAnchor? root, Findings findings, string subject, Check signatureCheck)
    {
        // Whose key it is comes first; whether that key may sign this is asked of its certificate afterwards.
        // Of certificates with the same key, the one that is in its window.
        var candidates = collateral.Certificates.Where(certificate => !certificate.IsAuthority)
            .OrderByDescending(certificate => certificate.NotBefore <= findings.At && certificate.NotAfter >= findings.At).ToList();
        if (!findings.Require(candidates.Count > 0, Verdicts.Check.CollateralMissing, subject, "The certificate of its signer is missing."))
            return false;
        var signer = candidates.Find(candidate => signed.IsSignedBy(candidate.Key));
        if (!findings.Require(signer is not null, signatureCheck, subject, "It is not signed by any certificate that is at hand."))
            return false;

        var before = findings.Reasons.Count;
        var chain = CertificatePath.Build(signer!, collateral.Certificates);
        var where = $"{subject} signer";
        findings.Require(
            signer!.CommonName == SignerName && CertificatePath.HasLength(chain, SignerChainLength), Verdicts.Check.CertificateRole, where, "The certificate is not one for signing collateral.");
        var anchor = CertificatePath.Check(chain, RootUse.Dcap, anchors, where, findings, SignatureScheme.EcdsaSha256);
        if (anchor is not null)
        {
            // Two known roots must not be mixed: a development root would vouch for a production platform.
            findings.Require(root is null || root == anchor, Verdicts.Check.RootUnknown, where, "Its root is another than the quote's.");
            Revocation.Check(chain, collateral.RevocationLists, where, findings);
        }

        return findings.Reasons.Count == before;
    }
}
