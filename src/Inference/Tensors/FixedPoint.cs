using System.Numerics;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Inference.Tensors;

/// <summary>
/// Fixed point with 18 decimals, as contracts count, and floats: every result is the number nearest to the exact one, ties to even. The twin of Floats
/// and of Inference's quantisation in Solidity; a test holds the two together.
/// </summary>
public static class FixedPoint
{
    public const int Decimals = 18;

    private const int SinglePrecision = 24;
    private const int DoublePrecision = 53;
    private const int SingleBias = 127;
    private const int DoubleBias = 1023;
    private const ulong SingleInfinity = 0x7f80_0000;
    private const ulong DoubleInfinity = 0x7ff0_0000_0000_0000;

    /// <summary>1 in fixed point.</summary>
    public static UInt256 One { get; } = 1_000_000_000_000_000_000UL;

    /// <summary>The nearest double. Zero is +0.</summary>
    public static double ToDouble(Int256 value)
    {
        var magnitude = BitConverter.UInt64BitsToDouble(ToFloat(value.Magnitude, DoublePrecision, DoubleBias));
        return value.IsNegative ? -magnitude : magnitude;
    }

    /// <summary>The nearest float; false where that would be infinite.</summary>
    public static bool TryToSingle(Int256 value, out float result)
    {
        var bits = ToFloat(value.Magnitude, SinglePrecision, SingleBias);
        result = bits < SingleInfinity ? BitConverter.UInt32BitsToSingle((uint)bits) : 0;
        if (value.IsNegative)
            result = -result;
        return bits < SingleInfinity;
    }

    /// <summary>The nearest fixed-point number; false where there is none: NaN, infinity, and what is beyond an <see cref="Int256"/>.</summary>
    public static bool TryFromDouble(double value, out Int256 result)
    {
        var bits = BitConverter.DoubleToUInt64Bits(Math.Abs(value));
        return TryFromFloat(bits, DoubleInfinity, DoublePrecision, DoubleBias, double.IsNegative(value), out result);
    }

    /// <summary>The nearest fixed-point number; false for NaN and infinity.</summary>
    public static bool TryFromSingle(float value, out Int256 result)
    {
        var bits = BitConverter.SingleToUInt32Bits(MathF.Abs(value));
        return TryFromFloat(bits, SingleInfinity, SinglePrecision, SingleBias, float.IsNegative(value), out result);
    }

    /// <summary>saturate(round(value / scale) + zeroPoint), as ONNX's QuantizeLinear.</summary>
    /// <param name="value">In fixed point.</param>
    /// <param name="dataType">An integer type.</param>
    /// <param name="scale">In fixed point, above zero.</param>
    /// <param name="zeroPoint">A number of the type.</param>
    public static Int128 Quantise(Int256 value, DataType dataType, UInt256 scale, Int128 zeroPoint)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(scale, UInt256.Zero);
        var (least, greatest) = RangeOf(dataType);
        ArgumentOutOfRangeException.ThrowIfLessThan(zeroPoint, least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(zeroPoint, greatest);

        var (quotient, rest) = UInt256.DivRem(value.Magnitude, scale);
        var other = scale - rest;
        var roundsUp = rest > other || (rest == other && !(quotient & UInt256.One).IsZero);
        // Types have 64 bits at the most, so that more than twice as much saturates whatever the zero point is.
        var limit = UInt256.One << 66;
        if (quotient < limit && roundsUp)
            quotient += UInt256.One;
        var distance = (Int128)(UInt128)UInt256.Min(quotient, limit);
        return Int128.Clamp(zeroPoint + (value.IsNegative ? -distance : distance), least, greatest);
    }

    /// <summary>(value − zeroPoint) × scale, exactly; false where that is beyond an <see cref="Int256"/>.</summary>
    public static bool TryDequantise(Int128 value, UInt256 scale, Int128 zeroPoint, out Int256 result)
    {
        var product = ((BigInteger)value - zeroPoint) * scale;
        var fits = BigInteger.Abs(product) <= (BigInteger)Int256.MaxValue;
        result = fits ? (Int256)product : default;
        return fits;
    }

    /// <summary>The least and the greatest number of an integer type.</summary>
    public static (Int128 Least, Int128 Greatest) RangeOf(DataType dataType)
    {
        if (!dataType.IsInteger())
            throw new ArgumentOutOfRangeException(nameof(dataType), dataType, "Only integers have a range.");

        var bits = 8 * dataType.SizeInBytes();
        return dataType.IsSigned()
            ? (-(Int128.One << (bits - 1)), (Int128.One << (bits - 1)) - 1)
            : (0, (Int128.One << bits) - 1);
    }

    // The number is shifted up as far as it goes and divided by 1e18. The quotient has far more bits than any significand, and what lies below
    // the significand, with the remainder, decides how to round.
    private static ulong ToFloat(UInt256 magnitude, int precision, int bias)
    {
        if (magnitude.IsZero)
            return 0;

        var shift = 256 - magnitude.BitLength;
        var (quotient, rest) = UInt256.DivRem(magnitude << shift, One);
        var top = quotient.BitLength - 1;
        var significand = RoundedShift(quotient, top + 1 - precision, rest.IsZero);
        // The hidden bit adds one to the exponent, and so does a significand that was rounded up to the next power of two.
        return ((ulong)(bias - 1 + top - shift) << (precision - 1)) + (ulong)significand;
    }

    private static bool TryFromFloat(ulong bits, ulong infinity, int precision, int bias, bool isNegative, out Int256 result)
    {
        result = default;
        if (bits >= infinity)
            return false;
        var exponent = (int)(bits >> (precision - 1));
        if (exponent == 0)
            return true;

        var hidden = 1UL << (precision - 1);
        var scaled = (UInt256)((bits & (hidden - 1)) | hidden) * One;
        var shift = exponent - (bias + precision - 1);
        if (shift > 0 && shift + scaled.BitLength > 256)
            return false;
        return TrySign(shift < 0 ? RoundedShift(scaled, -shift, isExact: true) : scaled << shift, isNegative, out result);
    }

    private static bool TrySign(UInt256 magnitude, bool isNegative, out Int256 result)
    {
        var most = isNegative ? Int256.MinValue.Magnitude : Int256.MaxValue.Magnitude;
        var fits = magnitude <= most;
        result = fits ? Int256.FromBits(isNegative ? unchecked(UInt256.Zero - magnitude) : magnitude) : default;
        return fits;
    }

    /// <summary>value / 2^shift, to the nearest, ties to even; <paramref name="isExact"/> says that nothing is below value's lowest bit.</summary>
    private static UInt256 RoundedShift(UInt256 value, int shift, bool isExact)
    {
        if (shift > 255)
            return UInt256.Zero;

        var rounded = value >> shift;
        var rest = value - (rounded << shift);
        var half = UInt256.One << (shift - 1);
        var isOdd = !(rounded & UInt256.One).IsZero;
        return rest > half || (rest == half && (!isExact || isOdd)) ? rounded + UInt256.One : rounded;
    }
}
