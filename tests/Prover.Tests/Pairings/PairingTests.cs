using System.Numerics;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.Fields;
using OpenGradient.Prover.Pairings;

namespace OpenGradient.Prover.Tests.Pairings;

public sealed class PairingTests
{
    [Fact]
    public void The_pairing_is_linear_in_both_and_not_trivial()
    {
        var a = Fr.FromInt64(123_456_789_012_345).Squared();
        var b = -Fr.FromInt64(987_654_321);
        var p = ((G1)G1Affine.Generator * a).ToAffine();
        var q = new PreparedG2(G2Affine.Generator.Times(b.ToUInt256()));
        var one = new PreparedG2(G2Affine.Generator);
        var both = ((G1)G1Affine.Generator * (a * b)).ToAffine();
        Assert.True(Pairing.IsOne([(p, q), (-both, one)]));
        Assert.False(Pairing.IsOne([(p, q), (both, one)]));
        Assert.False(Pairing.IsOne([(G1Affine.Generator, one)]));
        Assert.True(Pairing.IsOne([(G1Affine.Infinity, one)]));
        Assert.True(Pairing.IsOne([]));
    }

    [Fact]
    public void The_final_power_is_a_multiple_of_the_plain_exponent()
    {
        // The chain raises to a multiple of (q^12 − 1) / p that is prime to p: 2u(6u² + 3u + 1), as its authors say.
        var value = Pairing.MillerLoop([(((G1)G1Affine.Generator * Fr.FromInt64(77)).ToAffine(), new PreparedG2(G2Affine.Generator))]);
        BigInteger q = Fq.Modulus;
        BigInteger p = Fr.Modulus;
        BigInteger u = 4965661367192848881;
        var multiple = 2 * u * ((6 * u * u) + (3 * u) + 1);
        Assert.True(BigInteger.GreatestCommonDivisor(multiple, p).IsOne);
        var exponent = (BigInteger.Pow(q, 12) - 1) / p;
        var plain = Power(value, exponent);
        var chained = Pairing.FinalPower(value);
        Assert.True(Power(chained, p).Equals(Fq12.One));
        Assert.False(chained.Equals(Fq12.One));
        Assert.True(chained.Equals(plain) || chained.Equals(Power(plain, multiple)));
    }

    [Fact]
    public void The_frobenius_map_is_the_power_of_q()
    {
        var value = Pairing.MillerLoop([(G1Affine.Generator, new PreparedG2(G2Affine.Generator))]);
        BigInteger q = Fq.Modulus;
        for (var power = 1; power <= 3; power++)
            Assert.True(value.Frobenius(power).Equals(Power(value, BigInteger.Pow(q, power))));
    }

    [Fact]
    public void Inverses_of_the_high_fields_are_inverses()
    {
        var value = Pairing.MillerLoop([(G1Affine.Generator, new PreparedG2(G2Affine.Generator))]);
        Assert.True((value * value.Inverted()).Equals(Fq12.One));
        Assert.True((value.A * value.A.Inverted()).Equals(Fq6.One));
        Assert.True(value.Squared().Equals(value * value));
        Assert.Equal(Fq2.One, Fq2.Xi * Fq2.Xi.Inverted());
    }

    private static Fq12 Power(Fq12 value, BigInteger exponent)
    {
        var power = Fq12.One;
        for (var bit = (long)exponent.GetBitLength() - 1; bit >= 0; bit--)
        {
            power = power.Squared();
            if (!((exponent >> (int)bit) & 1).IsZero)
                power *= value;
        }

        return power;
    }
}
