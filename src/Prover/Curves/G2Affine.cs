using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Fields;

namespace OpenGradient.Prover.Curves;

/// <summary>A point of the twist y² = x³ + 3/ξ over Fq2; (0, 0) stands for infinity. Only a part of the twist is the group G₂.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct G2Affine(in Fq2 x, in Fq2 y) : IEquatable<G2Affine>
{
    public const int ByteLength = 4 * Fq.ByteLength;

    public readonly Fq2 X = x;
    public readonly Fq2 Y = y;

    public static G2Affine Infinity => default;

    /// <summary>The generator of EIP-197.</summary>
    public static G2Affine Generator { get; } = new(
        new Fq2(
            Fq.FromUInt256(new UInt256(0x46DEBD5CD992F6ED, 0x674322D4F75EDADD, 0x426A00665E5C4479, 0x1800DEEF121F1E76)),
            Fq.FromUInt256(new UInt256(0x97E485B7AEF312C2, 0xF1AA493335A9E712, 0x7260BFB731FB5D25, 0x198E9393920D483A))),
        new Fq2(
            Fq.FromUInt256(new UInt256(0x4CE6CC0166FA7DAA, 0xE3D1E7690C43D37B, 0x4AAB71808DCB408F, 0x12C85EA5DB8C6DEB)),
            Fq.FromUInt256(new UInt256(0x55ACDADCD122975B, 0xBC4B313370B38EF3, 0xEC9E99AD690C3395, 0x090689D0585FF075))));

    public bool IsInfinity => X.IsZero && Y.IsZero;

    public bool IsOnCurve => IsInfinity || Y.Squared() == (X.Squared() * X) + CurveTerm;

    /// <summary>Whether the point is of the group's order: p times it is infinity.</summary>
    public bool IsInGroup => IsOnCurve && Times(Fr.Modulus).IsInfinity;

    private static Fq2 CurveTerm { get; } = new Fq2(Fq.FromInt64(3), Fq.Zero) * Fq2.Xi.Inverted();

    public static G2Affine operator -(in G2Affine point) => new(point.X, -point.Y);

    public static G2Affine operator +(in G2Affine left, in G2Affine right)
    {
        if (left.IsInfinity)
            return right;
        if (right.IsInfinity)
            return left;
        Fq2 slope;
        if (left.X != right.X)
            slope = (right.Y - left.Y) * (right.X - left.X).Inverted();
        else if (left.Y == right.Y && !left.Y.IsZero)
            slope = left.TangentSlope();
        else
            return Infinity;
        var x = slope.Squared() - left.X - right.X;
        return new G2Affine(x, (slope * (left.X - x)) - left.Y);
    }

    public Fq2 TangentSlope()
    {
        var square = X.Squared();
        return (square.Doubled() + square) * Y.Doubled().Inverted();
    }

    public G2Affine Times(UInt256 factor)
    {
        var product = Infinity;
        for (var bit = factor.BitLength - 1; bit >= 0; bit--)
        {
            product += product;
            if (((factor >> bit).Limb(0) & 1) == 1)
                product += this;
        }

        return product;
    }

    /// <summary>Reads a point as EIP-197 has it, imaginary parts first. It must be on the curve and in the group.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out G2Affine point)
    {
        point = default;
        if (!Fq.TryRead(bytes, out var xIm) || !Fq.TryRead(bytes[32..], out var xRe) || !Fq.TryRead(bytes[64..], out var yIm) || !Fq.TryRead(bytes[96..], out var yRe))
            return false;
        var read = new G2Affine(new Fq2(xRe, xIm), new Fq2(yRe, yIm));
        if (!read.IsInGroup)
            return false;
        point = read;
        return true;
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[ByteLength];
        X.Im.Write(bytes);
        X.Re.Write(bytes.AsSpan(32));
        Y.Im.Write(bytes.AsSpan(64));
        Y.Re.Write(bytes.AsSpan(96));
        return bytes;
    }

    public bool Equals(G2Affine other) => X == other.X && Y == other.Y;

    public override bool Equals(object? obj) => obj is G2Affine other && Equals(other);

    public override int GetHashCode() => X.GetHashCode();
}
