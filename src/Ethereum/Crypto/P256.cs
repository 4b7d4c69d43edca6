using System.Security.Cryptography;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Crypto;

/// <summary>
/// ECDSA over P-256 as contracts check it by the precompile of EIP-7951 (RIP-7212): r and s, with the lower s, and behind them x and y of the key, since nothing is
/// recovered on this curve. An account is made of the point as on the other curve. All arithmetic is .NET's.
/// </summary>
public static class P256
{
    /// <summary>r ‖ s ‖ x ‖ y.</summary>
    public const int SignatureLength = 128;

    /// <summary>x ‖ y.</summary>
    public const int PointLength = 64;

    /// <summary>The order of the group.</summary>
    public static UInt256 Order { get; } = UInt256.Parse("0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

    private static UInt256 HalfOrder { get; } = Order >> 1;

    private static UInt256 Prime { get; } = UInt256.Parse("0xffffffff00000001000000000000000000000000ffffffffffffffffffffffff");

    /// <summary>The account of a point, x ‖ y; false where it is none of the curve, or not in the one form that contracts take.</summary>
    public static bool TryReadAccount(ReadOnlySpan<byte> point, out Address account)
    {
        using var key = TryOpen(point);
        account = key is null ? default : AccountOf(point);
        return key is not null;
    }

    /// <summary>Who signed a digest; false where these bytes are no signature of it.</summary>
    public static bool TryRecoverAddress(Hash32 digest, ReadOnlySpan<byte> signature, out Address signer)
    {
        signer = default;
        if (signature.Length != SignatureLength || UInt256.FromBigEndian(signature[UInt256.ByteLength..PointLength]) > HalfOrder)
            return false;
        var point = signature[PointLength..];
        using var key = TryOpen(point);
        if (key is null || !key.VerifyHash(digest.Bytes, signature[..PointLength], DSASignatureFormat.IeeeP1363FixedFieldConcatenation))
            return false;
        signer = AccountOf(point);
        return true;
    }

    internal static Address AccountOf(ReadOnlySpan<byte> point) => new(Keccak256.Hash(point).Bytes[^Address.ByteLength..]);

    /// <summary>The lower of the two values that s can have, in its place.</summary>
    internal static void Lower(Span<byte> s)
    {
        var value = UInt256.FromBigEndian(s);
        if (value > HalfOrder)
            (Order - value).WriteBigEndian(s);
    }

    // Whatever reads points may reduce coordinates: the same key would have several accounts.
    private static ECDsa? TryOpen(ReadOnlySpan<byte> point)
    {
        if (point.Length != PointLength || UInt256.FromBigEndian(point[..UInt256.ByteLength]) >= Prime || UInt256.FromBigEndian(point[UInt256.ByteLength..]) >= Prime)
            return null;
        try
        {
            return ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = point[..UInt256.ByteLength].ToArray(), Y = point[UInt256.ByteLength..].ToArray() },
            });
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

/// <summary>A secret key of P-256. It stays in OpenSSL, and ends with this object.</summary>
public sealed class P256Key : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ECDsa _key;
    private readonly byte[] _point;

    private P256Key(ECDsa key)
    {
        _key = key;
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        _point = [.. point.X!, .. point.Y!];
        Address = P256.AccountOf(_point);
    }

    /// <summary>x ‖ y.</summary>
    public ReadOnlySpan<byte> Point => _point;

    public Address Address { get; }

    public static P256Key Generate() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Signs a digest as it is: <see cref="P256.SignatureLength"/> bytes.</summary>
    public byte[] Sign(Hash32 digest)
    {
        byte[] numbers;
        // Many answers are signed side by side, and nothing says that one key may be used so.
        lock (_gate)
            numbers = _key.SignHash(digest.ToArray(), DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        byte[] signature = [.. numbers, .. _point];
        P256.Lower(signature.AsSpan(UInt256.ByteLength, UInt256.ByteLength));
        return signature;
    }

    public void Dispose() => _key.Dispose();
}
