using System.Numerics;
using FsCheck.Fluent;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Primitives;

public sealed class Int256Tests
{
    [Fact]
    public void Unchecked_arithmetic_wraps_as_the_evm_does() => Numbers.Holds(Prop.ForAll(Numbers.Signed, Numbers.Signed, (a, b) =>
        unchecked(a + b) == Numbers.WrappedSigned((BigInteger)a + b)
        && unchecked(a - b) == Numbers.WrappedSigned((BigInteger)a - b)
        && unchecked(a * b) == Numbers.WrappedSigned((BigInteger)a * b)
        && unchecked(-a) == Numbers.WrappedSigned(-(BigInteger)a)));

    [Fact]
    public void Checked_arithmetic_gives_the_true_result_or_throws() => Numbers.Holds(Prop.ForAll(Numbers.Signed, Numbers.Signed, (a, b) =>
        AgreesOrThrows(() => checked(a + b), (BigInteger)a + b)
        && AgreesOrThrows(() => checked(a - b), (BigInteger)a - b)
        && AgreesOrThrows(() => checked(a * b), (BigInteger)a * b)
        && AgreesOrThrows(() => checked(-a), -(BigInteger)a)
        && (b == Int256.Zero || AgreesOrThrows(() => checked(a / b), (BigInteger)a / b))));

    [Fact]
    public void The_remainder_has_the_sign_of_the_dividend() => Numbers.Holds(Prop.ForAll(Numbers.Signed, Numbers.Signed, (a, b) =>
        b == Int256.Zero || (BigInteger)(a % b) == BigInteger.Remainder(a, b)));

    [Fact]
    public void Order_and_text_match_the_big_integer() => Numbers.Holds(Prop.ForAll(Numbers.Signed, Numbers.Signed, (a, b) =>
        Math.Sign(a.CompareTo(b)) == ((BigInteger)a).CompareTo(b)
        && a.ToString() == ((BigInteger)a).ToString()
        && Int256.Parse(a.ToString()) == a
        && (Int256)(BigInteger)a == a
        && a.Sign == ((BigInteger)a).Sign));

    [Fact]
    public void The_lowest_value_has_no_opposite()
    {
        Assert.Throws<OverflowException>(() => checked(-Int256.MinValue));
        Assert.Throws<OverflowException>(() => checked(Int256.MinValue / (Int256)(-1)));
        Assert.Equal(Int256.MinValue, unchecked(-Int256.MinValue));
        Assert.Equal(Int256.MinValue, unchecked(Int256.MinValue / (Int256)(-1)));
        Assert.Equal(UInt256.One << 255, Int256.MinValue.Magnitude);
    }

    [Theory]
    [InlineData("57896044618658097711785492504343953926634992332820282019728792003956564819968")]
    [InlineData("-57896044618658097711785492504343953926634992332820282019728792003956564819969")]
    [InlineData("--1")]
    [InlineData("-")]
    [InlineData("")]
    public void Refuses_what_is_out_of_range_or_no_number(string text) => Assert.False(Int256.TryParse(text, out _));

    [Fact]
    public void Long_integers_widen_with_their_sign()
    {
        Assert.Equal("-9223372036854775808", ((Int256)long.MinValue).ToString());
        Assert.Equal(-1L, (long)(Int256)(-1));
        Assert.Throws<OverflowException>(() => (long)Int256.MinValue);
        Assert.Throws<OverflowException>(() => (UInt256)(Int256)(-1));
        Assert.Throws<OverflowException>(() => (Int256)UInt256.MaxValue);
    }

    private static bool AgreesOrThrows(Func<Int256> compute, BigInteger truth)
    {
        if (Numbers.FitsSigned(truth))
            return (BigInteger)compute() == truth;

        try
        {
            compute();
            return false;
        }
        catch (OverflowException)
        {
            return true;
        }
    }
}
