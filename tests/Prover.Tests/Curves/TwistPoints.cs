using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.Fields;

namespace OpenGradient.Prover.Tests.Curves;

/// <summary>Points of the twist by their x, by square roots in Fq2. q is 3 modulo 4.</summary>
internal static class TwistPoints
{
    private static readonly Fq2 CurveTerm = G2Affine.Generator.Y.Squared() - (G2Affine.Generator.X.Squared() * G2Affine.Generator.X);

    /// <summary>The point of the least x that is a whole number more than the given one.</summary>
    public static G2Affine First(Fq2 x)
    {
        for (; ; x += Fq2.One)
        {
            if (TrySquareRoot((x.Squared() * x) + CurveTerm, out var y))
                return new G2Affine(x, y);
        }
    }

    private static bool TrySquareRoot(Fq2 value, out Fq2 root)
    {
        root = default;
        var norm = Root(value.Re.Squared() + value.Im.Squared());
        var half = Fq.FromInt64(2).Inverted();
        foreach (var signed in new[] { norm, -norm })
        {
            var re = Root((value.Re + signed) * half);
            if (re.IsZero)
                continue;
            var candidate = new Fq2(re, value.Im * (re + re).Inverted());
            if (candidate.Squared() == value)
            {
                root = candidate;
                return true;
            }
        }

        return false;
    }

    // A square root, if there is one.
    private static Fq Root(Fq value) => value.Power((Fq.Modulus + UInt256.One) / new UInt256(4));
}
