using System.Numerics;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Crypto;

/// <summary>Holds the points to the formulas of the curve as they stand in a textbook, computed with the big integer.</summary>
public sealed class PointTests
{
    private static readonly BigInteger P = Numbers.P;
    private static readonly Textbook G = Textbook.From(AffinePoint.Generator);

    [Fact]
    public void Adds_and_doubles_as_the_textbook_does()
    {
        var expected = G;
        var sum = new JacobianPoint(AffinePoint.Generator);
        for (var i = 0; i < 40; i++)
        {
            if (i % 3 == 0)
            {
                sum.Double();
                expected = expected.Add(expected)!;
            }
            else
            {
                sum.Add(AffinePoint.Generator);
                expected = expected.Add(G)!;
            }

            Assert.Equal(expected, Textbook.From(sum.ToAffine()));
        }
    }

    [Fact]
    public void Doubles_where_a_point_is_added_to_itself()
    {
        var sum = new JacobianPoint(AffinePoint.Generator);
        sum.Add(AffinePoint.Generator);

        Assert.Equal(G.Add(G), Textbook.From(sum.ToAffine()));
    }

    [Fact]
    public void Gives_infinity_where_a_point_is_subtracted_from_itself_and_starts_anew_from_there()
    {
        var sum = new JacobianPoint(AffinePoint.Generator);
        sum.Double();
        sum.Subtract(AffinePoint.Generator);
        sum.Subtract(AffinePoint.Generator);
        Assert.True(sum.IsInfinity);

        sum.Double();
        Assert.True(sum.IsInfinity);

        sum.Add(AffinePoint.Generator);
        Assert.Equal(G, Textbook.From(sum.ToAffine()));

        sum = JacobianPoint.Infinity;
        sum.Subtract(AffinePoint.Generator);
        Assert.Equal(new Textbook(G.X, P - G.Y), Textbook.From(sum.ToAffine()));
    }

    [Fact]
    public void Maps_a_point_to_its_multiple_by_lambda() =>
        Assert.Equal(G.Times(Endomorphism.Lambda), Textbook.From(Endomorphism.Map(AffinePoint.Generator)));

    [Fact]
    public void Knows_the_odd_multiples_of_the_generator()
    {
        var twice = G.Add(G)!;
        var expected = G;
        for (var i = 0; i < OddMultiples.Generator.Plain.Length; i++)
        {
            Assert.Equal(expected, Textbook.From(OddMultiples.Generator.Plain[i]));
            expected = expected.Add(twice)!;
        }

        Assert.Equal(256, OddMultiples.Generator.Plain.Length);
        Assert.Equal(256, OddMultiples.Generator.Mapped.Length);
    }

    [Fact]
    public void Combines_multiples_as_the_textbook_does()
    {
        // Edges meet edges, and random factors meet random ones.
        var factors = Numbers.Below(Numbers.N, random: 4);
        var point = G.Times(7919)!;
        var affine = point.ToPoint();
        foreach (var (g, k) in factors.Zip(factors.Reverse()).Concat(factors.Take(4).SelectMany(_ => factors.Take(4), (g, k) => (g, k))))
        {
            var expected = Textbook.Add(G.Times(g), point.Times(k));
            var sum = LinearCombination.Compute(g, affine, k);

            Assert.Equal(expected is null, sum.IsInfinity);
            if (expected is not null)
                Assert.Equal(expected, Textbook.From(sum.ToAffine()));
        }
    }

    [Fact]
    public void Combines_multiples_that_cancel_to_infinity()
    {
        var point = G.Times(7919)!.ToPoint();
        foreach (var factor in Numbers.Below(Numbers.N, random: 10))
        {
            var opposite = (UInt256)Numbers.Mod(-(BigInteger)factor * 7919, Numbers.N);

            Assert.True(LinearCombination.Compute(opposite, point, factor).IsInfinity);
            Assert.True(LinearCombination.Compute(GroupOrder.Negate(factor), AffinePoint.Generator, factor).IsInfinity);
        }
    }

    [Fact]
    public void Combines_multiples_of_the_generator_with_itself()
    {
        foreach (var factor in Numbers.Below(Numbers.N, random: 10).Where(factor => !factor.IsZero))
        {
            var sum = LinearCombination.Compute(factor, AffinePoint.Generator, factor);
            Assert.Equal(G.Times(2 * (BigInteger)factor), Textbook.From(sum.ToAffine()));
        }
    }

    [Fact]
    public void Compares_a_coordinate_modulo_the_order_without_dividing()
    {
        var sum = LinearCombination.Compute(5, AffinePoint.Generator, 6);
        var x = sum.ToAffine().X.ToUInt256();

        Assert.True(sum.HasXModuloOrder(x));
        Assert.False(sum.HasXModuloOrder(x + UInt256.One));
        Assert.False(sum.HasXModuloOrder(x - UInt256.One));
    }

    [Fact]
    public void Compares_a_coordinate_that_exceeds_the_order_by_its_residue()
    {
        // The least x ≥ n with a point: no one has the logarithm of its y, but a comparison asks only for the point.
        var residue = UInt256.Zero;
        AffinePoint point;
        while (!AffinePoint.TryFromX(GroupOrder.N + residue, yIsOdd: false, out point))
            residue += UInt256.One;

        Assert.True(new JacobianPoint(point).HasXModuloOrder(residue));
        Assert.False(new JacobianPoint(point).HasXModuloOrder(residue + UInt256.One));
        // A residue to which n cannot be added within the field.
        Assert.False(new JacobianPoint(point).HasXModuloOrder((UInt256)(P - Numbers.N) + residue));
    }

    /// <summary>A finite point; null is infinity.</summary>
    private sealed record Textbook(BigInteger X, BigInteger Y)
    {
        public static Textbook From(AffinePoint point) =>
            new(point.X.Normalized().ToUInt256(), point.Y.Normalized().ToUInt256());

        public static Textbook? Add(Textbook? left, Textbook? right) => left is null ? right : left.Add(right);

        public AffinePoint ToPoint() => new(FieldElement.FromUInt256((UInt256)X), FieldElement.FromUInt256((UInt256)Y));

        public Textbook? Add(Textbook? other)
        {
            if (other is null)
                return this;
            if (X == other.X && Y != other.Y)
                return null;

            var slope = Equals(other)
                ? 3 * X * X * Numbers.Invert(2 * Y, P)
                : (other.Y - Y) * Numbers.Invert(Numbers.Mod(other.X - X, P), P);
            var x = Numbers.Mod((slope * slope) - X - other.X, P);
            return new Textbook(x, Numbers.Mod((slope * (X - x)) - Y, P));
        }

        public Textbook? Times(BigInteger factor)
        {
            Textbook? result = null;
            Textbook? power = this;
            for (var rest = Numbers.Mod(factor, Numbers.N); !rest.IsZero; rest >>= 1)
            {
                if (!rest.IsEven)
                    result = Add(result, power);
                power = Add(power, power);
            }

            return result;
        }
    }
}
