using OpenGradient.Attestation.Certificates;
using OpenGradient.Attestation.Dcap;
using OpenGradient.Attestation.Nitro;
using OpenGradient.Attestation.Nvidia;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Decoding;

/// <summary>The certificates that come with evidence, for pages that show them. Neither their signatures nor their dates are checked here.</summary>
public static class EvidenceCertificates
{
    private const int Most = 32;

    /// <summary>That of the key that signed first, and its authorities behind it. Empty where evidence brings none, as a report of SEV-SNP does, or cannot be read.</summary>
    public static IReadOnlyList<EvidenceCertificate> Read(EvidenceKind kind, ReadOnlyMemory<byte> evidence) => kind switch
    {
        EvidenceKind.Dcap => QuoteReader.TryRead(evidence, out var quote) && PemText.TryReadCertificates(quote.Certification, out var chain) ? Of(chain) : [],
        // The document has its root first.
        EvidenceKind.Nitro => NitroDocument.TryRead(evidence, out var document) ? Of(Parse([document.Certificate, .. Enumerable.Reverse(document.Bundle)])) : [],
        EvidenceKind.Nvidia => GpuEvidence.TryRead(evidence, out var gpus) ? Of(gpus.SelectMany(gpu => gpu.Chain)) : [],
        EvidenceKind.Snp => [],
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, message: null),
    };

    private static IEnumerable<Certificate> Parse(IEnumerable<ReadOnlyMemory<byte>> ders)
    {
        foreach (var der in ders)
        {
            if (Certificate.TryRead(der, out var certificate))
                yield return certificate;
        }
    }

    private static List<EvidenceCertificate> Of(IEnumerable<Certificate> chain) =>
    [
        .. chain.Take(Most).Select(certificate => new EvidenceCertificate(
            FieldList.Plain(certificate.CommonName), certificate.NotBefore, certificate.NotAfter, certificate.IsAuthority, certificate.IsSelfIssued)),
    ];
}

/// <summary>A certificate as it was read: hearsay, as every field is.</summary>
/// <param name="Subject">Its common name, in plain letters; every other letter is a question mark.</param>
/// <param name="NotBefore">From when on it says to hold.</param>
/// <param name="NotAfter">Until when.</param>
/// <param name="IsAuthority">Whether it says that it may sign others.</param>
/// <param name="IsSelfIssued">Whether it names itself as its issuer, as roots do.</param>
public sealed record EvidenceCertificate(string Subject, DateTimeOffset NotBefore, DateTimeOffset NotAfter, bool IsAuthority, bool IsSelfIssued);
