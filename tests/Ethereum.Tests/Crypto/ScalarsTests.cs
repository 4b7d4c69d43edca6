using System.Numerics;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Crypto;

public sealed class ScalarsTests
{
    private static readonly BigInteger N = Numbers.N;

    [Fact]
    public void Adds_as_the_big_integer_does_and_refuses_a_sum_of_zero()
    {
        var result = new byte[Scalars.ByteLength];
        var numbers = Numbers.Below(N, random: 100);
        foreach (var secret in numbers)
        {
            foreach (var tweak in numbers)
            {
                var expected = (UInt256)(((BigInteger)secret + tweak) % N);
                var added = Scalars.TryAddModOrder(secret.ToBigEndian(), tweak.ToBigEndian(), result);

                Assert.Equal(!secret.IsZero && !expected.IsZero, added);
                Assert.Equal(added ? expected : UInt256.Zero, UInt256.FromBigEndian(result));
            }
        }
    }

    [Fact]
    public void Refuses_scalars_from_the_order_up()
    {
        var one = UInt256.One.ToBigEndian();
        foreach (var number in new[] { GroupOrder.N, GroupOrder.N + UInt256.One, FieldElement.Modulus, UInt256.MaxValue })
        {
            var result = new byte[Scalars.ByteLength];
            result.AsSpan().Fill(1);
            Assert.False(Scalars.TryAddModOrder(number.ToBigEndian(), one, result));
            Assert.All(result, value => Assert.Equal(0, value));
            result.AsSpan().Fill(1);
            Assert.False(Scalars.TryAddModOrder(one, number.ToBigEndian(), result));
            Assert.All(result, value => Assert.Equal(0, value));
            Assert.False(Scalars.IsPrivateKey(number.ToBigEndian()));
        }
    }

    [Fact]
    public void Takes_private_keys_from_one_to_the_order_less_one()
    {
        foreach (var number in Numbers.Below(N, random: 100))
            Assert.Equal(!number.IsZero, Scalars.IsPrivateKey(number.ToBigEndian()));

        Assert.False(Scalars.IsPrivateKey(new byte[31]));
        Assert.False(Scalars.IsPrivateKey([.. Enumerable.Repeat((byte)1, 31)]));
        Assert.False(Scalars.IsPrivateKey([.. Enumerable.Repeat((byte)1, 33)]));
    }

    [Fact]
    public void May_write_the_sum_over_an_argument()
    {
        var secret = ((UInt256)40).ToBigEndian();
        Assert.True(Scalars.TryAddModOrder(secret, ((UInt256)2).ToBigEndian(), secret));
        Assert.Equal(42UL, UInt256.FromBigEndian(secret));
    }

    [Fact]
    public void Refuses_spans_of_other_lengths()
    {
        var right = UInt256.One.ToBigEndian();
        Assert.Throws<ArgumentException>(() => Scalars.TryAddModOrder(new byte[31], right, new byte[32]));
        Assert.Throws<ArgumentException>(() => Scalars.TryAddModOrder(right, new byte[33], new byte[32]));
        Assert.Throws<ArgumentException>(() => Scalars.TryAddModOrder(right, right, new byte[31]));
    }
}
