using System.Diagnostics;
using System.Runtime.CompilerServices;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Crypto;

/// <summary>
/// A point (X / Z², Y / Z³), or the one at infinity, which sums are accumulated in: no operation on it divides. Public values only.
/// The comments count magnitudes (see <see cref="FieldElement"/>) in brackets; X, Y and Z are kept at no more than 5, 3 and 1.
/// </summary>
[SkipLocalsInit]
internal struct JacobianPoint
{
    public FieldElement X;
    public FieldElement Y;
    public FieldElement Z;

    public JacobianPoint(in AffinePoint point)
    {
        X = point.X;
        Y = point.Y;
        Z = FieldElement.One;
        IsInfinity = false;
    }

    public static JacobianPoint Infinity => new() { IsInfinity = true };

    public bool IsInfinity { get; private set; }

    /// <summary>Adds the point to itself.</summary>
    public void Double()
    {
        // No finite point has y = 0, as the order of the group is odd; so infinity is the only point that doubles to infinity.
        if (IsInfinity)
            return;

        // With L = 3X² / 2, S = Y² and T = −X·S: X' = L² + 2T, Y' = −(L·(X' + T) + S²), Z' = Y·Z.
        Z *= Y;
        var s = Y.Squared();
        var l = X.Squared().Times(3).Halved(); // [2]
        var t = (X * s).Negated(1); // [2]
        X = l.Squared() + t + t; // [5]
        Y = ((l * (X + t)) + s.Squared()).Negated(2); // [3]
    }

    /// <summary>Adds an affine point.</summary>
    public void Add(in AffinePoint other)
    {
        if (IsInfinity)
        {
            this = new JacobianPoint(other);
            return;
        }

        var zz = Z.Squared();
        var x2 = other.X * zz;
        var y2 = other.Y * (zz * Z);
        var h = x2 + X.Negated(5); // [7]
        var i = y2 + Y.Negated(3); // [5]
        if (h.IsZero())
        {
            DoubleOrCancel(i);
            return;
        }

        Z *= h;
        var hh = h.Squared();
        var hhh = h * hh;
        var t = X * hh;
        X = i.Squared() + (hhh + t.Times(2)).Negated(3); // [5]
        Y = (i * (t + X.Negated(5))) + (Y * hhh).Negated(1); // [3]
    }

    /// <summary>Subtracts an affine point.</summary>
    public void Subtract(in AffinePoint other) => Add(new AffinePoint(other.X, other.Y.Negated(1)));

    /// <summary>Whether the point's x is r modulo n, without a division; asks for a finite point and an r below n.</summary>
    public readonly bool HasXModuloOrder(UInt256 r)
    {
        var zz = Z.Squared();
        if ((FieldElement.FromUInt256(r) * zz).IsSameAs(X.Normalized()))
            return true;

        // A coordinate may exceed n by what p exceeds it.
        return !UInt256.AddOverflows(r, GroupOrder.N, out var x) && x < FieldElement.Modulus
            && (FieldElement.FromUInt256(x) * zz).IsSameAs(X.Normalized());
    }

    // The other point has the same x, so it is either the same point or its opposite.
    private void DoubleOrCancel(in FieldElement differenceOfY)
    {
        if (differenceOfY.IsZero())
            Double();
        else
            this = Infinity;
    }

    /// <summary>The point by its coordinates; asks for a finite point. Coordinates are normalized.</summary>
    public readonly AffinePoint ToAffine()
    {
        Debug.Assert(!IsInfinity, "The point at infinity has no coordinates.");
        return ToAffine(Z.Inverse());
    }

    /// <summary>Writes finite points by their coordinates, at the price of one inversion for all of them.</summary>
    public static void ToAffine(ReadOnlySpan<JacobianPoint> points, Span<AffinePoint> destination)
    {
        // Montgomery's trick: x of destination[i] holds the product of all Z before i.
        var product = FieldElement.One;
        for (var i = 0; i < points.Length; i++)
        {
            destination[i] = new AffinePoint(product, FieldElement.One);
            product *= points[i].Z;
        }

        var inverse = product.Inverse();
        for (var i = points.Length - 1; i >= 0; i--)
        {
            var inverseOfZ = inverse * destination[i].X;
            inverse *= points[i].Z;
            destination[i] = points[i].ToAffine(inverseOfZ);
        }
    }

    private readonly AffinePoint ToAffine(in FieldElement inverseOfZ)
    {
        var squared = inverseOfZ.Squared();
        return new AffinePoint((X * squared).Normalized(), (Y * (squared * inverseOfZ)).Normalized());
    }
}
