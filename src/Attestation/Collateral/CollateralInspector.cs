using System.Security.Cryptography;
using OpenGradient.Attestation.Certificates;
using OpenGradient.Attestation.Dcap;
using OpenGradient.Attestation.Nvidia;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Collateral;

/// <summary>
/// Looks at one file of collateral by itself, before it is kept: what it is about, that it is signed under a root that is known, and that it holds now.
/// Verdicts check all of that again; this keeps what is worthless from taking the place of what is not.
/// </summary>
public static class CollateralInspector
{
    private const int MaxNameLetters = 64;
    private const int MostBeside = 8;

    /// <param name="file">What is looked at.</param>
    /// <param name="beside">What else is at hand: the certificates of whoever signed it, and the lists that they are looked up in.</param>
    /// <param name="anchors">The roots that are known.</param>
    /// <param name="at">The time that it must hold at.</param>
    public static CollateralInspection Inspect(CollateralFile file, IReadOnlyList<CollateralFile> beside, TrustAnchors anchors, DateTimeOffset at)
    {
        var own = CollateralSet.Read([file]);
        if (own.Faults.Count > 0)
            return new CollateralInspection.Unsound("It is none of what is read here, or is damaged.");
        // What lies beside it may be damaged, or a heap of certificates that hides those that count.
        var all = CollateralSet.Read(
        [
            file,
            .. beside.Where(other => !other.Content.Span.SequenceEqual(file.Content.Span) && CollateralSet.Read([other]) is { Faults: [], Certificates.Count: <= MostBeside })
                .Take(CollateralSet.MaxFiles - 1),
        ]);
        var findings = new Findings(at);
        var facts = own switch
        {
            { TcbInfos: [var info], QeIdentities: [], RevocationLists: [], Certificates: [] } => OfTcbInfo(info, all, anchors, findings),
            { QeIdentities: [var identity], TcbInfos: [], RevocationLists: [], Certificates: [] } => OfIdentity(identity, all, anchors, findings),
            { RevocationLists: [var list], TcbInfos: [], Certificates: [] } => OfList(list, all, anchors, findings),
            { Manifests: [var manifest] } => OfManifest(manifest, anchors, findings),
            { OcspResponses: [{ Answers: [var answer] } response] } => OfOcsp(response, answer, all.Everybody(), anchors, findings),
            { Certificates: [var first, ..], TcbInfos: [], RevocationLists: [] } => OfCertificates(first, own.Certificates, all, anchors, findings),
            _ => null,
        };
        if (findings.Reasons is [var reason, ..])
            return new CollateralInspection.Unsound($"{reason.Subject}: {reason.Detail}");
        return facts is null ? new CollateralInspection.Unsound("It is not one thing of a kind that is kept.") : new CollateralInspection.Sound(facts);
    }

    private static CollateralFacts? OfTcbInfo(TcbInfo info, CollateralSet all, TrustAnchors anchors, Findings findings)
    {
        DcapCollateralChecks.Check(info, all, anchors, root: null, findings);
        return new CollateralFacts(
            CollateralForm.TcbInfo, $"{(info.IsTdx ? "TDX" : "SGX")} {Convert.ToHexStringLower(info.Fmspc)} {Convert.ToHexStringLower(info.PceId)}", info.IssueDate, info.NextUpdate,
            LabelOf(all.Certificates.Find(candidate => info.Signed.IsSignedBy(candidate.Key)), all, anchors));
    }

    private static CollateralFacts? OfIdentity(QeIdentity identity, CollateralSet all, TrustAnchors anchors, Findings findings)
    {
        DcapCollateralChecks.Check(identity, all, anchors, root: null, findings);
        return new CollateralFacts(
            CollateralForm.QeIdentity, identity.IsTdx ? "TD_QE" : "QE", identity.IssueDate, identity.NextUpdate,
            LabelOf(all.Certificates.Find(candidate => identity.Signed.IsSignedBy(candidate.Key)), all, anchors));
    }

    private static CollateralFacts? OfList(RevocationList list, CollateralSet all, TrustAnchors anchors, Findings findings)
    {
        const string Subject = "revocation list";
        var issuer = all.Certificates.Find(candidate => candidate.MaySignCrls && candidate.IsAuthority
            && candidate.Subject.Span.SequenceEqual(list.Issuer.Span) && list.IsSignedBy(candidate.Key));
        if (!findings.Require(issuer is not null, Check.CrlSignature, Subject, "It is not signed by any authority that is at hand."))
            return null;
        findings.RequireWindow(list.ThisUpdate, list.NextUpdate, Check.CrlWindow, Subject);
        var anchor = AnchorOf(issuer!, all.Certificates, anchors, Subject, findings);
        return new CollateralFacts(CollateralForm.RevocationList, NameOf(issuer!.CommonName, list.Issuer), list.ThisUpdate, list.NextUpdate, anchor?.Label ?? default);
    }

    private static CollateralFacts? OfManifest(ReferenceManifest manifest, TrustAnchors anchors, Findings findings)
    {
        const string Subject = "manifest";
        var signer = manifest.Certificates[0];
        findings.Require(manifest.IsSigned(signer.Key), Check.RimSignature, Subject, "It is not signed by its certificate, or was changed.");
        var anchor = AnchorOf(signer, manifest.Certificates, anchors, Subject, findings);
        return new CollateralFacts(
            CollateralForm.Manifest, Plain($"{manifest.Product} {manifest.Version}"), signer.NotBefore, signer.NotAfter, anchor?.Label ?? default);
    }

    // That a certificate was revoked is what is wanted to be known: it is kept as well. That it is not known says nothing, and would take the place of what does.
    private static CollateralFacts? OfOcsp(OcspResponse response, OcspAnswer answer, IReadOnlyList<Certificate> everybody, TrustAnchors anchors, Findings findings)
    {
        const string Subject = "OCSP response";
        var (certificate, issuer) = (
            from issued in everybody
            let signer = everybody.FirstOrDefault(other => OcspChecks.IsAbout(answer, issued, other) && issued.Issuer.Span.SequenceEqual(other.Subject.Span) && other.Signed(issued))
            where signer is not null
            select (issued, signer)).FirstOrDefault();
        if (!findings.Require(certificate is not null, Check.OcspMissing, Subject, "It is about no certificate that is at hand."))
            return null;
        findings.Require(OcspChecks.IsSigned(response, issuer!, findings.At), Check.OcspSignature, Subject, "It is not signed by the certificate's issuer, nor in its name.");
        findings.RequireWindow(answer.ThisUpdate, answer.NextUpdate, Check.OcspWindow, Subject);
        findings.Require(answer.Standing != OcspStanding.Unknown, Check.OcspMissing, Subject, "It does not know the certificate.");
        var anchor = AnchorOf(certificate!, everybody, anchors, Subject, findings);
        return new CollateralFacts(CollateralForm.OcspResponse, NameOf(certificate!.CommonName, certificate.Der), answer.ThisUpdate, answer.NextUpdate, anchor?.Label ?? default);
    }

    // A chain of an authority in the middle may come without those below: each certificate must lead to a root by itself.
    private static CollateralFacts? OfCertificates(Certificate first, List<Certificate> own, CollateralSet all, TrustAnchors anchors, Findings findings)
    {
        const string Subject = "certificate";
        TrustAnchor? anchor = null;
        foreach (var certificate in own)
            anchor = AnchorOf(certificate, all.Certificates, anchors, Subject, findings) ?? anchor;
        return new CollateralFacts(
            CollateralForm.Certificates, NameOf(first.CommonName, first.Subject), own.Max(certificate => certificate.NotBefore), own.Min(certificate => certificate.NotAfter), anchor?.Label ?? default);
    }

    private static TrustAnchor? AnchorOf(Certificate end, IEnumerable<Certificate> others, TrustAnchors anchors, string subject, Findings findings)
    {
        var chain = CertificatePath.Build(end, others);
        var root = chain[^1];
        // What a root's key may speak for is told by the root: a chain for one thing is none for another.
        if (anchors.All.FirstOrDefault(known => known.Id == root.Key.Id) is not { } anchor)
        {
            findings.Refuse(Check.RootUnknown, subject, $"The root's key {root.Key.Id} is not one that is known.");
            return null;
        }

        if (chain.Count > 1)
            return CertificatePath.Check(chain, anchor.Use, anchors, subject, findings, root.Scheme);
        findings.RequireWindow(root.NotBefore, root.NotAfter, Check.CertificateWindow, subject);
        return findings.Require(root.IsSelfIssued && root.Signed(root), Check.CertificateSignature, subject, "The root has not signed itself.") ? anchor : null;
    }

    private static RootLabel LabelOf(Certificate? signer, CollateralSet all, TrustAnchors anchors) =>
        signer is not null && anchors.Find(RootUse.Dcap, CertificatePath.Build(signer, all.Certificates)[^1].Key.Id) is { } anchor ? anchor.Label : default;

    // Common names are not unique, and the whole of a name is not readable.
    private static string NameOf(string words, ReadOnlyMemory<byte> name) => $"{Plain(words)} {Convert.ToHexStringLower(SHA256.HashData(name.Span))[..8]}";

    private static string Plain(string words) => new([.. words.Take(MaxNameLetters).Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is ' ' or '-' or '_' or '.' ? letter : '?')]);
}
