using OpenGradient.Attestation.Certificates;
using OpenGradient.Attestation.Dcap;
using OpenGradient.Attestation.Nitro;
using OpenGradient.Attestation.Nvidia;
using OpenGradient.Attestation.Snp;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Decoding;

/// <summary>Cuts evidence into labelled fields, for pages that show it. Nothing is checked here but its form: that is what a verdict is for.</summary>
public static class EvidenceDecoder
{
    /// <summary>Null where it cannot be read.</summary>
    public static DecodedEvidence? Decode(EvidenceKind kind, ReadOnlyMemory<byte> evidence) => kind switch
    {
        EvidenceKind.Dcap => QuoteReader.TryRead(evidence, out var quote)
            ? new DecodedEvidence(kind, quote.Tdx is null ? TeeType.Sgx : TeeType.Tdx, $"quote of version {quote.Version}", DcapFields.Of(quote, PlatformOf(quote)).All) : null,
        EvidenceKind.Nitro => NitroDocument.TryRead(evidence, out var document)
            ? new DecodedEvidence(kind, TeeType.Nitro, "COSE_Sign1 document", NitroFields.Of(document).All) : null,
        EvidenceKind.Snp => SnpReport.TryRead(evidence, out var report)
            ? new DecodedEvidence(kind, TeeType.Snp, $"report of version {report.Version}", SnpFields.Of(report, report.IsTurin).All) : null,
        EvidenceKind.Nvidia => GpuEvidence.TryRead(evidence, out var gpus)
            ? new DecodedEvidence(kind, TeeType.Nvidia, $"SPDM measurements of {gpus.Count}", NvidiaFields.Of(gpus).All) : null,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, message: null),
    };

    /// <summary>The same where only the kind of environment is known, as on the chain.</summary>
    public static DecodedEvidence? Decode(TeeType type, ReadOnlyMemory<byte> evidence) => Decode(type.ToKind(), evidence);

    private static PckExtension? PlatformOf(Quote quote) =>
        PemText.TryReadCertificates(quote.Certification, out var chain) && PckExtension.TryRead(chain[0], out var platform) ? platform : null;
}
