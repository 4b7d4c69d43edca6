using System.Numerics;
using System.Runtime.Intrinsics;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.Fields;
using OpenGradient.Prover.Lanes;
using OpenGradient.Prover.MultiScalar;
using OpenGradient.Prover.Tests.Fields;

namespace OpenGradient.Prover.Tests.MultiScalar;

/// <summary>Sums of pairs, one by one and eight side by side, against the group's own addition; and lanes against big integers.</summary>
public sealed class PairBatchTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sums_of_pairs_are_the_sums_of_the_points(bool isVectorised)
    {
        if (isVectorised && !Lanes8.IsSupported)
            Assert.Skip("This machine has neither AVX-512 nor AVX2.");
        foreach (var count in new[] { 1, 7, 12, 13, 64, 1024, 1500 })
        {
            var points = TestModels.Setup.Powers.Span;
            var batch = new PairBatch(isVectorised);
            var sums = new G1Affine[count];
            for (var i = 0; i < count; i++)
                batch.Add(points[i], i % 3 == 0 ? -points[(2 * i) + 1] : points[(2 * i) + 1], i, sums);
            batch.Flush(sums);
            for (var i = 0; i < count; i++)
                Assert.Equal(((G1)points[i] + (i % 3 == 0 ? -points[(2 * i) + 1] : points[(2 * i) + 1])).ToAffine(), sums[i]);
        }
    }

    [Fact]
    public void Products_in_lanes_are_those_of_big_integers_up_to_their_bounds()
    {
        if (!Lanes8.IsSupported)
            Assert.Skip("This machine has neither AVX-512 nor AVX2.");
        Check<BaseModulus>();
        Check<ScalarModulus>();
    }

    private static void Check<TModulus>()
        where TModulus : struct, IPrimeModulus
    {
        var modulus = LaneModulus.Of<TModulus>();
        BigInteger m = Element<TModulus>.Modulus;
        var radix = BigInteger.ModPow(2, 261, m);
        var numbers = FieldNumbers.Below(m, 40, seed: 8);
        for (var i = 0; i < numbers.Count; i++)
        {
            for (var j = 0; j < numbers.Count; j++)
            {
                // Up to four times the modulus on one side, which is what 256 bits hold.
                var (a, b) = (numbers[i] + (m * (i % 5)), numbers[j] + (m * (j % 2)));
                Lanes8.Multiply(Of(a), Of(b), modulus, out var product);
                var value = ToNumber(product);
                Assert.Equal(a * b % m, value * radix % m);
                Assert.True(value < 2 * m);

                Lanes8.Subtract(Of(numbers[i]), Of(numbers[j]), modulus.Value, out var difference);
                Assert.Equal(numbers[i] - numbers[j] + m, ToNumber(difference));
                Lanes8.Add(Of(numbers[i]), Of(numbers[j]), out var sum);
                Assert.Equal(numbers[i] + numbers[j], ToNumber(sum));
                Lanes8.Reduce(ref sum, modulus.Value);
                Assert.Equal((numbers[i] + numbers[j]) % m, ToNumber(sum));
                Lanes8.Times32(Of(b), out var product32);
                Assert.Equal(32 * b, FromLimbs(product32));
            }
        }
    }

    // Different numbers in all lanes would hide nothing that the same in all does not: lanes do not meet. Two lanes are compared.
    private static Lanes8 Of(BigInteger number)
    {
        Vector512<ulong> Word(int i) => Vector512.Create((ulong)((number >> (64 * i)) & ulong.MaxValue));
        Lanes8.Unpack(Word(0), Word(1), Word(2), Word(3), out var lanes);
        return lanes;
    }

    private static BigInteger ToNumber(in Lanes8 lanes)
    {
        lanes.Pack(out var w0, out var w1, out var w2, out var w3);
        Assert.Equal(w0[0], w0[7]);
        return new UInt256(w0[3], w1[3], w2[3], w3[3]);
    }

    private static BigInteger FromLimbs(in Lanes8 lanes)
    {
        BigInteger number = 0;
        foreach (var limb in new[] { lanes.L8, lanes.L7, lanes.L6, lanes.L5, lanes.L4, lanes.L3, lanes.L2, lanes.L1, lanes.L0 })
            number = (number << Lanes8.LimbBits) + limb[2];
        return number;
    }
}
