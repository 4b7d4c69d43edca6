using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Prover.Fields;

/// <summary>Re + Im·i with i² = −1, over the base field.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct Fq2(in Fq re, in Fq im) : IEquatable<Fq2>
{
    public readonly Fq Re = re;
    public readonly Fq Im = im;

    public static Fq2 Zero => default;

    public static Fq2 One { get; } = new(Fq.One, Fq.Zero);

    /// <summary>ξ = 9 + i, which is neither a square nor a cube: the higher fields are made of its roots.</summary>
    public static Fq2 Xi { get; } = new(Fq.FromInt64(9), Fq.One);

    public bool IsZero => Re.IsZero && Im.IsZero;

    public static Fq2 operator +(in Fq2 left, in Fq2 right) => new(left.Re + right.Re, left.Im + right.Im);

    public static Fq2 operator -(in Fq2 left, in Fq2 right) => new(left.Re - right.Re, left.Im - right.Im);

    public static Fq2 operator -(in Fq2 value) => new(-value.Re, -value.Im);

    public static Fq2 operator *(in Fq2 left, in Fq2 right)
    {
        var re = left.Re * right.Re;
        var im = left.Im * right.Im;
        return new Fq2(re - im, ((left.Re + left.Im) * (right.Re + right.Im)) - re - im);
    }

    public static Fq2 operator *(in Fq2 left, in Fq right) => new(left.Re * right, left.Im * right);

    public static bool operator ==(in Fq2 left, in Fq2 right) => left.Equals(right);

    public static bool operator !=(in Fq2 left, in Fq2 right) => !left.Equals(right);

    public Fq2 Squared() => new((Re + Im) * (Re - Im), (Re * Im).Doubled());

    public Fq2 Doubled() => this + this;

    public Fq2 Conjugated() => new(Re, -Im);

    public Fq2 TimesXi()
    {
        // (9 + i)(re + im·i) = 9re − im + (9im + re)·i
        var nine = Doubled().Doubled().Doubled() + this;
        return new Fq2(nine.Re - Im, nine.Im + Re);
    }

    public Fq2 Inverted()
    {
        var inverse = (Re.Squared() + Im.Squared()).Inverted();
        return new Fq2(Re * inverse, -(Im * inverse));
    }

    public Fq2 Power(UInt256 exponent)
    {
        var power = One;
        for (var bit = exponent.BitLength - 1; bit >= 0; bit--)
        {
            power = power.Squared();
            if (((exponent >> bit).Limb(0) & 1) == 1)
                power *= this;
        }

        return power;
    }

    public bool Equals(Fq2 other) => Re == other.Re && Im == other.Im;

    public override bool Equals(object? obj) => obj is Fq2 other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Re, Im);
}
