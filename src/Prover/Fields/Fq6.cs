using System.Runtime.InteropServices;

namespace OpenGradient.Prover.Fields;

/// <summary>A + B·v + C·v² with v³ = ξ, over Fq2.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct Fq6(in Fq2 a, in Fq2 b, in Fq2 c) : IEquatable<Fq6>
{
    public readonly Fq2 A = a;
    public readonly Fq2 B = b;
    public readonly Fq2 C = c;

    public static Fq6 Zero => default;

    public static Fq6 One { get; } = new(Fq2.One, Fq2.Zero, Fq2.Zero);

    public static Fq6 operator +(in Fq6 left, in Fq6 right) => new(left.A + right.A, left.B + right.B, left.C + right.C);

    public static Fq6 operator -(in Fq6 left, in Fq6 right) => new(left.A - right.A, left.B - right.B, left.C - right.C);

    public static Fq6 operator -(in Fq6 value) => new(-value.A, -value.B, -value.C);

    public static Fq6 operator *(in Fq6 left, in Fq6 right)
    {
        var a = left.A * right.A;
        var b = left.B * right.B;
        var c = left.C * right.C;
        return new Fq6(
            a + (((left.B + left.C) * (right.B + right.C)) - b - c).TimesXi(),
            ((left.A + left.B) * (right.A + right.B)) - a - b + c.TimesXi(),
            ((left.A + left.C) * (right.A + right.C)) - a - c + b);
    }

    public static Fq6 operator *(in Fq6 left, in Fq right) => new(left.A * right, left.B * right, left.C * right);

    /// <summary>Times low + high·v.</summary>
    public Fq6 TimesSparse(in Fq2 low, in Fq2 high)
    {
        var aLow = A * low;
        var bHigh = B * high;
        return new Fq6(aLow + (C * high).TimesXi(), ((A + B) * (low + high)) - aLow - bHigh, (C * low) + bHigh);
    }

    public Fq6 TimesV() => new(C.TimesXi(), A, B);

    public Fq6 Inverted()
    {
        var first = A.Squared() - (B * C).TimesXi();
        var second = C.Squared().TimesXi() - (A * B);
        var third = B.Squared() - (A * C);
        var inverse = ((A * first) + ((C * second) + (B * third)).TimesXi()).Inverted();
        return new Fq6(first * inverse, second * inverse, third * inverse);
    }

    public bool Equals(Fq6 other) => A == other.A && B == other.B && C == other.C;

    public override bool Equals(object? obj) => obj is Fq6 other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(A, B, C);
}
