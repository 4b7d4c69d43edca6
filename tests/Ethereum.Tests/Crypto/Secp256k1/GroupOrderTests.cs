using System.Numerics;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Crypto;

public sealed class GroupOrderTests
{
    private static readonly BigInteger N = Numbers.N;

    [Fact]
    public void Adds_multiplies_and_negates_as_the_big_integer_does()
    {
        var numbers = Numbers.Below(N, random: 60);
        foreach (var a in numbers)
        {
            AssertIs(-(BigInteger)a, GroupOrder.Negate(a));
            foreach (var b in numbers)
            {
                AssertIs((BigInteger)a + b, GroupOrder.Add(a, b));
                AssertIs((BigInteger)a * b, GroupOrder.Multiply(a, b));
            }
        }
    }

    [Fact]
    public void Multiplies_numbers_above_the_order_too() =>
        AssertIs((BigInteger)UInt256.MaxValue * UInt256.MaxValue, GroupOrder.Multiply(UInt256.MaxValue, UInt256.MaxValue));

    [Fact]
    public void Reduces_numbers_from_the_order_up()
    {
        Assert.Equal(GroupOrder.N - UInt256.One, GroupOrder.Reduce(GroupOrder.N - UInt256.One));
        Assert.Equal(UInt256.Zero, GroupOrder.Reduce(GroupOrder.N));
        Assert.Equal(UInt256.One, GroupOrder.Reduce(GroupOrder.N + UInt256.One));
        AssertIs(UInt256.MaxValue, GroupOrder.Reduce(UInt256.MaxValue));
    }

    [Fact]
    public void Inverts_as_powers_do()
    {
        foreach (var number in Numbers.Below(N, random: 200))
            AssertIs(Numbers.Invert(number, N), GroupOrder.Invert(number));
    }

    [Fact]
    public void Inverts_modulo_other_numbers_too()
    {
        foreach (var modulus in new[] { 101, (BigInteger.One << 127) - 1, (BigInteger.One << 255) - 19, (BigInteger.One << 256) - 189 })
        {
            var inverse = new ModularInverse((UInt256)modulus);
            foreach (var number in Numbers.Below(modulus, random: 60))
                Assert.Equal((UInt256)Numbers.Invert(number, modulus), inverse.Invert(number));
        }
    }

    [Fact]
    public void Splits_factors_into_halves_that_make_them_up()
    {
        foreach (var number in Numbers.Below(N, random: 500))
        {
            Endomorphism.Split(number, out var first, out var second);

            AssertIs(number, (UInt256)Numbers.Mod(Signed(first) + (Signed(second) * Endomorphism.Lambda), N));
        }
    }

    [Fact]
    public void Knows_the_cube_roots_of_one()
    {
        Assert.Equal(BigInteger.One, BigInteger.ModPow(Endomorphism.Lambda, 3, N));
        Assert.Equal(BigInteger.One, BigInteger.ModPow(Endomorphism.Beta, 3, Numbers.P));
        Assert.NotEqual(UInt256.One, Endomorphism.Lambda);
        Assert.NotEqual(UInt256.One, Endomorphism.Beta);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(OddMultiples.PointWindow)]
    [InlineData(OddMultiples.GeneratorWindow)]
    public void Writes_digits_that_make_up_the_factor(int window)
    {
        var digits = new short[WindowedForm.Length];
        foreach (var number in Numbers.Below(BigInteger.One << 128, random: 200))
        {
            var factor = new SignedFactor((UInt128)number, IsNegative: !((BigInteger)number).IsEven);
            var used = WindowedForm.Write(factor, window, digits);

            Assert.Equal(Signed(factor), digits.Select((digit, i) => digit * (BigInteger.One << i)).Aggregate(BigInteger.Add));
            Assert.All(digits[used..], digit => Assert.Equal(0, digit));
            Assert.True(used == 0 || digits[used - 1] != 0);
            for (var i = 0; i < digits.Length; i++)
            {
                if (digits[i] == 0)
                    continue;
                Assert.True(digits[i] % 2 != 0 && Math.Abs(digits[i]) < 1 << (window - 1), $"Digit {digits[i]} of {number}.");
                Assert.All(digits.Skip(i + 1).Take(window - 1), digit => Assert.Equal(0, digit));
            }
        }
    }

    private static BigInteger Signed(SignedFactor factor) => factor.IsNegative ? -(BigInteger)factor.Magnitude : factor.Magnitude;

    private static void AssertIs(BigInteger expected, UInt256 actual) => Assert.Equal((UInt256)Numbers.Mod(expected, N), actual);
}
