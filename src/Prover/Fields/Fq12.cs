using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Prover.Fields;

/// <summary>A + B·w with w² = v, over Fq6: the field in which pairings have their values.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct Fq12(in Fq6 a, in Fq6 b) : IEquatable<Fq12>
{
    public readonly Fq6 A = a;
    public readonly Fq6 B = b;

    // ξ^(k·(q−1)/6) for k = 0 to 5: what the Frobenius map multiplies w^k by, and the same for its second and third power.
    private static readonly Fq2[][] Twists = TwistsOf();

    public static Fq12 One { get; } = new(Fq6.One, Fq6.Zero);

    public static Fq12 operator *(in Fq12 left, in Fq12 right)
    {
        var a = left.A * right.A;
        var b = left.B * right.B;
        return new Fq12(a + b.TimesV(), ((left.A + left.B) * (right.A + right.B)) - a - b);
    }

    public Fq12 Squared()
    {
        // (A + B)(A + vB) − AB − vAB = A² + vB²
        var product = A * B;
        return new Fq12(((A + B) * (A + B.TimesV())) - product - product.TimesV(), product + product);
    }

    /// <summary>Times y + (first + second·v)·w: what a line through two points is at a third.</summary>
    public Fq12 TimesLine(in Fq y, in Fq2 first, in Fq2 second)
    {
        var low = A * y;
        var high = B.TimesSparse(first, second);
        return new Fq12(low + high.TimesV(), (A + B).TimesSparse(new Fq2(first.Re + y, first.Im), second) - low - high);
    }

    /// <summary>To the power of q^6; of an element whose norm over Fq6 is 1, the inverse.</summary>
    public Fq12 Conjugated() => new(A, -B);

    public Fq12 Inverted()
    {
        var inverse = ((A * A) - (B * B).TimesV()).Inverted();
        return new Fq12(A * inverse, -(B * inverse));
    }

    /// <summary>To the power of q, q² or q³.</summary>
    public Fq12 Frobenius(int power)
    {
        var twists = Twists[power - 1];
        return new Fq12(
            new Fq6(Map(A.A, power), Map(A.B, power) * twists[2], Map(A.C, power) * twists[4]),
            new Fq6(Map(B.A, power) * twists[1], Map(B.B, power) * twists[3], Map(B.C, power) * twists[5]));
    }

    public Fq12 Power(ulong exponent)
    {
        var power = One;
        for (var mask = 1UL << 63; mask != 0; mask >>= 1)
        {
            power = power.Squared();
            if ((exponent & mask) != 0)
                power *= this;
        }

        return power;
    }

    public bool Equals(Fq12 other) => A.Equals(other.A) && B.Equals(other.B);

    public override bool Equals(object? obj) => obj is Fq12 other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(A, B);

    private static Fq2 Map(in Fq2 value, int power) => power == 2 ? value : value.Conjugated();

    private static Fq2[][] TwistsOf()
    {
        var sixth = Fq2.Xi.Power((Fq.Modulus - UInt256.One) / new UInt256(6));
        var first = new Fq2[6];
        first[0] = Fq2.One;
        for (var k = 1; k < first.Length; k++)
            first[k] = first[k - 1] * sixth;
        // Each further power of the map conjugates the factor it finds and multiplies it again.
        Fq2[] second = [.. first.Select(twist => twist.Conjugated() * twist)];
        Fq2[] third = [.. first.Zip(second, (twist, square) => square.Conjugated() * twist)];
        return [first, second, third];
    }
}
