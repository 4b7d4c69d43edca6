using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using OpenGradient.Attestation.Certificates;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Roots;

namespace OpenGradient.Attestation.Tests.Certificates;

/// <summary>What a stranger may hand in to make one look at it expensive.</summary>
public sealed class StrangersKeysTests
{
    private static readonly byte[] Data = [1, 2, 3];

    [Fact]
    public void A_key_with_an_unusual_exponent_signs_nothing()
    {
        using var usual = RSA.Create(2048);
        Assert.True(Verifies(usual));

        using var unusual = WithExponent(usual, (BigInteger.One << 64) + 13);
        Assert.True(unusual.VerifyData(Data, Sign(unusual), HashAlgorithmName.SHA384, RSASignaturePadding.Pss));
        Assert.False(Verifies(unusual));
    }

    [Fact]
    public void More_certificates_than_any_evidence_needs_are_a_fault()
    {
        using var key = EmulatedKey.P256();
        var pem = PemEncoding.WriteString("CERTIFICATE", Somebody.Issue(key, key));
        CollateralFile[] files = [.. Enumerable.Range(0, 5).Select(i => new CollateralFile($"{i}.pem", System.Text.Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Repeat(pem, 32)))))];

        Assert.Empty(CollateralSet.Read(files[..4]).Faults);
        Assert.Equal($"There are more than {CollateralSet.MaxCertificates} certificates.", Assert.Single(CollateralSet.Read(files).Faults));
    }

    [Fact]
    public void More_lists_than_any_evidence_needs_are_a_fault()
    {
        using var key = EmulatedKey.P256();
        var pem = PemEncoding.WriteString("X509 CRL", new CrlTemplate("somebody", Somebody.NotBefore, Somebody.NotAfter, []).Issue(key));
        CollateralFile[] files = [.. Enumerable.Range(0, 5).Select(i => new CollateralFile($"{i}.pem", System.Text.Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Repeat(pem, 32)))))];

        Assert.Empty(CollateralSet.Read(files[..4]).Faults);
        Assert.Equal($"There are more than {CollateralSet.MaxRevocationLists} revocation lists.", Assert.Single(CollateralSet.Read(files).Faults));
    }

    [Fact]
    public void What_is_no_key_is_in_no_certificate_and_no_answer_about_it_is_looked_at()
    {
        using EmulatedKey key = EmulatedKey.P384(), other = EmulatedKey.P384();
        var template = Somebody with { StatedKey = key.Spki };
        var whole = template.Issue(key, key);
        Assert.True(Certificate.TryRead(whole, out _));
        var fields = new AsnReader(key.Spki, AsnEncodingRules.DER).ReadSequence();
        var (algorithm, bits) = (fields.ReadEncodedValue().ToArray(), fields.ReadEncodedValue().ToArray());
        var answer = new CollateralFile(
            "answer.der", new OcspTemplate { Certificate = whole, Issuer = whole, ThisUpdate = Somebody.NotBefore, NextUpdate = Somebody.NotAfter }.Issue(key));
        byte[][] broken = [[.. algorithm], [.. algorithm, .. algorithm], [.. bits], [.. algorithm, 0x03, 0x00], [.. algorithm, .. bits, .. bits], [.. algorithm, .. bits[..^1]], []];
        foreach (var inside in broken)
        {
            var stated = AsnForge.Encode(writer => writer.WriteEncodedValue(Sequence(inside)));
            var certificate = (template with { StatedKey = stated }).Issue(key, key);

            Assert.False(Certificate.TryRead(certificate, out var read), $"{Convert.ToHexString(stated)}: {read?.CommonName}");
            Assert.IsType<CollateralInspection.Unsound>(
                CollateralInspector.Inspect(answer, [new CollateralFile("stranger.der", certificate)], TrustAnchors.Production, Somebody.NotBefore));
        }
    }

    private static byte[] Sequence(byte[] inside) => [0x30, .. inside.Length < 0x80 ? (byte[])[(byte)inside.Length] : [0x81, (byte)inside.Length], .. inside];

    private static CertificateTemplate Somebody => new()
    {
        Subject = "somebody",
        Issuer = "somebody",
        Serial = [1],
        NotBefore = DateTimeOffset.UnixEpoch,
        NotAfter = DateTimeOffset.UnixEpoch.AddYears(80),
        IsAuthority = true,
    };

    private static bool Verifies(RSA key) =>
        PublicKey.Read(new AsnReader(key.ExportSubjectPublicKeyInfo(), AsnEncodingRules.DER)).Verifies(SignatureScheme.RsaPssSha384, Data, Sign(key));

    private static byte[] Sign(RSA key) => key.SignData(Data, HashAlgorithmName.SHA384, RSASignaturePadding.Pss);

    // The same primes with another exponent: a key like any other, only slower to verify by.
    private static RSA WithExponent(RSA key, BigInteger exponent)
    {
        var parts = key.ExportParameters(includePrivateParameters: true);
        BigInteger p = Number(parts.P!), q = Number(parts.Q!);
        var order = (p - 1) * (q - 1);
        while (BigInteger.GreatestCommonDivisor(exponent, order) != 1)
            exponent += 2;
        var secret = Inverse(exponent, order);
        parts.Exponent = exponent.ToByteArray(isUnsigned: true, isBigEndian: true);
        parts.D = Bytes(secret, parts.Modulus!.Length);
        parts.DP = Bytes(secret % (p - 1), parts.P!.Length);
        parts.DQ = Bytes(secret % (q - 1), parts.Q!.Length);
        return RSA.Create(parts);
    }

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Bytes(BigInteger number, int length)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[length - bytes.Length], .. bytes];
    }

    private static BigInteger Inverse(BigInteger number, BigInteger modulus)
    {
        var (low, high, before, now) = (number % modulus, modulus, BigInteger.One, BigInteger.Zero);
        while (high != 0)
        {
            var quotient = low / high;
            (low, high) = (high, low - (quotient * high));
            (before, now) = (now, before - (quotient * now));
        }

        return ((before % modulus) + modulus) % modulus;
    }
}
