using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Certificates;

/// <summary>Checks a chain of certificates from its end to a root that is known by its key.</summary>
internal static class CertificatePath
{
    /// <summary>No vendor's chain has more than six.</summary>
    public const int MaxLength = 8;

    /// <summary>
    /// Orders certificates into a chain from <paramref name="leaf"/> upwards, by names and by whose key signed: names alone can be taken. Ends at the first
    /// that issued itself, or where nothing fits.
    /// </summary>
    public static IReadOnlyList<Certificate> Build(Certificate leaf, IEnumerable<Certificate> others)
    {
        Certificate[] candidates = [.. others];
        List<Certificate> chain = [leaf];
        while (chain.Count < MaxLength && !chain[^1].IsSelfIssued)
        {
            var last = chain[^1];
            var byName = Array.FindAll(candidates, other => other.Subject.Span.SequenceEqual(last.Issuer.Span));
            // Where several share the name, the one that signed; where none did, the first, so that the check says what is wrong.
            if ((Array.Find(byName, other => byName.Length > 1 && other.Signed(last)) ?? byName.FirstOrDefault()) is not { } issuer)
                break;
            chain.Add(issuer);
        }

        return chain;
    }

    /// <summary>Whether a chain has the length that its vendor's have. One that leads nowhere is refused for that.</summary>
    public static bool HasLength(IReadOnlyList<Certificate> chain, int length) => chain.Count == length || !chain[^1].IsSelfIssued;

    /// <summary>
    /// Looks at every link: names, rights, windows, signatures; and at the root's key. Gives the root where all that is known, trusted and signed.
    /// </summary>
    public static TrustAnchor? Check(
        IReadOnlyList<Certificate> chain, RootUse use, TrustAnchors anchors, string subject, Findings findings, SignatureScheme scheme, DateTimeOffset? at = null)
    {
        var holds = findings.Require(
            chain.Count is > 1 and <= MaxLength && chain[^1].IsSelfIssued, Verdicts.Check.ChainIncomplete, subject, "The chain does not lead to a root.");
        for (var i = 0; i < chain.Count; i++)
            holds &= CheckOne(chain, i, subject, findings, scheme, at);
        if (!holds)
            return null;

        var anchor = anchors.Find(use, chain[^1].Key.Id);
        findings.Require(anchor is not null, Verdicts.Check.RootUnknown, subject, $"The root's key {chain[^1].Key.Id} is not one that is known for this.");
        return anchor;
    }

    private static bool CheckOne(IReadOnlyList<Certificate> chain, int i, string subject, Findings findings, SignatureScheme scheme, DateTimeOffset? at)
    {
        var (certificate, where) = (chain[i], $"{subject}, certificate {i}");
        var holds = findings.Require(
            certificate.UnknownCriticalExtension is null, Verdicts.Check.CertificateExtension, where, "It has a critical extension that is not known.");
        holds &= findings.RequireWindow(certificate.NotBefore, certificate.NotAfter, Verdicts.Check.CertificateWindow, where, at);
        if (i > 0)
        {
            holds &= findings.Require(
                certificate is { IsAuthority: true, MaySignCertificates: true } && (certificate.PathLength is not { } below || below >= i - 1),
                Verdicts.Check.CertificateAuthority, where, "It may not sign the one below it.");
        }

        var issuer = chain[Math.Min(i + 1, chain.Count - 1)];
        // The last of a broken chain has nobody to check it; that it is broken is said already.
        if (i == chain.Count - 1 && !certificate.IsSelfIssued)
            return holds;
        return holds & findings.Require(
            certificate.Scheme == scheme && issuer.Signed(certificate), Verdicts.Check.CertificateSignature, where, "Its signature is not its issuer's.");
    }
}
