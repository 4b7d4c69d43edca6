using System.Numerics;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Fields;

namespace OpenGradient.Prover.Tests.Fields;

/// <summary>Both fields against plain big integers.</summary>
public sealed class ElementTests
{
    [Fact]
    public void The_moduli_are_those_of_eip_196_and_eip_197()
    {
        Assert.Equal("21888242871839275222246405745257275088696311157297823662689037894645226208583", ((BigInteger)Fq.Modulus).ToString());
        Assert.Equal("21888242871839275222246405745257275088548364400416034343698204186575808495617", ((BigInteger)Fr.Modulus).ToString());
    }

    [Fact]
    public void Arithmetic_of_coordinates_is_that_of_big_integers() => CheckArithmetic<BaseModulus>();

    [Fact]
    public void Arithmetic_of_scalars_is_that_of_big_integers() => CheckArithmetic<ScalarModulus>();

    [Fact]
    public void Bytes_are_read_only_below_the_modulus()
    {
        CheckBytes<BaseModulus>();
        CheckBytes<ScalarModulus>();
    }

    [Fact]
    public void Small_numbers_keep_their_sign()
    {
        foreach (var number in new[] { 0, 1, -1, 255, -128, int.MinValue, int.MaxValue, long.MinValue, long.MaxValue })
            Assert.Equal((number + (BigInteger)Fr.Modulus) % (BigInteger)Fr.Modulus, (BigInteger)Fr.FromInt64(number).ToUInt256());
    }

    [Fact]
    public void Many_inverses_at_once_are_the_inverses_and_zero_stays_zero()
    {
        Fr[] values = [.. FieldNumbers.Below((BigInteger)Fr.Modulus, 60, seed: 3).Select(FieldNumbers.Of<ScalarModulus>)];
        var inverses = values.ToArray();
        Inverses.Invert<ScalarModulus>(inverses);
        for (var i = 0; i < values.Length; i++)
            Assert.Equal(values[i].IsZero ? Fr.Zero : Fr.One, inverses[i] * values[i]);
        Assert.Contains(inverses, inverse => inverse.IsZero);
    }

    [Fact]
    public void Small_multiples_add_up_to_what_products_do()
    {
        Fr[] values = [.. FieldNumbers.Below((BigInteger)Fr.Modulus, 200, seed: 4).Select(FieldNumbers.Of<ScalarModulus>)];
        uint[] times = [0, 1, 2, 127, 255, 32_768, uint.MaxValue];
        var (sum, expected) = (new SmallMultiples<ScalarModulus>(), Fr.Zero);
        Assert.Equal(Fr.Zero, sum.ToElement());
        for (var i = 0; i < values.Length; i++)
        {
            var each = times[i % times.Length];
            sum.Add(values[i], each);
            expected += values[i] * Fr.FromInt64(each);
            Assert.Equal(expected, sum.ToElement());
        }

        // Far above 2^256, which one limb more has to hold.
        var largest = -Fr.One;
        for (var i = 0; i < 1_000; i++)
        {
            sum.Add(largest, uint.MaxValue);
            expected -= Fr.FromInt64(uint.MaxValue);
        }

        Assert.Equal(expected, sum.ToElement());
    }

    private static void CheckArithmetic<TModulus>()
        where TModulus : struct, IPrimeModulus
    {
        var modulus = (BigInteger)Element<TModulus>.Modulus;
        var numbers = FieldNumbers.Below(modulus, 80, seed: 1);
        foreach (var a in numbers)
        {
            var left = FieldNumbers.Of<TModulus>(a);
            Assert.Equal(a, left.ToUInt256());
            Assert.Equal((modulus - a) % modulus, (-left).ToUInt256());
            Assert.Equal(a * a % modulus, left.Squared().ToUInt256());
            Assert.Equal(a.IsZero ? 0 : BigInteger.ModPow(a, modulus - 2, modulus), left.Inverted().ToUInt256());
            foreach (var b in numbers)
            {
                var right = FieldNumbers.Of<TModulus>(b);
                Assert.Equal((a + b) % modulus, (left + right).ToUInt256());
                Assert.Equal((a - b + modulus) % modulus, (left - right).ToUInt256());
                Assert.Equal(a * b % modulus, (left * right).ToUInt256());
                Assert.Equal(a == b, left == right);
            }
        }

        Assert.Equal(BigInteger.ModPow(numbers[^1], numbers[^2], modulus), FieldNumbers.Of<TModulus>(numbers[^1]).Power((UInt256)numbers[^2]).ToUInt256());
        Assert.Equal(((BigInteger.One << 256) - 1) % modulus, Element<TModulus>.FromUInt256(UInt256.MaxValue).ToUInt256());
    }

    private static void CheckBytes<TModulus>()
        where TModulus : struct, IPrimeModulus
    {
        var modulus = Element<TModulus>.Modulus;
        Assert.False(Element<TModulus>.TryRead(modulus.ToBigEndian(), out _));
        Assert.False(Element<TModulus>.TryRead((modulus + UInt256.One).ToBigEndian(), out _));
        Assert.False(Element<TModulus>.TryRead(UInt256.MaxValue.ToBigEndian(), out _));
        foreach (var number in FieldNumbers.Below((BigInteger)modulus, 40, seed: 2))
        {
            var bytes = ((UInt256)number).ToBigEndian();
            Assert.True(Element<TModulus>.TryRead(bytes, out var element));
            var written = new byte[32];
            element.Write(written);
            Assert.Equal(bytes, written);
        }
    }
}
