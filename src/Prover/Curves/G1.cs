using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Fields;

namespace OpenGradient.Prover.Curves;

/// <summary>A point of G₁ as (X, Y, Z) with x = X / Z² and y = Y / Z³: adding takes no inversion. Z = 0 is infinity.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct G1(in Fq x, in Fq y, in Fq z)
{
    public readonly Fq X = x;
    public readonly Fq Y = y;
    public readonly Fq Z = z;

    public static G1 Infinity => default;

    public bool IsInfinity => Z.IsZero;

    public static implicit operator G1(in G1Affine point) => point.IsInfinity ? default : new G1(point.X, point.Y, Fq.One);

    public static G1 operator -(in G1 point) => new(point.X, -point.Y, point.Z);

    public static G1 operator -(in G1 left, in G1 right) => left + -right;

    // EFD, "add-2007-bl" for a = 0.
    public static G1 operator +(in G1 left, in G1 right)
    {
        if (left.IsInfinity)
            return right;
        if (right.IsInfinity)
            return left;
        var z1Squared = left.Z.Squared();
        var z2Squared = right.Z.Squared();
        var u1 = left.X * z2Squared;
        var u2 = right.X * z1Squared;
        var s1 = left.Y * right.Z * z2Squared;
        var s2 = right.Y * left.Z * z1Squared;
        var h = u2 - u1;
        var difference = s2 - s1;
        if (h.IsZero)
            return difference.IsZero ? left.Doubled() : Infinity;
        var i = h.Doubled().Squared();
        var j = h * i;
        var r = difference.Doubled();
        var v = u1 * i;
        var x = r.Squared() - j - v.Doubled();
        return new G1(x, (r * (v - x)) - (s1 * j).Doubled(), (left.Z * right.Z).Doubled() * h);
    }

    // EFD, "madd-2007-bl".
    public static G1 operator +(in G1 left, in G1Affine right)
    {
        if (right.IsInfinity)
            return left;
        if (left.IsInfinity)
            return right;
        var zSquared = left.Z.Squared();
        var h = (right.X * zSquared) - left.X;
        var difference = (right.Y * left.Z * zSquared) - left.Y;
        if (h.IsZero)
            return difference.IsZero ? left.Doubled() : Infinity;
        var hSquared = h.Squared();
        var i = hSquared.Doubled().Doubled();
        var j = h * i;
        var r = difference.Doubled();
        var v = left.X * i;
        var x = r.Squared() - j - v.Doubled();
        return new G1(x, (r * (v - x)) - (left.Y * j).Doubled(), (left.Z + h).Squared() - zSquared - hSquared);
    }

    public static G1 operator *(in G1 point, in Fr factor) => point.Times(factor.ToUInt256());

    // EFD, "dbl-2009-l". No point of the curve has y = 0: its order is odd.
    public G1 Doubled()
    {
        var a = X.Squared();
        var b = Y.Squared();
        var c = b.Squared();
        var d = ((X + b).Squared() - a - c).Doubled();
        var e = a.Doubled() + a;
        var newX = e.Squared() - d.Doubled();
        return new G1(newX, (e * (d - newX)) - c.Doubled().Doubled().Doubled(), (Y * Z).Doubled());
    }

    /// <summary>The point so many times, four bits at a time.</summary>
    public G1 Times(UInt256 factor)
    {
        const int WindowBits = 4;
        var multiples = new G1[1 << WindowBits];
        for (var i = 1; i < multiples.Length; i++)
            multiples[i] = multiples[i - 1] + this;
        var product = Infinity;
        for (var shift = (factor.BitLength + WindowBits - 1) / WindowBits * WindowBits; (shift -= WindowBits) >= 0;)
        {
            for (var i = 0; i < WindowBits; i++)
                product = product.Doubled();
            product += multiples[(int)((factor >> shift).Limb(0) & ((1 << WindowBits) - 1))];
        }

        return product;
    }

    public G1Affine ToAffine()
    {
        if (IsInfinity)
            return default;
        var inverse = Z.Inverted();
        var squared = inverse.Squared();
        return new G1Affine(X * squared, Y * squared * inverse);
    }

    /// <summary>Many points with one inversion.</summary>
    public static G1Affine[] ToAffine(ReadOnlySpan<G1> points)
    {
        var inverses = new Fq[points.Length];
        for (var i = 0; i < inverses.Length; i++)
            inverses[i] = points[i].Z;
        Inverses.Invert<BaseModulus>(inverses);
        var affine = new G1Affine[points.Length];
        for (var i = 0; i < affine.Length; i++)
        {
            var squared = inverses[i].Squared();
            affine[i] = new G1Affine(points[i].X * squared, points[i].Y * squared * inverses[i]);
        }

        return affine;
    }
}
