using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace OpenGradient.Ethereum.Primitives;

/// <summary>
/// A signed integer of 256 bits in two's complement, Solidity's <c>int256</c>. Operators throw in a <c>checked</c> context and wrap in an
/// <c>unchecked</c> one; division truncates towards zero, as the EVM's SDIV does.
/// </summary>
public readonly struct Int256
    : IEquatable<Int256>, IComparable<Int256>, ISpanFormattable, ISpanParsable<Int256>, IMinMaxValue<Int256>,
      IAdditionOperators<Int256, Int256, Int256>, ISubtractionOperators<Int256, Int256, Int256>,
      IMultiplyOperators<Int256, Int256, Int256>, IDivisionOperators<Int256, Int256, Int256>,
      IModulusOperators<Int256, Int256, Int256>, IUnaryNegationOperators<Int256, Int256>, IComparisonOperators<Int256, Int256, bool>
{
    private const string Overflowed = "The result does not fit a signed integer of 256 bits.";

    private readonly UInt256 _bits;

    private Int256(UInt256 bits) => _bits = bits;

    public static Int256 Zero => default;

    public static Int256 One => new(UInt256.One);

    public static Int256 MinValue => new(UInt256.One << 255);

    public static Int256 MaxValue => new(UInt256.MaxValue >> 1);

    public bool IsNegative => _bits.Limb(3) >> 63 != 0;

    public int Sign => IsNegative ? -1 : _bits.IsZero ? 0 : 1;

    /// <summary>The two's complement bits, as the EVM holds them.</summary>
    public UInt256 Bits => _bits;

    /// <summary>The distance from zero; that of <see cref="MinValue"/> is 2^255.</summary>
    public UInt256 Magnitude => IsNegative ? unchecked(UInt256.Zero - _bits) : _bits;

    /// <summary>Takes two's complement bits as they are.</summary>
    public static Int256 FromBits(UInt256 bits) => new(bits);

    public static implicit operator Int256(long value) =>
        value >= 0 ? new Int256((UInt256)value) : new Int256(unchecked(UInt256.Zero - (UInt128)(-(Int128)value)));

    public static implicit operator Int256(int value) => (long)value;

    /// <summary>Throws <see cref="OverflowException"/> at 2^255 and above.</summary>
    public static explicit operator Int256(UInt256 value) =>
        new Int256(value) is { IsNegative: false } fits ? fits : throw new OverflowException(Overflowed);

    /// <summary>Throws <see cref="OverflowException"/> below zero.</summary>
    public static explicit operator UInt256(Int256 value) =>
        value.IsNegative ? throw new OverflowException($"{value} is below zero.") : value._bits;

    public static explicit operator Int256(BigInteger value) => FromMagnitude((UInt256)BigInteger.Abs(value), value.Sign < 0);

    public static implicit operator BigInteger(Int256 value) =>
        value.IsNegative ? -(BigInteger)value.Magnitude : (BigInteger)value._bits;

    /// <summary>Narrows; always throws <see cref="OverflowException"/> rather than lose bits.</summary>
    public static explicit operator long(Int256 value) => (long)(BigInteger)value;

    public static Int256 operator +(Int256 left, Int256 right) => new(unchecked(left._bits + right._bits));

    public static Int256 operator checked +(Int256 left, Int256 right)
    {
        var sum = new Int256(unchecked(left._bits + right._bits));
        return left.IsNegative == right.IsNegative && sum.IsNegative != left.IsNegative
            ? throw new OverflowException(Overflowed)
            : sum;
    }

    public static Int256 operator -(Int256 left, Int256 right) => new(unchecked(left._bits - right._bits));

    public static Int256 operator checked -(Int256 left, Int256 right)
    {
        var difference = new Int256(unchecked(left._bits - right._bits));
        return left.IsNegative != right.IsNegative && difference.IsNegative != left.IsNegative
            ? throw new OverflowException(Overflowed)
            : difference;
    }

    public static Int256 operator -(Int256 value) => new(unchecked(UInt256.Zero - value._bits));

    public static Int256 operator checked -(Int256 value) =>
        value == MinValue ? throw new OverflowException(Overflowed) : new Int256(unchecked(UInt256.Zero - value._bits));

    public static Int256 operator *(Int256 left, Int256 right) => new(unchecked(left._bits * right._bits));

    public static Int256 operator checked *(Int256 left, Int256 right) =>
        FromMagnitude(checked(left.Magnitude * right.Magnitude), left.IsNegative != right.IsNegative);

    /// <summary>Truncates towards zero. In an unchecked context MinValue / −1 wraps to MinValue.</summary>
    public static Int256 operator /(Int256 left, Int256 right)
    {
        var quotient = left.Magnitude / right.Magnitude;
        return new Int256(left.IsNegative != right.IsNegative ? unchecked(UInt256.Zero - quotient) : quotient);
    }

    public static Int256 operator checked /(Int256 left, Int256 right) =>
        FromMagnitude(left.Magnitude / right.Magnitude, left.IsNegative != right.IsNegative);

    /// <summary>The remainder has the sign of the dividend.</summary>
    public static Int256 operator %(Int256 left, Int256 right) => FromMagnitude(left.Magnitude % right.Magnitude, left.IsNegative);

    public static bool operator ==(Int256 left, Int256 right) => left.Equals(right);

    public static bool operator !=(Int256 left, Int256 right) => !left.Equals(right);

    public static bool operator <(Int256 left, Int256 right) => left.CompareTo(right) < 0;

    public static bool operator >(Int256 left, Int256 right) => left.CompareTo(right) > 0;

    public static bool operator <=(Int256 left, Int256 right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Int256 left, Int256 right) => left.CompareTo(right) >= 0;

    public static Int256 Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var value)
            ? value
            : throw new FormatException($"'{text[..Math.Min(text.Length, 80)]}' is not a signed integer of 256 bits.");

    public static Int256 Parse(string text) => Parse(text.AsSpan());

    /// <summary>Reads what <see cref="UInt256.Parse(ReadOnlySpan{char})"/> reads, with an optional minus before it.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Int256 value)
    {
        value = default;
        var negative = text.StartsWith("-", StringComparison.Ordinal);
        return UInt256.TryParse(negative ? text[1..] : text, out var magnitude) && TryFromMagnitude(magnitude, negative, out value);
    }

    static Int256 IParsable<Int256>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static Int256 ISpanParsable<Int256>.Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<Int256>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Int256 result) =>
        TryParse(s, out result);

    static bool ISpanParsable<Int256>.TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Int256 result) =>
        TryParse(s, out result);

    public bool Equals(Int256 other) => _bits.Equals(other._bits);

    public override bool Equals(object? obj) => obj is Int256 other && Equals(other);

    public override int GetHashCode() => _bits.GetHashCode();

    public int CompareTo(Int256 other) =>
        IsNegative != other.IsNegative ? other.IsNegative.CompareTo(IsNegative) : _bits.CompareTo(other._bits);

    public override string ToString() => ToString(null, null);

    public string ToString(string? format, IFormatProvider? formatProvider) =>
        IsNegative ? "-" + Magnitude.ToString(format, formatProvider) : _bits.ToString(format, formatProvider);

    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        charsWritten = 0;
        if (!IsNegative)
            return _bits.TryFormat(destination, out charsWritten, format, provider);
        if (destination.IsEmpty || !Magnitude.TryFormat(destination[1..], out var digits, format, provider))
            return false;

        destination[0] = '-';
        charsWritten = digits + 1;
        return true;
    }

    /// <summary>Composes a value from its distance to zero and its sign; false when it does not fit.</summary>
    public static bool TryFromMagnitude(UInt256 magnitude, bool negative, out Int256 value)
    {
        var fits = magnitude <= (negative ? MinValue._bits : MaxValue._bits);
        value = !fits ? default : new Int256(negative ? unchecked(UInt256.Zero - magnitude) : magnitude);
        return fits;
    }

    private static Int256 FromMagnitude(UInt256 magnitude, bool negative) =>
        TryFromMagnitude(magnitude, negative, out var value) ? value : throw new OverflowException(Overflowed);
}
