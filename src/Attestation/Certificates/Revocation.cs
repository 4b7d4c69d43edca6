using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Certificates;

/// <summary>Checks certificates against their issuers' revocation lists.</summary>
internal static class Revocation
{
    /// <summary>
    /// Looks every certificate below the root up in its issuer's list. The chain itself was checked before: an issuer's key counts for its list.
    /// </summary>
    public static void Check(IReadOnlyList<Certificate> chain, IReadOnlyList<RevocationList> lists, string subject, Findings findings, bool mayBeMissing = false)
    {
        for (var i = 0; i + 1 < chain.Count; i++)
            CheckOne(chain[i], chain[i + 1], lists, $"{subject}, certificate {i}", findings, mayBeMissing);
    }

    private static void CheckOne(
        Certificate certificate, Certificate issuer, IReadOnlyList<RevocationList> lists, string subject, Findings findings, bool mayBeMissing)
    {
        // Of several, the newest that is in its window: it can only list more. One that another key signed under the same name hides none that is the issuer's.
        RevocationList[] named =
        [
            .. lists.Where(list => list.Issuer.Span.SequenceEqual(issuer.Subject.Span))
                .OrderByDescending(list => list.ThisUpdate <= findings.At && list.NextUpdate >= findings.At)
                .ThenByDescending(list => list.ThisUpdate),
        ];
        if ((Array.Find(named, list => named.Length > 1 && list.IsSignedBy(issuer.Key)) ?? named.FirstOrDefault()) is not { } list)
        {
            findings.Require(mayBeMissing, Verdicts.Check.CrlMissing, subject, "There is no revocation list of its issuer.");
            return;
        }

        var holds = findings.Require(
            issuer.MaySignCrls && list.IsSignedBy(issuer.Key),
            Verdicts.Check.CrlSignature, subject, "The revocation list is not signed by its issuer.");
        holds &= findings.RequireWindow(list.ThisUpdate, list.NextUpdate, Verdicts.Check.CrlWindow, subject);
        if (holds)
            findings.Require(!list.Lists(certificate), Verdicts.Check.CertificateRevoked, subject, "Its issuer has revoked it.");
    }
}
