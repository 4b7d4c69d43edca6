using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using OpenGradient.Attestation.Certificates;

namespace OpenGradient.Attestation.Emulated;

/// <summary>A key of the development attester: in a real one it would never leave its hardware.</summary>
[SuppressMessage("Reliability", "CA2000", Justification = "Each key disposes of what it wraps.")]
internal sealed class EmulatedKey : IDisposable
{
    private readonly ECDsa? _curve;
    private readonly RSA? _rsa;

    private EmulatedKey(ECDsa? curve, RSA? rsa)
    {
        (_curve, _rsa) = (curve, rsa);
        Spki = curve?.ExportSubjectPublicKeyInfo() ?? rsa!.ExportSubjectPublicKeyInfo();
        Scheme = rsa is not null ? SignatureScheme.RsaPssSha384 : curve!.KeySize == 256 ? SignatureScheme.EcdsaSha256 : SignatureScheme.EcdsaSha384;
    }

    public byte[] Spki { get; }

    public SignatureScheme Scheme { get; }

    private HashAlgorithmName Hash => Scheme == SignatureScheme.EcdsaSha256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA384;

    public static EmulatedKey P256() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256), null);

    public static EmulatedKey P384() => new(ECDsa.Create(ECCurve.NamedCurves.nistP384), null);

    public static EmulatedKey Rsa() => new(null, RSA.Create(2048));

    /// <summary>Reads what <see cref="Export"/> gave; throws <see cref="CryptographicException"/> for anything else.</summary>
    public static EmulatedKey Import(string pem, bool isRsa)
    {
        if (isRsa)
        {
            var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return new EmulatedKey(null, rsa);
        }

        var curve = ECDsa.Create();
        curve.ImportFromPem(pem);
        return new EmulatedKey(curve, null);
    }

    public string Export() => _curve?.ExportPkcs8PrivateKeyPem() ?? _rsa!.ExportPkcs8PrivateKeyPem();

    /// <summary>x and y, one after the other.</summary>
    public byte[] Point()
    {
        var point = _curve!.ExportParameters(includePrivateParameters: false).Q;
        return [.. point.X!, .. point.Y!];
    }

    /// <summary>In the form of certificates.</summary>
    public byte[] Sign(byte[] data) => _curve?.SignData(data, Hash, DSASignatureFormat.Rfc3279DerSequence)
        ?? _rsa!.SignData(data, HashAlgorithmName.SHA384, RSASignaturePadding.Pss);

    /// <summary>r and s, one after the other.</summary>
    public byte[] SignRaw(byte[] data) => _curve!.SignData(data, Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    public void Dispose()
    {
        _curve?.Dispose();
        _rsa?.Dispose();
    }
}
