using OpenGradient.Attestation.Decoding;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Tests.Emulated;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Tests.Decoding;

/// <summary>Certificates that come with evidence.</summary>
public sealed class EvidenceCertificatesTests
{
    [Theory]
    [InlineData(TeeType.Sgx, 3)]
    [InlineData(TeeType.Tdx, 3)]
    [InlineData(TeeType.Nitro, 3)]
    [InlineData(TeeType.Nvidia, 5)]
    [InlineData(TeeType.Snp, 0)]
    public void They_are_told_from_the_one_that_signed_to_its_root(TeeType type, int count)
    {
        var made = new EmulatedAttester(EmulatedWorld.Roots, new At()).Attest(type, [1, 2, 3]);
        var read = EvidenceCertificates.Read(made.Kind, made.Evidence);

        Assert.Equal(count, read.Count);
        if (count == 0)
            return;
        Assert.True(read[^1].IsSelfIssued && read[^1].IsAuthority, read[^1].ToString());
        Assert.False(read[0].IsAuthority);
        Assert.All(read, certificate =>
        {
            Assert.True(certificate.NotBefore <= EmulatedWorld.At && EmulatedWorld.At <= certificate.NotAfter, certificate.ToString());
            Assert.All(certificate.Subject, letter => Assert.True(char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '?', certificate.Subject));
        });
    }

    [Theory]
    [InlineData(EvidenceKind.Dcap)]
    [InlineData(EvidenceKind.Nitro)]
    [InlineData(EvidenceKind.Nvidia)]
    [InlineData(EvidenceKind.Snp)]
    public void What_cannot_be_read_has_none(EvidenceKind kind)
    {
        var made = new EmulatedAttester(EmulatedWorld.Roots, new At()).Attest(kind == EvidenceKind.Dcap ? TeeType.Tdx : kind == EvidenceKind.Nitro ? TeeType.Nitro : kind == EvidenceKind.Snp ? TeeType.Snp : TeeType.Nvidia, []);

        for (var length = 0; length < made.Evidence.Length; length += 1 + (length / 64))
            Assert.Empty(EvidenceCertificates.Read(kind, made.Evidence[..length]));
    }

    private sealed class At : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => EmulatedWorld.At;
    }
}
