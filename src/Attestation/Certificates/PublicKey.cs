using System.Formats.Asn1;
using System.Security.Cryptography;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Attestation.Certificates;

/// <summary>A public key as a certificate states it. It is known by SHA-256 of these bytes.</summary>
internal sealed class PublicKey
{
    private const int MaxRsaBits = 4096;
    private const int MaxExponentBytes = 4;

    private PublicKey(ReadOnlyMemory<byte> spki, ReadOnlyMemory<byte> bits, string algorithm, string? curve)
    {
        Spki = spki;
        Bits = bits;
        Algorithm = algorithm;
        Curve = curve;
    }

    /// <summary>The SubjectPublicKeyInfo.</summary>
    public ReadOnlyMemory<byte> Spki { get; }

    /// <summary>The key alone, as OCSP tells issuers by its hash.</summary>
    public ReadOnlyMemory<byte> Bits { get; }

    public string Algorithm { get; }

    /// <summary>The curve's identifier; null for RSA.</summary>
    public string? Curve { get; }

    public Hash32 Id => new(SHA256.HashData(Spki.Span));

    /// <summary>Reads a SubjectPublicKeyInfo; the reader stands behind it afterwards.</summary>
    public static PublicKey Read(AsnReader reader)
    {
        var spki = reader.ReadEncodedValue();
        var fields = new AsnReader(spki, AsnEncodingRules.DER).ReadSequence();
        var algorithm = fields.ReadSequence();
        var oid = algorithm.ReadObjectIdentifier();
        var curve = oid == Oids.EcPublicKey && algorithm.HasData && algorithm.PeekTag().HasSameClassAndValue(Asn1Tag.ObjectIdentifier) ? algorithm.ReadObjectIdentifier() : null;
        var bits = Certificate.ReadWholeBits(fields);
        fields.ThrowIfNotEmpty();
        return new PublicKey(spki, bits, oid, curve);
    }

    /// <summary>Whether the signature, in the form of certificates, is this key's over the data.</summary>
    public bool Verifies(SignatureScheme scheme, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) => scheme switch
    {
        SignatureScheme.EcdsaSha256 => VerifiesEcdsa(HashAlgorithmName.SHA256, data, signature, DSASignatureFormat.Rfc3279DerSequence),
        SignatureScheme.EcdsaSha384 => VerifiesEcdsa(HashAlgorithmName.SHA384, data, signature, DSASignatureFormat.Rfc3279DerSequence),
        SignatureScheme.RsaPssSha384 => VerifiesPss(data, signature),
        _ => false,
    };

    /// <summary>Whether r and s, big-endian one after the other, are this key's signature over the data.</summary>
    public bool VerifiesRaw(HashAlgorithmName hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        VerifiesEcdsa(hash, data, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    private bool VerifiesEcdsa(HashAlgorithmName hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, DSASignatureFormat format)
    {
        if (Curve is not (Oids.P256 or Oids.P384))
            return false;
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(Spki.Span, out var read);
            return read == Spki.Length && key.VerifyData(data, signature, hash, format);
        }
        catch (CryptographicException)
        {
            // Not a point of its curve.
            return false;
        }
    }

    // A stranger's key could be so large, or have so large an exponent, that one look at it takes long.
    private static bool IsUsual(RSA key) => key.KeySize <= MaxRsaBits && key.ExportParameters(includePrivateParameters: false).Exponent is { Length: <= MaxExponentBytes };

    private bool VerifiesPss(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (Algorithm != Oids.RsaEncryption)
            return false;
        try
        {
            using var key = RSA.Create();
            key.ImportSubjectPublicKeyInfo(Spki.Span, out var read);
            return read == Spki.Length && IsUsual(key) && key.VerifyData(data, signature, HashAlgorithmName.SHA384, RSASignaturePadding.Pss);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
