using System.Security.Cryptography;
using System.Text;
using OpenGradient.Attestation.Certificates;
using OpenGradient.Attestation.Decoding;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Nitro;

/// <summary>Checks documents of AWS Nitro: the chain in the document, its signature, its age, and what the registers say.</summary>
internal static class NitroVerifier
{
    private const string Subject = "document";

    public static Outcome? Verify(ReadOnlyMemory<byte> evidence, TrustAnchors anchors, AttestationPolicy policy, Expectations expectations, Findings findings)
    {
        if (!NitroDocument.TryRead(evidence, out var document))
        {
            findings.Refuse(Check.EvidenceMalformed, Subject, "It is no COSE_Sign1 by ES384 around exactly the fields that are known.");
            return null;
        }

        if (!TryReadCertificates(document, out var leaf, out var bundle))
        {
            findings.Refuse(Check.EvidenceMalformed, Subject, "A certificate in it cannot be read.");
            return null;
        }

        var issuedAt = document.IssuedAt;
        // Its certificates live for hours: they are looked at by the document's own time, and the document's age by the policy.
        var root = CertificatePath.Check(CertificatePath.Build(leaf, bundle), RootUse.Nitro, anchors, "certificate chain", findings, SignatureScheme.EcdsaSha384, issuedAt);
        findings.Require(!leaf.IsAuthority, Check.CertificateRole, Subject, "The certificate is an authority's, not an enclave's.");
        findings.Require(
            leaf.Key.Curve == Oids.P384 && leaf.Key.VerifiesRaw(HashAlgorithmName.SHA384, document.Signed, document.Signature.Span),
            Check.CoseSignature, Subject, "Its signature is not its certificate's.");
        var age = findings.At - issuedAt;
        findings.Require(
            expectations.OfAnyAge || (age <= TimeSpan.FromSeconds(policy.Nitro.MaxAgeSeconds) && age >= -TimeSpan.FromSeconds(policy.Nitro.MaxSkewSeconds)),
            Check.Age, Subject, $"It was made {Math.Round(age.TotalSeconds)} seconds ago, and {policy.Nitro.MaxAgeSeconds} are allowed.");
        CheckRegisters(document, policy.Nitro, findings);
        return ToOutcome(document, root);
    }

    private static void CheckRegisters(NitroDocument document, NitroPolicy policy, Findings findings)
    {
        findings.Require(!document.IsDebug, Check.Debug, Subject, "PCR0, PCR1 or PCR2 is zero: the enclave runs in debug mode.");
        foreach (var (index, allowed) in policy.Pcrs)
        {
            findings.Require(
                document.Pcrs.TryGetValue(index, out var value) && CommonPolicyChecks.Admits(allowed, value.Span), Check.Measurement, Subject, $"PCR{index} is not allowed.");
        }
    }

    private static bool TryReadCertificates(NitroDocument document, out Certificate leaf, out List<Certificate> bundle)
    {
        bundle = [];
        if (!Certificate.TryRead(document.Certificate, out leaf!))
            return false;
        foreach (var der in document.Bundle)
        {
            if (!Certificate.TryRead(der, out var certificate))
                return false;
            bundle.Add(certificate);
        }

        return true;
    }

    private static Outcome ToOutcome(NitroDocument document, TrustAnchor? root)
    {
        return new Outcome
        {
            TeeType = TeeType.Nitro,
            Root = root,
            TcbStatus = TcbStatus.NotRated,
            WorkloadId = Identities.Workload(TeeType.Nitro, document.Pcrs[0], document.Pcrs[1], document.Pcrs[2]),
            PlatformId = Identities.Platform("aws", Encoding.UTF8.GetBytes(InstanceOf(document.ModuleId))),
            ReportData = document.UserData,
            Nonce = document.Nonce,
            PublicKey = document.PublicKey,
            IssuedAt = document.IssuedAt,
            Fields = NitroFields.Of(document).All,
        };
    }

    // A module is an enclave's; what is before its "-enc" is the machine's.
    private static string InstanceOf(string moduleId) =>
        moduleId.IndexOf("-enc", StringComparison.Ordinal) is var end && end > 0 ? moduleId[..end] : moduleId;
}
