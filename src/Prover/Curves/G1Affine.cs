using System.Runtime.InteropServices;

namespace OpenGradient.Prover.Curves;

/// <summary>A point of y² = x³ + 3 over the base field. The curve has no point (0, 0), which stands for infinity, as the precompiles have it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct G1Affine(in Fq x, in Fq y) : IEquatable<G1Affine>
{
    public const int ByteLength = 2 * Fq.ByteLength;

    public readonly Fq X = x;
    public readonly Fq Y = y;

    public static G1Affine Infinity => default;

    public static G1Affine Generator { get; } = new(Fq.One, Fq.One.Doubled());

    public bool IsInfinity => X.IsZero && Y.IsZero;

    public bool IsOnCurve => IsInfinity || Y.Squared() == (X.Squared() * X) + Three;

    private static Fq Three { get; } = Fq.FromInt64(3);

    public static G1Affine operator -(in G1Affine point) => new(point.X, -point.Y);

    /// <summary>Reads x and y: both below the modulus, and a point of the curve or infinity. The curve's order is prime, so that it is in the group.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out G1Affine point)
    {
        point = default;
        if (!Fq.TryRead(bytes, out var x) || !Fq.TryRead(bytes[Fq.ByteLength..], out var y))
            return false;
        var read = new G1Affine(x, y);
        if (!read.IsOnCurve)
            return false;
        point = read;
        return true;
    }

    public void Write(Span<byte> destination)
    {
        X.Write(destination);
        Y.Write(destination[Fq.ByteLength..]);
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[ByteLength];
        Write(bytes);
        return bytes;
    }

    public bool Equals(G1Affine other) => X == other.X && Y == other.Y;

    public override bool Equals(object? obj) => obj is G1Affine other && Equals(other);

    public override int GetHashCode() => X.GetHashCode();
}
