using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Crypto;

/// <summary>
/// The map (x, y) → (βx, y), which multiplies a point by λ: β is a cube root of one modulo p, λ the one modulo n that belongs to it. A
/// multiple k·P becomes k₁·P + k₂·λP with factors of half the length, which halves the number of doublings (Gallant, Lambert, Vanstone).
/// </summary>
internal static class Endomorphism
{
    public static UInt256 Lambda => new(0xDF02967C1B23BD72, 0x122E22EA20816678, 0xA5261C028812645A, 0x5363AD4CC05C30E0);

    public static UInt256 Beta => new(0xC1396C28719501EE, 0x9CF0497512F58995, 0x6E64479EAC3434E9, 0x7AE96A2B657C0710);

    // The short vectors of the lattice {(a, b) : a + bλ ≡ 0 mod n} are (a₁, b₁) and (a₂, b₂); only −b₁ and b₂ are needed, and
    // 2^384 times b₂ / n and −b₁ / n, rounded.
    private static UInt256 MinusB1 => new(0x6F547FA90ABFE4C3, 0xE4437ED6010E8828);

    private static UInt256 B2 => new(0xE86C90E49284EB15, 0x3086D221A7D46BCD);

    private static UInt256 B2OverN => new(0xE893209A45DBB031, 0x3DAA8A1471E8CA7F, 0xE86C90E49284EB15, 0x3086D221A7D46BCD);

    private static UInt256 MinusB1OverN => new(0x1571B4AE8AC47F71, 0x221208AC9DF506C6, 0x6F547FA90ABFE4C4, 0xE4437ED6010E8828);

    /// <summary>λ times the point.</summary>
    public static AffinePoint Map(in AffinePoint point) => new(point.X * FieldElement.FromUInt256(Beta), point.Y);

    /// <summary>Splits a factor below n into two of at most 128 bits and a sign, so that k ≡ ±first ± second·λ modulo n.</summary>
    public static void Split(UInt256 factor, out SignedFactor first, out SignedFactor second)
    {
        var c1 = MultiplyAndShiftBy384(factor, B2OverN);
        var c2 = MultiplyAndShiftBy384(factor, MinusB1OverN);
        // k₂ = −c₁·b₁ − c₂·b₂ and k₁ = k − k₂·λ.
        var k2 = GroupOrder.Add(GroupOrder.Multiply(c1, MinusB1), GroupOrder.Negate(GroupOrder.Multiply(c2, B2)));
        var k1 = GroupOrder.Add(factor, GroupOrder.Negate(GroupOrder.Multiply(k2, Lambda)));
        first = SignedFactor.FromResidue(k1);
        second = SignedFactor.FromResidue(k2);
    }

    private static UInt256 MultiplyAndShiftBy384(UInt256 left, UInt256 right)
    {
        UInt256.Multiply(left, right, out var low, out var high);
        // Round to the nearest: the bit below the point says which way.
        var quotient = high >> 128;
        return (high.Limb(1) >> 63) == 0 ? quotient : unchecked(quotient + 1UL);
    }
}

/// <summary>A factor of at most 128 bits with a sign.</summary>
internal readonly record struct SignedFactor(UInt128 Magnitude, bool IsNegative)
{
    /// <summary>Reads a number modulo n of which either it or its opposite has at most 128 bits.</summary>
    public static SignedFactor FromResidue(UInt256 residue) => residue > GroupOrder.Half
        ? new SignedFactor((UInt128)GroupOrder.Negate(residue), IsNegative: true)
        : new SignedFactor((UInt128)residue, IsNegative: false);
}
