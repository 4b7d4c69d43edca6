using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Crypto;

/// <summary>A point of y² = x³ + 7 other than the one at infinity.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct AffinePoint(in FieldElement x, in FieldElement y)
{
    // In a field rather than behind a property, so that formulas take it by reference.
    public readonly FieldElement X = x;
    public readonly FieldElement Y = y;

    /// <summary>The generator G.</summary>
    public static AffinePoint Generator => new(
        FieldElement.FromUInt256(new UInt256(0x59F2815B16F81798, 0x029BFCDB2DCE28D9, 0x55A06295CE870B07, 0x79BE667EF9DCBBAC)),
        FieldElement.FromUInt256(new UInt256(0x9C47D08FFB10D4B8, 0xFD17B448A6855419, 0x5DA4FBFC0E1108A8, 0x483ADA7726A3C465)));

    /// <summary>The point whose x is given (modulo p) and whose y has the given parity, if there is one.</summary>
    public static bool TryFromX(UInt256 x, bool yIsOdd, out AffinePoint point)
    {
        var element = FieldElement.FromUInt256(x);
        var square = (element.Squared() * element) + new FieldElement(7);
        if (!square.Normalized().TrySquareRoot(out var y))
        {
            point = default;
            return false;
        }

        y = y.Normalized();
        point = new AffinePoint(element, y.IsOdd == yIsOdd ? y : y.Negated(1).Normalized());
        return true;
    }

    /// <summary>Whether y² = x³ + 7.</summary>
    public bool IsOnCurve() => ((X.Squared() * X) + new FieldElement(7)).IsSameAs(Y.Squared());
}
