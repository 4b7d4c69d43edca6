using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Curves;

namespace OpenGradient.Prover.Tests.Curves;

public sealed class PointTests
{
    // 2·G and 3·G as they are published with EIP-196's test vectors ("chfast1", "cdetrio").
    [Theory]
    [InlineData(2, "0x030644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd315ed738c0e0a7c92e7845f96b2ae9c0a68a6a449e3538fc7ff3ebf7a5a18a2c4")]
    [InlineData(3, "0x0769bf9ac56bea3ff40232bcb1b6bd159315d84715b8e679f2d355961915abf02ab799bee0489429554fdb7c8d086475319e63b40b9c5b57cdf1ff3dd9fe2261")]
    public void Multiples_of_the_generator_are_the_published_ones(int factor, string expected) =>
        Assert.Equal(expected, Hex.Encode(((G1)G1Affine.Generator).Times(new UInt256((ulong)factor)).ToAffine().ToBytes()));

    [Fact]
    public void Both_groups_have_the_order_p()
    {
        Assert.True(((G1)G1Affine.Generator).Times(Fr.Modulus).IsInfinity);
        Assert.True(G2Affine.Generator.IsInGroup);
        Assert.False(((G1)G1Affine.Generator).Times(Fr.Modulus - UInt256.One).IsInfinity);
    }

    [Fact]
    public void Sums_are_sums_of_factors_whatever_meets()
    {
        G1 g = G1Affine.Generator;
        foreach (var (a, b) in new[] { (5, 7), (7, 7), (7, -7), (0, 9), (9, 0), (0, 0), (-3, 12) })
        {
            var left = g * Fr.FromInt64(a);
            var right = g * Fr.FromInt64(b);
            var expected = (g * Fr.FromInt64(a + b)).ToAffine();
            Assert.Equal(expected, (left + right).ToAffine());
            Assert.Equal(expected, (left + right.ToAffine()).ToAffine());
            Assert.Equal((g * Fr.FromInt64(a - b)).ToAffine(), (left - right).ToAffine());
            Assert.Equal((g * Fr.FromInt64(2 * a)).ToAffine(), left.Doubled().ToAffine());
        }
    }

    [Fact]
    public void Points_off_the_curve_or_with_coordinates_that_are_not_reduced_are_refused()
    {
        var bytes = G1Affine.Generator.ToBytes();
        Assert.True(G1Affine.TryRead(bytes, out var point) && point.Equals(G1Affine.Generator));
        Assert.True(G1Affine.TryRead(new byte[64], out var infinity) && infinity.IsInfinity);
        bytes[63] ^= 1;
        Assert.False(G1Affine.TryRead(bytes, out _));
        bytes[63] ^= 1;
        // x + q is the same x, in 256 bits too.
        (UInt256.FromBigEndian(bytes.AsSpan(0, 32)) + Fq.Modulus).WriteBigEndian(bytes.AsSpan(0, 32));
        Assert.False(G1Affine.TryRead(bytes, out _));
        Assert.False(G1Affine.TryRead([.. new byte[32], .. Fq.Modulus.ToBigEndian()], out _));
    }

    [Fact]
    public void Points_of_the_twist_outside_the_group_are_refused()
    {
        // The twist's order has other factors: the first x that gives a point does not give one of the group.
        var x = new OpenGradient.Prover.Fields.Fq2(Fq.One, Fq.Zero);
        var outside = TwistPoints.First(x);
        Assert.True(outside.IsOnCurve);
        Assert.False(outside.IsInGroup);
        Assert.False(G2Affine.TryRead(outside.ToBytes(), out _));
        var bytes = G2Affine.Generator.ToBytes();
        Assert.True(G2Affine.TryRead(bytes, out var read) && read.Equals(G2Affine.Generator));
        bytes[5] ^= 4;
        Assert.False(G2Affine.TryRead(bytes, out _));
    }
}
