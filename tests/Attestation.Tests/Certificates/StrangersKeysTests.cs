using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using OpenGradient.Attestation.Certificates;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Emulated;

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
        var template = new CertificateTemplate
        {
            Subject = "somebody",
            Issuer = "somebody",
            Serial = [1],
            NotBefore = DateTimeOffset.UnixEpoch,
            NotAfter = DateTimeOffset.UnixEpoch.AddYears(80),
            IsAuthority = true,
        };
        var pem = PemEncoding.WriteString("CERTIFICATE", template.Issue(key, key));
        CollateralFile[] files = [.. Enumerable.Range(0, 5).Select(i => new CollateralFile($"{i}.pem", System.Text.Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Repeat(pem, 32)))))];

        Assert.Empty(CollateralSet.Read(files[..4]).Faults);
        Assert.Equal($"There are more than {CollateralSet.MaxCertificates} certificates.", Assert.Single(CollateralSet.Read(files).Faults));
    }

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
