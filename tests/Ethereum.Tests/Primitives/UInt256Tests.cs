using System.Numerics;
using FsCheck.Fluent;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Primitives;

public sealed class UInt256Tests
{
    [Fact]
    public void Unchecked_arithmetic_wraps_as_the_evm_does() => Numbers.Holds(Prop.ForAll(Numbers.Unsigned, Numbers.Unsigned, (a, b) =>
        unchecked(a + b) == Numbers.Wrapped((BigInteger)a + b)
        && unchecked(a - b) == Numbers.Wrapped((BigInteger)a - b)
        && unchecked(a * b) == Numbers.Wrapped((BigInteger)a * b)));

    [Fact]
    public void Checked_arithmetic_gives_the_true_result_or_throws() => Numbers.Holds(Prop.ForAll(Numbers.Unsigned, Numbers.Unsigned, (a, b) =>
        AgreesOrThrows(() => checked(a + b), (BigInteger)a + b)
        && AgreesOrThrows(() => checked(a - b), (BigInteger)a - b)
        && AgreesOrThrows(() => checked(a * b), (BigInteger)a * b)));

    [Fact]
    public void Division_gives_quotient_and_remainder() => Numbers.Holds(Prop.ForAll(Numbers.Unsigned, Numbers.Unsigned, (a, b) =>
    {
        if (b.IsZero)
            return Throws<DivideByZeroException>(() => a / b) && Throws<DivideByZeroException>(() => a % b);

        var (quotient, remainder) = BigInteger.DivRem(a, b);
        return (BigInteger)(a / b) == quotient && (BigInteger)(a % b) == remainder;
    }));

    [Fact]
    public void MulDiv_takes_the_product_in_full() => Numbers.Holds(
        Prop.ForAll(Numbers.Unsigned, Numbers.Unsigned, Numbers.Unsigned, (a, b, divisor) => divisor.IsZero
            ? Throws<DivideByZeroException>(() => UInt256.MulDiv(a, b, divisor))
            : AgreesOrThrows(() => UInt256.MulDiv(a, b, divisor), (BigInteger)a * b / divisor)));

    [Fact]
    public void The_full_product_has_512_bits() => Numbers.Holds(Prop.ForAll(Numbers.Unsigned, Numbers.Unsigned, (a, b) =>
    {
        UInt256.Multiply(a, b, out var low, out var high);
        return ((BigInteger)high << 256) + low == (BigInteger)a * b;
    }));

    // Knuth's rare branches (the estimate one too high, and the addition back) need divisors and dividends of this shape.
    [Theory]
    [InlineData("0x800000000000000000000000000000000000000000000003", "0x2000000000000000000000000000000000000001")]
    [InlineData("0x7fffffff800000010000000000000000", "0x800000008000000200000005")]
    [InlineData("0xffffffffffffffffffffffffffffffff00000000000000000000000000000000", "0xffffffffffffffffffffffffffffffff")]
    [InlineData("0x8000000000000000000000000000000000000000000000000000000000000000", "0x80000000000000000000000000000001")]
    public void Division_holds_where_the_estimate_is_corrected(string dividend, string divisor)
    {
        var (a, b) = (UInt256.Parse(dividend), UInt256.Parse(divisor));

        Assert.Equal((UInt256)((BigInteger)a / b), a / b);
        Assert.Equal((UInt256)((BigInteger)a % b), a % b);
    }

    [Fact]
    public void Bits_and_shifts_match_the_big_integer() => Numbers.Holds(
        Prop.ForAll(Numbers.Unsigned, Numbers.Unsigned, Gen.Choose(0, 300).ToArbitrary(), (a, b, shift) =>
            (BigInteger)(a & b) == ((BigInteger)a & b)
            && (BigInteger)(a | b) == ((BigInteger)a | b)
            && (BigInteger)(a ^ b) == ((BigInteger)a ^ b)
            && (a ^ ~a) == UInt256.MaxValue
            && (a << shift) == Numbers.Wrapped((BigInteger)a << shift)
            && (a >> shift) == (UInt256)((BigInteger)a >> shift)
            && a.BitLength == (int)((BigInteger)a).GetBitLength()));

    [Fact]
    public void Comparison_and_equality_match_the_big_integer() => Numbers.Holds(Prop.ForAll(Numbers.Unsigned, Numbers.Unsigned, (a, b) =>
        Math.Sign(a.CompareTo(b)) == ((BigInteger)a).CompareTo(b)
        && (a < b) == ((BigInteger)a < b)
        && (a == b) == a.Equals(b)
        && (a != b || a.GetHashCode() == b.GetHashCode())));

    [Fact]
    public void Text_and_bytes_round_trip() => Numbers.Holds(Prop.ForAll(Numbers.Unsigned, a =>
        UInt256.Parse(a.ToString()) == a
        && a.ToString() == ((BigInteger)a).ToString()
        && UInt256.Parse(a.ToString("x")) == a
        && UInt256.FromBigEndian(a.ToBigEndian()) == a));

    [Fact]
    public void Powers_are_exact_up_to_the_last_that_fits()
    {
        Assert.Equal(UInt256.Parse("100000000000000000000000000000000000000000000000000000000000000000000000000000"), UInt256.Pow(10, 77));
        Assert.Equal(UInt256.One << 255, UInt256.Pow(2, 255));
        Assert.Equal(UInt256.One, UInt256.Pow(0, 0));
        Assert.Throws<OverflowException>(() => UInt256.Pow(2, 256));
        Assert.Throws<OverflowException>(() => UInt256.Pow(10, 78));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1_000")]
    [InlineData("1.0")]
    [InlineData("0xg")]
    [InlineData("１")]
    [InlineData("115792089237316195423570985008687907853269984665640564039457584007913129639936")]
    [InlineData("999999999999999999999999999999999999999999999999999999999999999999999999999999")]
    [InlineData("0x10000000000000000000000000000000000000000000000000000000000000000")]
    public void Refuses_text_that_is_no_number_of_256_bits(string text)
    {
        Assert.False(UInt256.TryParse(text, out _));
        Assert.Throws<FormatException>(() => UInt256.Parse(text));
    }

    [Theory]
    [InlineData("0x0", "0")]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000000000000ff", "255")]
    [InlineData("000000000000000000000000000000000000000000000000000000000000000000000000000000000000007", "7")]
    [InlineData("115792089237316195423570985008687907853269984665640564039457584007913129639935",
        "115792089237316195423570985008687907853269984665640564039457584007913129639935")]
    public void Reads_leading_zeros_and_the_largest_value(string text, string expected) => Assert.Equal(expected, UInt256.Parse(text).ToString());

    [Fact]
    public void Narrowing_never_loses_bits()
    {
        var tooLarge = (UInt256)ulong.MaxValue + UInt256.One;

        Assert.Throws<OverflowException>(() => (ulong)tooLarge);
        Assert.Throws<OverflowException>(() => (uint)(UInt256)(1UL << 32));
        Assert.Throws<OverflowException>(() => (int)(UInt256)(1UL << 31));
        Assert.Throws<OverflowException>(() => (byte)(UInt256)256UL);
        Assert.Throws<OverflowException>(() => (UInt128)(UInt256.One << 128));
        Assert.Throws<OverflowException>(() => (UInt256)(-1));
        Assert.Equal(ulong.MaxValue, (ulong)(UInt256)ulong.MaxValue);
        Assert.Equal(UInt128.MaxValue, (UInt128)(UInt256)UInt128.MaxValue);
    }

    [Fact]
    public void A_text_that_is_too_short_for_the_number_is_left_alone()
    {
        Span<char> narrow = stackalloc char[5];

        Assert.False(UInt256.MaxValue.TryFormat(narrow, out _, default, null));
        Assert.False(((UInt256)0xfffffUL).TryFormat(narrow, out _, "x", null));
    }

    private static bool AgreesOrThrows(Func<UInt256> compute, BigInteger truth) =>
        Numbers.FitsUnsigned(truth) ? compute() == (UInt256)truth : Throws<OverflowException>(() => compute());

    private static bool Throws<TException>(Func<UInt256> compute)
        where TException : Exception
    {
        try
        {
            compute();
            return false;
        }
        catch (TException)
        {
            return true;
        }
    }
}
