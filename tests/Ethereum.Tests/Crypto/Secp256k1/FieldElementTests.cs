using System.Numerics;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Crypto;

public sealed class FieldElementTests
{
    private const ulong Full52 = (1UL << 52) - 1;
    private const ulong Full48 = (1UL << 48) - 1;

    private static readonly BigInteger P = Numbers.P;

    [Fact]
    public void Adds_multiplies_and_squares_as_the_big_integer_does()
    {
        var numbers = Numbers.Below(P, random: 60);
        foreach (var a in numbers)
        {
            var left = FieldElement.FromUInt256(a);
            Assert.Equal(a, Value(left));
            AssertIs((BigInteger)a * a, left.Squared());
            AssertIs(-(BigInteger)a, left.Negated(1));
            AssertIs((BigInteger)a * 3, left.Times(3));
            AssertIs((BigInteger)a * Numbers.Invert(2, P), left.Halved());
            Assert.Equal(a.IsZero, left.IsZero());
            Assert.Equal(!((BigInteger)a).IsEven, left.Normalized().IsOdd);
            foreach (var b in numbers)
            {
                var right = FieldElement.FromUInt256(b);
                AssertIs((BigInteger)a + b, left + right);
                AssertIs((BigInteger)a * b, left * right);
                Assert.Equal(a == b, left.IsSameAs(right));
            }
        }
    }

    // The limbs of these elements are the greatest that their magnitude allows, so every sum inside reaches its bound.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(FieldElement.GreatestMagnitude)]
    public void Stays_right_at_the_greatest_limbs_of_a_magnitude(int magnitude)
    {
        var element = Greatest(magnitude);
        // Full limbs are 2^256 − 1 in all.
        var value = ((BigInteger.One << 256) - 1) * 2 * magnitude;
        AssertIs(value, element);
        AssertIs(value * value, element.Squared());
        AssertIs(value * value, element * element);
        AssertIs(value * value / magnitude, Greatest(1) * element);
        AssertIs(-value, element.Negated(magnitude));
        AssertIs(value * Numbers.Invert(2, P), element.Halved());
        AssertIs(0, element + element.Negated(magnitude));
        Assert.True((element + element.Negated(magnitude)).IsZero());
        Assert.False(element.IsZero());

        // A product has magnitude 1, whatever its factors: it can be negated as such.
        AssertIs(0, element.Squared() + element.Squared().Negated(1));
    }

    [Fact]
    public void Counts_every_multiple_of_the_modulus_for_zero()
    {
        var zero = default(FieldElement);
        for (var magnitude = 0; magnitude < 8; magnitude++)
        {
            var multiple = zero.Negated(magnitude);
            Assert.True(multiple.IsZero());
            Assert.Equal(UInt256.Zero, Value(multiple));
            Assert.False((multiple + FieldElement.One).IsZero());
            Assert.Equal(UInt256.One, Value(multiple + FieldElement.One));
            Assert.Equal(P - 1, Value(multiple + FieldElement.One.Negated(1)));
        }
    }

    [Fact]
    public void Takes_numbers_from_the_modulus_up_for_their_residues()
    {
        foreach (var excess in new ulong[] { 0, 1, 0x1000003D0 })
            Assert.Equal(excess, Value(FieldElement.FromUInt256((UInt256)(P + excess))));
    }

    [Fact]
    public void Inverts_as_powers_do()
    {
        foreach (var number in Numbers.Below(P, random: 200))
        {
            var inverse = FieldElement.FromUInt256(number).Inverse();
            Assert.Equal((UInt256)Numbers.Invert(number, P), Value(inverse));
        }
    }

    [Fact]
    public void Finds_a_square_root_where_there_is_one()
    {
        foreach (var number in Numbers.Below(P, random: 60))
        {
            var isSquare = number.IsZero || BigInteger.ModPow(number, (P - 1) / 2, P).IsOne;
            var found = FieldElement.FromUInt256(number).TrySquareRoot(out var root);

            Assert.Equal(isSquare, found);
            if (found)
                AssertIs(number, root.Squared());
        }
    }

    private static FieldElement Greatest(int magnitude)
    {
        var limbs = 2 * (ulong)magnitude;
        return new FieldElement(limbs * Full52, limbs * Full52, limbs * Full52, limbs * Full52, limbs * Full48);
    }

    private static UInt256 Value(in FieldElement element) => element.Normalized().ToUInt256();

    private static void AssertIs(BigInteger expected, in FieldElement element) =>
        Assert.Equal((UInt256)Numbers.Mod(expected, P), Value(element));
}
