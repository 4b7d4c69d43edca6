using System.Security.Cryptography;

namespace OpenGradient.PrivateRequests.Hpke;

/// <summary>A P-256 key that requests are encrypted to. The private half stays in OpenSSL.</summary>
public sealed class HpkeKeyPair : IDisposable
{
    private readonly ECDiffieHellman _key;

    private HpkeKeyPair(ECDiffieHellman key)
    {
        _key = key;
        PublicKey = HpkePoint.Encode(key.ExportParameters(includePrivateParameters: false).Q);
    }

    /// <summary>The point, uncompressed: 65 bytes.</summary>
    public byte[] PublicKey { get; }

    public static HpkeKeyPair Generate() => new(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));

    public void Dispose() => _key.Dispose();

    internal static HpkeKeyPair FromSecret(byte[] secret, byte[] publicKey)
    {
        var key = ECDiffieHellman.Create();
        key.ImportParameters(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = secret, Q = HpkePoint.Decode(publicKey) });
        return new HpkeKeyPair(key);
    }

    /// <summary>The x coordinate that both sides come to; null where the other's bytes are no point of the curve.</summary>
    internal byte[]? TryAgree(ReadOnlySpan<byte> other)
    {
        if (!HpkePoint.IsEncoded(other))
            return null;
        try
        {
            using var theirs = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = HpkePoint.Decode(other) });
            return _key.DeriveRawSecretAgreement(theirs.PublicKey);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

/// <summary>Points as RFC 9180 writes them.</summary>
internal static class HpkePoint
{
    public const int Bytes = 65;

    private const int CoordinateBytes = 32;
    private const byte Uncompressed = 4;

    public static bool IsEncoded(ReadOnlySpan<byte> point) => point.Length == Bytes && point[0] == Uncompressed;

    public static byte[] Encode(ECPoint point) => [Uncompressed, .. point.X!, .. point.Y!];

    public static ECPoint Decode(ReadOnlySpan<byte> point) => new() { X = point.Slice(1, CoordinateBytes).ToArray(), Y = point[(1 + CoordinateBytes)..].ToArray() };
}
