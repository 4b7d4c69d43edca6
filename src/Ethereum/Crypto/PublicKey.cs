using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Crypto;

/// <summary>
/// A point of secp256k1 that someone holds the secret of. Every way to make one checks that the point is on the curve; only
/// <c>default</c> is no key, and using it is an <see cref="InvalidOperationException"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct PublicKey : IEquatable<PublicKey>
{
    /// <summary>The length of the form 02 or 03 ‖ x.</summary>
    public const int CompressedByteLength = 33;

    /// <summary>The length of the form 04 ‖ x ‖ y.</summary>
    public const int UncompressedByteLength = 65;

    private const byte EvenPrefix = 0x02;
    private const byte OddPrefix = 0x03;
    private const byte UncompressedPrefix = 0x04;

    private readonly UInt256 _x;
    private readonly UInt256 _y;

    internal PublicKey(in AffinePoint point)
    {
        _x = point.X.ToUInt256();
        _y = point.Y.ToUInt256();
    }

    public UInt256 X => IsPoint ? _x : throw NoKey();

    public UInt256 Y => IsPoint ? _y : throw NoKey();

    // No point of the curve has y = 0: its order would be two, and n is odd.
    private bool IsPoint => !_y.IsZero;

    /// <summary>
    /// Reads a key in its compressed or uncompressed form (SEC 1); throws <see cref="FormatException"/> where there is none.
    /// </summary>
    public static PublicKey Parse(ReadOnlySpan<byte> bytes) =>
        TryParse(bytes, out var key)
            ? key
            : throw new FormatException("A public key is 02 or 03 and x, or 04, x and y, of a point on the curve secp256k1.");

    /// <summary>
    /// Reads a key in its compressed (33 bytes) or uncompressed (65 bytes) form. Coordinates must be below p and the point on the curve;
    /// the hybrid prefixes 06 and 07 and the point at infinity are refused.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out PublicKey key)
    {
        key = default;
        switch (bytes.Length)
        {
            case CompressedByteLength when bytes[0] is EvenPrefix or OddPrefix:
                var abscissa = UInt256.FromBigEndian(bytes[1..]);
                if (abscissa >= FieldElement.Modulus || !AffinePoint.TryFromX(abscissa, bytes[0] == OddPrefix, out var point))
                    return false;
                key = new PublicKey(point);
                return true;
            case UncompressedByteLength when bytes[0] == UncompressedPrefix:
                return TryCreate(UInt256.FromBigEndian(bytes[1..33]), UInt256.FromBigEndian(bytes[33..]), out key);
            default:
                return false;
        }
    }

    /// <summary>Takes coordinates; gives false unless both are below p and the point is on the curve.</summary>
    public static bool TryCreate(UInt256 x, UInt256 y, out PublicKey key)
    {
        key = default;
        if (x >= FieldElement.Modulus || y >= FieldElement.Modulus)
            return false;

        var point = new AffinePoint(FieldElement.FromUInt256(x), FieldElement.FromUInt256(y));
        if (!point.IsOnCurve())
            return false;

        key = new PublicKey(point);
        return true;
    }

    public static bool operator ==(PublicKey left, PublicKey right) => left.Equals(right);

    public static bool operator !=(PublicKey left, PublicKey right) => !left.Equals(right);

    /// <summary>
    /// The key plus <paramref name="tweak"/> (32 big-endian bytes) times the generator, as child keys are derived in BIP-32. Gives false
    /// where the tweak is not below n or the sum is the point at infinity. The tweak is taken for public: the time depends on it.
    /// </summary>
    public bool TryAddTweak(ReadOnlySpan<byte> tweak, out PublicKey sum)
    {
        sum = default;
        var factor = UInt256.FromBigEndian(tweak);
        if (factor >= GroupOrder.N)
            return false;

        var point = LinearCombination.Compute(factor, ToPoint(), UInt256.One);
        if (point.IsInfinity)
            return false;

        sum = new PublicKey(point.ToAffine());
        return true;
    }

    /// <summary>The address of the account that the key controls: the last twenty bytes of the hash of x ‖ y.</summary>
    public Address ToAddress()
    {
        Span<byte> coordinates = stackalloc byte[2 * UInt256.ByteLength];
        WriteCoordinates(coordinates);
        Span<byte> hash = stackalloc byte[Hash32.ByteLength];
        Keccak256.Hash(coordinates, hash);
        return new Address(hash[(Hash32.ByteLength - Address.ByteLength)..]);
    }

    /// <summary>Writes 02 or 03 ‖ x, 33 bytes.</summary>
    public void WriteCompressed(Span<byte> destination)
    {
        var x = X;
        destination[0] = (_y.Limb(0) & 1) == 0 ? EvenPrefix : OddPrefix;
        x.WriteBigEndian(destination[1..]);
    }

    /// <summary>Writes 04 ‖ x ‖ y, 65 bytes.</summary>
    public void WriteUncompressed(Span<byte> destination)
    {
        WriteCoordinates(destination[1..]);
        destination[0] = UncompressedPrefix;
    }

    /// <summary>02 or 03 ‖ x.</summary>
    public byte[] ToCompressed()
    {
        var bytes = new byte[CompressedByteLength];
        WriteCompressed(bytes);
        return bytes;
    }

    /// <summary>04 ‖ x ‖ y.</summary>
    public byte[] ToUncompressed()
    {
        var bytes = new byte[UncompressedByteLength];
        WriteUncompressed(bytes);
        return bytes;
    }

    public bool Equals(PublicKey other) => _x == other._x && _y == other._y;

    public override bool Equals(object? obj) => obj is PublicKey other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_x, _y);

    /// <summary>The compressed form as hexadecimal digits.</summary>
    public override string ToString() => IsPoint ? Hex.Encode(ToCompressed()) : "no key";

    internal AffinePoint ToPoint() => new(FieldElement.FromUInt256(X), FieldElement.FromUInt256(_y));

    private void WriteCoordinates(Span<byte> destination)
    {
        X.WriteBigEndian(destination);
        _y.WriteBigEndian(destination[UInt256.ByteLength..]);
    }

    private static InvalidOperationException NoKey() => new("The default value of PublicKey is no key.");
}
