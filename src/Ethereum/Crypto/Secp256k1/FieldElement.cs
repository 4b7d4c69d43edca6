using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Crypto;

/// <summary>
/// A coordinate: an integer modulo p = 2^256 − 2^32 − 977, in five limbs of 52 bits. Public values only: nothing here runs in constant
/// time.
/// </summary>
/// <remarks>
/// Limbs may exceed 52 bits, so that sums need no carries. An element of <em>magnitude</em> m has limbs of at most 2m·(2^52 − 1), the top
/// one of at most 2m·(2^48 − 1). Products have magnitude 1 and take factors of magnitude up to 8; sums add the magnitudes of their terms;
/// the other operations say theirs. Whoever writes a formula keeps count; only <see cref="Normalized"/> gives a unique representation.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
[SkipLocalsInit]
internal readonly partial struct FieldElement
{
    /// <summary>The greatest magnitude that a factor may have.</summary>
    public const int GreatestMagnitude = 8;

    private const ulong Mask52 = (1UL << 52) - 1;
    private const ulong Mask48 = (1UL << 48) - 1;

    // 2^256 and 2^260 modulo p: what a bit beyond the top limb is worth at the bottom.
    private const ulong Fold256 = 0x1000003D1;
    private const ulong Fold260 = Fold256 << 4;

    private static readonly ModularInverse Inverses = new(Modulus);

    // The modulus in limbs; the three in the middle are full.
    private const ulong P0 = 0xFFFFEFFFFFC2F;
    private const ulong P4 = Mask48;

    private readonly ulong _n0;
    private readonly ulong _n1;
    private readonly ulong _n2;
    private readonly ulong _n3;
    private readonly ulong _n4;

    internal FieldElement(ulong n0, ulong n1 = 0, ulong n2 = 0, ulong n3 = 0, ulong n4 = 0)
    {
        _n0 = n0;
        _n1 = n1;
        _n2 = n2;
        _n3 = n3;
        _n4 = n4;
    }

    /// <summary>The field's modulus p.</summary>
    public static UInt256 Modulus => new(0xFFFFFFFEFFFFFC2F, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    public static FieldElement One => new(1);

    /// <summary>Whether the number is odd; asks for a normalized element.</summary>
    public bool IsOdd => (_n0 & 1) != 0;

    /// <summary>Takes a number below 2^256, which counts modulo p. Magnitude 1.</summary>
    public static FieldElement FromUInt256(UInt256 value)
    {
        ulong u0 = value.Limb(0), u1 = value.Limb(1), u2 = value.Limb(2), u3 = value.Limb(3);
        return new FieldElement(
            u0 & Mask52,
            ((u0 >> 52) | (u1 << 12)) & Mask52,
            ((u1 >> 40) | (u2 << 24)) & Mask52,
            ((u2 >> 28) | (u3 << 36)) & Mask52,
            u3 >> 16);
    }

    /// <summary>The number below p; asks for a normalized element.</summary>
    public UInt256 ToUInt256() => new(
        _n0 | (_n1 << 52), (_n1 >> 12) | (_n2 << 40), (_n2 >> 24) | (_n3 << 28), (_n3 >> 36) | (_n4 << 16));

    public static FieldElement operator +(in FieldElement left, in FieldElement right) => unchecked(new(
        left._n0 + right._n0, left._n1 + right._n1, left._n2 + right._n2, left._n3 + right._n3, left._n4 + right._n4));

    /// <summary>A small multiple; multiplies the magnitude too.</summary>
    public FieldElement Times(uint factor) => unchecked(new(_n0 * factor, _n1 * factor, _n2 * factor, _n3 * factor, _n4 * factor));

    /// <summary>−x for an element of at most the given magnitude; the result has one more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FieldElement Negated(int magnitude)
    {
        unchecked
        {
            // 2(m + 1)·p is a multiple of p no limb of which is below the element's.
            var multiple = 2 * ((ulong)magnitude + 1);
            return new FieldElement(
                (P0 * multiple) - _n0,
                (Mask52 * multiple) - _n1,
                (Mask52 * multiple) - _n2,
                (Mask52 * multiple) - _n3,
                (P4 * multiple) - _n4);
        }
    }

    /// <summary>x / 2; of magnitude m gives at most ⌊m / 2⌋ + 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FieldElement Halved()
    {
        unchecked
        {
            // An odd number becomes even by adding p, which is odd.
            var odd = 0UL - (_n0 & 1);
            var n0 = _n0 + (odd & P0);
            var n1 = _n1 + (odd & Mask52);
            var n2 = _n2 + (odd & Mask52);
            var n3 = _n3 + (odd & Mask52);
            var n4 = _n4 + (odd & P4);
            return new FieldElement(
                (n0 >> 1) + ((n1 & 1) << 51),
                (n1 >> 1) + ((n2 & 1) << 51),
                (n2 >> 1) + ((n3 & 1) << 51),
                (n3 >> 1) + ((n4 & 1) << 51),
                n4 >> 1);
        }
    }

    /// <summary>The representation by the number below p.</summary>
    public FieldElement Normalized()
    {
        unchecked
        {
            var once = CarriedAndFolded();
            // Now the value exceeds 2^256 by a carry at the most, so p is to be taken away once or not at all: once when the value is p or
            // more, which is when adding Fold256 reaches 2^256.
            var n0 = once._n0 + Fold256;
            var n1 = once._n1 + (n0 >> 52);
            var n2 = once._n2 + (n1 >> 52);
            var n3 = once._n3 + (n2 >> 52);
            var n4 = once._n4 + (n3 >> 52);
            return n4 >> 48 == 0
                ? once
                : new FieldElement(n0 & Mask52, n1 & Mask52, n2 & Mask52, n3 & Mask52, n4 & Mask48);
        }
    }

    /// <summary>Whether the element is a multiple of p; takes any magnitude.</summary>
    public bool IsZero()
    {
        unchecked
        {
            // Almost every element is told from 0 and p by its lowest limb.
            var lowest = (_n0 + ((_n4 >> 48) * Fold256)) & Mask52;
            if (lowest != 0 && lowest != P0)
                return false;

            var folded = CarriedAndFolded();
            var isZero = (folded._n0 | folded._n1 | folded._n2 | folded._n3 | folded._n4) == 0;
            return isZero
                || (folded._n0 == P0 && (folded._n1 & folded._n2 & folded._n3) == Mask52 && folded._n4 == P4);
        }
    }

    /// <summary>Whether two elements are the same number modulo p; <paramref name="other"/> has magnitude 1.</summary>
    public bool IsSameAs(in FieldElement other) => (this + other.Negated(1)).IsZero();

    /// <summary>1 / x; zero for zero. Takes any magnitude.</summary>
    public FieldElement Inverse() => FromUInt256(Inverses.Invert(Normalized().ToUInt256()));

    // What exceeds 256 bits is folded to the bottom, and limbs are carried: n0 … n3 have 52 bits, n4 has 48 and a carry at the most.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private FieldElement CarriedAndFolded()
    {
        unchecked
        {
            var n0 = _n0 + ((_n4 >> 48) * Fold256);
            var n1 = _n1 + (n0 >> 52);
            var n2 = _n2 + (n1 >> 52);
            var n3 = _n3 + (n2 >> 52);
            var n4 = (_n4 & Mask48) + (n3 >> 52);
            return new FieldElement(n0 & Mask52, n1 & Mask52, n2 & Mask52, n3 & Mask52, n4);
        }
    }
}
