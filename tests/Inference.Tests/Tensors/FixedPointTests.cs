using System.Globalization;
using System.Numerics;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Tests.Tensors;

/// <summary>Conversions against .NET's own parser of decimals, which rounds correctly, and against exact fractions.</summary>
public sealed class FixedPointTests
{
    private const int Seed = 754;
    private const int Cases = 20_000;

    private static readonly BigInteger Unit = BigInteger.Pow(10, FixedPoint.Decimals);

    [Fact]
    public void To_floats_rounds_as_the_decimal_parser_does()
    {
        foreach (var value in Numbers.Random(new Random(Seed), Cases))
        {
            var text = $"{(BigInteger)value}e-{FixedPoint.Decimals}";
            Assert.Equal(double.Parse(text, CultureInfo.InvariantCulture), FixedPoint.ToDouble(value));
            var single = float.Parse(text, CultureInfo.InvariantCulture);
            var fits = FixedPoint.TryToSingle(value, out var actual);
            Assert.Equal(float.IsFinite(single), fits);
            Assert.Equal(fits ? single : 0, actual);
        }
    }

    [Fact]
    public void From_floats_rounds_to_the_nearest_and_ties_to_even()
    {
        var random = new Random(Seed);
        for (var i = 0; i < Cases; i++)
        {
            var value = Numbers.RandomDouble(random);
            var (mantissa, exponent) = Parts(value);
            var scaled = mantissa * Unit;
            var exact = exponent >= 0 ? scaled << exponent : Rounded(scaled, BigInteger.One << -exponent);

            var fits = FixedPoint.TryFromDouble(value, out var actual);

            var most = (BigInteger)Int256.MaxValue + (value < 0 ? 1 : 0);
            Assert.Equal(BigInteger.Abs(exact) <= most, fits);
            if (fits)
                Assert.Equal(exact, (BigInteger)actual);
            if (float.IsFinite((float)value))
            {
                Assert.True(FixedPoint.TryFromSingle((float)value, out var ofSingle));
                Assert.True(FixedPoint.TryFromDouble((float)value, out var ofWidened));
                Assert.Equal(ofWidened, ofSingle);
            }
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Refuses_what_is_not_finite(double value)
    {
        Assert.False(FixedPoint.TryFromDouble(value, out _));
        Assert.False(FixedPoint.TryFromSingle((float)value, out _));
    }

    [Fact]
    public void Takes_minus_zero_and_subnormals_as_zero()
    {
        foreach (var value in (double[])[-0.0, double.Epsilon, -double.Epsilon])
        {
            Assert.True(FixedPoint.TryFromDouble(value, out var result));
            Assert.Equal(Int256.Zero, result);
        }

        Assert.Equal(0L, BitConverter.DoubleToInt64Bits(FixedPoint.ToDouble(Int256.Zero)));
    }

    [Fact]
    public void Holds_the_limits()
    {
        Assert.Equal(double.Parse($"{(BigInteger)Int256.MinValue}e-18", CultureInfo.InvariantCulture), FixedPoint.ToDouble(Int256.MinValue));
        Assert.False(FixedPoint.TryToSingle(Int256.MaxValue, out _));
        Assert.True(FixedPoint.TryFromSingle(float.MaxValue, out var largest));
        Assert.True(FixedPoint.TryToSingle(largest, out var back));
        Assert.Equal(float.MaxValue, back);
    }

    [Fact]
    public void Quantises_to_the_nearest_even_and_saturates()
    {
        var half = (UInt256)500_000_000_000_000_000UL;
        (long Millis, int Expected)[] cases =
            [(250, 3), (750, 5), (-250, 3), (-750, 1), (260, 4), (1_000_000, 127), (-1_000_000, -128), (0, 3)];

        Assert.All(cases, item => Assert.Equal(
            item.Expected, FixedPoint.Quantise(item.Millis * (Int256)1_000_000_000_000_000L, DataType.Int8, half, 3)));
    }

    [Fact]
    public void Dequantised_numbers_quantise_back()
    {
        var random = new Random(Seed);
        for (var i = 0; i < Cases; i++)
        {
            Int128 value = random.NextInt64();
            Int128 zeroPoint = -random.NextInt64();
            UInt256 scale = (ulong)random.NextInt64(1, long.MaxValue);
            Assert.True(FixedPoint.TryDequantise(value, scale, zeroPoint, out var result));
            Assert.Equal(value, FixedPoint.Quantise(result, DataType.Int64, scale, zeroPoint));
        }

        Assert.False(FixedPoint.TryDequantise(1, UInt256.MaxValue, 0, out _));
    }

    private static (BigInteger Mantissa, int Exponent) Parts(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7ff);
        var fraction = bits & ((1L << 52) - 1);
        var mantissa = (BigInteger)(exponent == 0 ? fraction : fraction | (1L << 52));
        return (bits < 0 ? -mantissa : mantissa, Math.Max(exponent, 1) - 1075);
    }

    private static BigInteger Rounded(BigInteger dividend, BigInteger divisor)
    {
        var (quotient, rest) = BigInteger.DivRem(BigInteger.Abs(dividend), divisor);
        var comparison = (rest * 2).CompareTo(divisor);
        if (comparison > 0 || (comparison == 0 && !quotient.IsEven))
            quotient++;
        return dividend.Sign < 0 ? -quotient : quotient;
    }
}
