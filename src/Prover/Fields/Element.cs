using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Prover.Fields;

/// <summary>
/// An element of a prime field, in Montgomery's form: x is held as x·2^256 modulo the prime, always below it, so that equal elements have equal bits.
/// Time depends on values: for public data only.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
[DebuggerDisplay("{ToUInt256()}")]
internal readonly struct Element<TModulus> : IEquatable<Element<TModulus>>
    where TModulus : struct, IPrimeModulus
{
    public const int ByteLength = 32;

    // In fields rather than behind properties, so that the products take them by reference.
    public readonly ulong L0;
    public readonly ulong L1;
    public readonly ulong L2;
    public readonly ulong L3;

    private static readonly ModularInverse Inversion = new(Modulus);

    /// <summary>From limbs that are below the modulus and in Montgomery's form already.</summary>
    public Element(ulong l0, ulong l1, ulong l2, ulong l3)
    {
        L0 = l0;
        L1 = l1;
        L2 = l2;
        L3 = l3;
    }

    public static UInt256 Modulus => new(TModulus.Limb0, TModulus.Limb1, TModulus.Limb2, TModulus.Limb3);

    public static Element<TModulus> Zero => default;

    public static Element<TModulus> One { get; } = FromUInt256(UInt256.One);

    public bool IsZero => (L0 | L1 | L2 | L3) == 0;

    private static Element<TModulus> RadixSquared => FromLimbs(TModulus.RadixSquared);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Element<TModulus> operator +(in Element<TModulus> left, in Element<TModulus> right)
    {
        // Both are below 2^254: the sum has no carry out.
        var carry = 0UL;
        var l0 = AddWithCarry(left.L0, right.L0, ref carry);
        var l1 = AddWithCarry(left.L1, right.L1, ref carry);
        var l2 = AddWithCarry(left.L2, right.L2, ref carry);
        return Reduce(l0, l1, l2, left.L3 + right.L3 + carry);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Element<TModulus> operator -(in Element<TModulus> left, in Element<TModulus> right)
    {
        var borrow = 0UL;
        var l0 = SubtractWithBorrow(left.L0, right.L0, ref borrow);
        var l1 = SubtractWithBorrow(left.L1, right.L1, ref borrow);
        var l2 = SubtractWithBorrow(left.L2, right.L2, ref borrow);
        var l3 = SubtractWithBorrow(left.L3, right.L3, ref borrow);
        var mask = 0UL - borrow;
        var carry = 0UL;
        l0 = AddWithCarry(l0, TModulus.Limb0 & mask, ref carry);
        l1 = AddWithCarry(l1, TModulus.Limb1 & mask, ref carry);
        l2 = AddWithCarry(l2, TModulus.Limb2 & mask, ref carry);
        return new Element<TModulus>(l0, l1, l2, l3 + (TModulus.Limb3 & mask) + carry);
    }

    public static Element<TModulus> operator -(in Element<TModulus> value) => value.IsZero ? value : Zero - value;

    /// <summary>
    /// Montgomery's product, one limb of the right operand at a time. The two top limbs of a row never carry out, because the modulus leaves the two
    /// top bits of 256 free.
    /// </summary>
    public static Element<TModulus> operator *(in Element<TModulus> left, in Element<TModulus> right)
    {
        ulong a0 = left.L0, a1 = left.L1, a2 = left.L2, a3 = left.L3;
        ulong t0 = 0, t1 = 0, t2 = 0, t3 = 0;
        MultiplyRow(a0, a1, a2, a3, right.L0, ref t0, ref t1, ref t2, ref t3);
        MultiplyRow(a0, a1, a2, a3, right.L1, ref t0, ref t1, ref t2, ref t3);
        MultiplyRow(a0, a1, a2, a3, right.L2, ref t0, ref t1, ref t2, ref t3);
        MultiplyRow(a0, a1, a2, a3, right.L3, ref t0, ref t1, ref t2, ref t3);
        return Reduce(t0, t1, t2, t3);
    }

    public static bool operator ==(in Element<TModulus> left, in Element<TModulus> right) => left.Equals(right);

    public static bool operator !=(in Element<TModulus> left, in Element<TModulus> right) => !left.Equals(right);

    public Element<TModulus> Squared() => this * this;

    public Element<TModulus> Doubled() => this + this;

    /// <summary>1 / x; zero for zero.</summary>
    public Element<TModulus> Inverted()
    {
        // The inverse of x·2^256 is x⁻¹·2^−256, two factors of 2^256 short of the form.
        var inverse = FromLimbs(Inversion.Invert(new UInt256(L0, L1, L2, L3)));
        return inverse * RadixSquared * RadixSquared;
    }

    /// <summary>x to the power of an exponent.</summary>
    public Element<TModulus> Power(UInt256 exponent)
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

    public static Element<TModulus> FromInt64(long value)
    {
        // The least number negated is itself, whose bits are its magnitude.
        var magnitude = new Element<TModulus>((ulong)(value < 0 ? -value : value), 0, 0, 0) * RadixSquared;
        return value < 0 ? -magnitude : magnitude;
    }

    /// <summary>A number of any size, modulo the modulus.</summary>
    public static Element<TModulus> FromUInt256(UInt256 value)
    {
        // 2^256 is less than six times the modulus.
        while (value >= Modulus)
            value -= Modulus;
        return FromLimbs(value) * RadixSquared;
    }

    /// <summary>A number that must be below the modulus.</summary>
    public static bool TryFromUInt256(UInt256 value, out Element<TModulus> element)
    {
        var isCanonical = value < Modulus;
        element = isCanonical ? FromLimbs(value) * RadixSquared : default;
        return isCanonical;
    }

    public static bool TryRead(ReadOnlySpan<byte> word, out Element<TModulus> element) =>
        TryFromUInt256(UInt256.FromBigEndian(word[..ByteLength]), out element);

    public void Write(Span<byte> destination) => ToUInt256().WriteBigEndian(destination[..ByteLength]);

    public UInt256 ToUInt256()
    {
        var plain = this * new Element<TModulus>(1, 0, 0, 0);
        return new UInt256(plain.L0, plain.L1, plain.L2, plain.L3);
    }

    public bool Equals(Element<TModulus> other) => ((L0 ^ other.L0) | (L1 ^ other.L1) | (L2 ^ other.L2) | (L3 ^ other.L3)) == 0;

    public override bool Equals(object? obj) => obj is Element<TModulus> other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(L0, L1, L2, L3);

    public override string ToString() => ToUInt256().ToString();

    private static Element<TModulus> FromLimbs(UInt256 value) => new(value.Limb(0), value.Limb(1), value.Limb(2), value.Limb(3));

    // t = (t + a·b + m·modulus) / 2^64 with the m that makes it whole.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyRow(ulong a0, ulong a1, ulong a2, ulong a3, ulong b, ref ulong t0, ref ulong t1, ref ulong t2, ref ulong t3)
    {
        var high = 0UL;
        var low0 = MultiplyAdd(a0, b, t0, ref high);
        var m = low0 * TModulus.NegatedInverse;
        var carry = 0UL;
        _ = MultiplyAdd(m, TModulus.Limb0, low0, ref carry);
        var low1 = MultiplyAdd(a1, b, t1, ref high);
        t0 = MultiplyAdd(m, TModulus.Limb1, low1, ref carry);
        var low2 = MultiplyAdd(a2, b, t2, ref high);
        t1 = MultiplyAdd(m, TModulus.Limb2, low2, ref carry);
        var low3 = MultiplyAdd(a3, b, t3, ref high);
        t2 = MultiplyAdd(m, TModulus.Limb3, low3, ref carry);
        t3 = high + carry;
    }

    /// <summary>left·right + addend + carry, which fits into 128 bits whatever they are: the lower half, and in carry the upper one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong MultiplyAdd(ulong left, ulong right, ulong addend, ref ulong carry)
    {
        var high = Math.BigMul(left, right, out var low);
        low += addend;
        high += low < addend ? 1UL : 0UL;
        low += carry;
        high += low < carry ? 1UL : 0UL;
        carry = high;
        return low;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Element<TModulus> Reduce(ulong l0, ulong l1, ulong l2, ulong l3)
    {
        var borrow = 0UL;
        var r0 = SubtractWithBorrow(l0, TModulus.Limb0, ref borrow);
        var r1 = SubtractWithBorrow(l1, TModulus.Limb1, ref borrow);
        var r2 = SubtractWithBorrow(l2, TModulus.Limb2, ref borrow);
        var r3 = SubtractWithBorrow(l3, TModulus.Limb3, ref borrow);
        return borrow == 0 ? new Element<TModulus>(r0, r1, r2, r3) : new Element<TModulus>(l0, l1, l2, l3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong AddWithCarry(ulong left, ulong right, ref ulong carry)
    {
        var sum = left + carry;
        carry = sum < carry ? 1UL : 0UL;
        sum += right;
        carry += sum < right ? 1UL : 0UL;
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong SubtractWithBorrow(ulong left, ulong right, ref ulong borrow)
    {
        var difference = left - right;
        var below = left < right ? 1UL : 0UL;
        below += difference < borrow ? 1UL : 0UL;
        difference -= borrow;
        borrow = below;
        return difference;
    }
}
