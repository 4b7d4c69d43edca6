using OpenGradient.Prover.Curves;
using OpenGradient.Prover.Fields;

namespace OpenGradient.Prover.Pairings;

/// <summary>The optimal ate pairing of BN254, as the precompile at 0x08 has it.</summary>
internal static class Pairing
{
    private const ulong CurveParameter = 4965661367192848881;

    /// <summary>Whether the product of the pairings is 1.</summary>
    public static bool IsOne(ReadOnlySpan<(G1Affine Left, PreparedG2 Right)> pairs) => Product(pairs).Equals(Fq12.One);

    public static Fq12 Product(ReadOnlySpan<(G1Affine Left, PreparedG2 Right)> pairs) => FinalPower(MillerLoop(pairs));

    internal static Fq12 MillerLoop(ReadOnlySpan<(G1Affine Left, PreparedG2 Right)> pairs)
    {
        var product = Fq12.One;
        var next = 0;
        for (var mask = 1UL << 63; mask != 0; mask >>= 1)
        {
            product = TimesLines(product.Squared(), pairs, next++);
            if ((PreparedG2.LoopBits & mask) != 0)
                product = TimesLines(product, pairs, next++);
        }

        product = TimesLines(product, pairs, next++);
        return TimesLines(product, pairs, next);
    }

    /// <summary>To the power of (q^12 − 1) / p, by the chain of Scott and others ("On the final exponentiation", 2009).</summary>
    internal static Fq12 FinalPower(in Fq12 value)
    {
        // To (q^6 − 1)(q^2 + 1): from here on a conjugate is an inverse.
        var f = value.Conjugated() * value.Inverted();
        f = f.Frobenius(2) * f;

        var u1 = f.Power(CurveParameter);
        var u2 = u1.Power(CurveParameter);
        var u3 = u2.Power(CurveParameter);
        var y0 = f.Frobenius(1) * f.Frobenius(2) * f.Frobenius(3);
        var y1 = f.Conjugated();
        var y2 = u2.Frobenius(2);
        var y3 = u1.Frobenius(1).Conjugated();
        var y4 = (u1 * u2.Frobenius(1)).Conjugated();
        var y5 = u2.Conjugated();
        var y6 = (u3 * u3.Frobenius(1)).Conjugated();

        var t0 = y6.Squared() * y4 * y5;
        var t1 = y3 * y5 * t0;
        t0 *= y2;
        t1 = (t1.Squared() * t0).Squared();
        t0 = t1 * y1;
        t1 *= y0;
        return t0.Squared() * t1;
    }

    private static Fq12 TimesLines(Fq12 product, ReadOnlySpan<(G1Affine Left, PreparedG2 Right)> pairs, int index)
    {
        foreach (var (left, right) in pairs)
        {
            if (left.IsInfinity)
                continue;
            var line = right.Lines[index];
            product = product.TimesLine(left.Y, -(line.Slope * left.X), line.Intercept);
        }

        return product;
    }
}
