using System.Security.Cryptography;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Certificates;

/// <summary>Checks what authorities say about single certificates.</summary>
internal static class OcspChecks
{
    /// <summary>Looks every certificate below the root up. The chain itself was checked before.</summary>
    public static void Check(IReadOnlyList<Certificate> chain, IReadOnlyList<OcspResponse> responses, string subject, Findings findings, bool mayBeMissing)
    {
        for (var i = 0; i + 1 < chain.Count; i++)
            CheckOne(chain[i], chain[i + 1], responses, $"{subject}, certificate {i}", findings, mayBeMissing);
    }

    private static void CheckOne(
        Certificate certificate, Certificate issuer, IReadOnlyList<OcspResponse> responses, string subject, Findings findings, bool mayBeMissing)
    {
        var spoken = responses.SelectMany(response => response.Answers.Select(answer => (Response: response, Answer: answer)))
            .Where(pair => IsAbout(pair.Answer, certificate, issuer)).ToList();
        // That one does not know it takes nothing from what another says.
        var (response, answer) = spoken.Where(pair => pair.Answer.Standing != OcspStanding.Unknown)
            .OrderByDescending(pair => pair.Answer.ThisUpdate <= findings.At && pair.Answer.NextUpdate >= findings.At)
            .ThenByDescending(pair => pair.Answer.ThisUpdate)
            .FirstOrDefault();
        if (response is null)
        {
            findings.Require(mayBeMissing, Verdicts.Check.OcspMissing, subject, spoken.Count == 0 ? "No OCSP response speaks for it." : "Who answers by OCSP does not know it.");
            return;
        }

        var holds = findings.Require(
            IsSigned(response, issuer, findings.At), Verdicts.Check.OcspSignature, subject, "The OCSP response is not signed by its issuer, nor in its name.");
        holds &= findings.RequireWindow(answer.ThisUpdate, answer.NextUpdate, Verdicts.Check.OcspWindow, subject);
        if (holds)
            findings.Require(answer.Standing == OcspStanding.Good, Verdicts.Check.CertificateRevoked, subject, "Its issuer has revoked it, or holds it back.");
    }

    /// <summary>Whether the issuer itself signed, or someone whom it has certified for nothing else.</summary>
    public static bool IsSigned(OcspResponse response, Certificate issuer, DateTimeOffset at)
    {
        if (response.IsSignedBy(issuer.Key))
            return true;
        var responder = response.Certificates.Find(certificate => certificate is { MaySignOcsp: true, UnknownCriticalExtension: null }
            && certificate.Issuer.Span.SequenceEqual(issuer.Subject.Span) && certificate.NotBefore <= at && certificate.NotAfter >= at && issuer.Signed(certificate));
        return responder is not null && response.IsSignedBy(responder.Key);
    }

    /// <summary>Whether an answer is about what an issuer has certified under this number.</summary>
    public static bool IsAbout(OcspAnswer answer, Certificate certificate, Certificate issuer) =>
        answer.Serial.Span.SequenceEqual(certificate.Serial.Span)
        && HashOf(answer.HashOid, issuer.Subject.Span) is { } name && answer.IssuerNameHash.Span.SequenceEqual(name)
        && HashOf(answer.HashOid, issuer.Key.Bits.Span) is { } key && answer.IssuerKeyHash.Span.SequenceEqual(key);

    private static byte[]? HashOf(string oid, ReadOnlySpan<byte> data) => oid switch
    {
#pragma warning disable CA5350 // Here the hash only says who is meant; the signature is over all of it.
        Oids.Sha1 => SHA1.HashData(data),
#pragma warning restore CA5350
        Oids.Sha256 => SHA256.HashData(data),
        Oids.Sha384 => SHA384.HashData(data),
        _ => null,
    };
}
