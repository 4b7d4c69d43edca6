using System.Runtime.CompilerServices;

namespace OpenGradient.Ethereum.Primitives;

public readonly partial struct UInt256
{
    private const string Overflowed = "The result does not fit an unsigned integer of 256 bits.";

    public static UInt256 operator +(UInt256 left, UInt256 right)
    {
        AddOverflows(left, right, out var sum);
        return sum;
    }

    public static UInt256 operator checked +(UInt256 left, UInt256 right) =>
        AddOverflows(left, right, out var sum) ? throw new OverflowException(Overflowed) : sum;

    public static UInt256 operator -(UInt256 left, UInt256 right)
    {
        SubtractUnderflows(left, right, out var difference);
        return difference;
    }

    public static UInt256 operator checked -(UInt256 left, UInt256 right) =>
        SubtractUnderflows(left, right, out var difference)
            ? throw new OverflowException("The result of an unsigned subtraction is below zero.")
            : difference;

    public static UInt256 operator *(UInt256 left, UInt256 right)
    {
        MultiplyOverflows(left, right, out var product);
        return product;
    }

    public static UInt256 operator checked *(UInt256 left, UInt256 right) =>
        MultiplyOverflows(left, right, out var product) ? throw new OverflowException(Overflowed) : product;

    public static UInt256 operator /(UInt256 left, UInt256 right) => DivRem(left, right).Quotient;

    public static UInt256 operator %(UInt256 left, UInt256 right) => DivRem(left, right).Remainder;

    public static UInt256 operator &(UInt256 left, UInt256 right) =>
        new(left._u0 & right._u0, left._u1 & right._u1, left._u2 & right._u2, left._u3 & right._u3);

    public static UInt256 operator |(UInt256 left, UInt256 right) =>
        new(left._u0 | right._u0, left._u1 | right._u1, left._u2 | right._u2, left._u3 | right._u3);

    public static UInt256 operator ^(UInt256 left, UInt256 right) =>
        new(left._u0 ^ right._u0, left._u1 ^ right._u1, left._u2 ^ right._u2, left._u3 ^ right._u3);

    public static UInt256 operator ~(UInt256 value) => new(~value._u0, ~value._u1, ~value._u2, ~value._u3);

    /// <summary>Shifts left; a shift of 256 or more gives zero, as the EVM's does (unlike C#'s own integers).</summary>
    public static UInt256 operator <<(UInt256 value, int shiftAmount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shiftAmount);
        if (shiftAmount >= 256)
            return Zero;

        var words = shiftAmount >> 6;
        var moved = words switch
        {
            0 => value,
            1 => new UInt256(0, value._u0, value._u1, value._u2),
            2 => new UInt256(0, 0, value._u0, value._u1),
            _ => new UInt256(0, 0, 0, value._u0),
        };
        var bits = shiftAmount & 63;
        return bits == 0
            ? moved
            : new UInt256(
                moved._u0 << bits,
                (moved._u1 << bits) | (moved._u0 >> (64 - bits)),
                (moved._u2 << bits) | (moved._u1 >> (64 - bits)),
                (moved._u3 << bits) | (moved._u2 >> (64 - bits)));
    }

    /// <summary>Shifts right; a shift of 256 or more gives zero.</summary>
    public static UInt256 operator >>(UInt256 value, int shiftAmount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shiftAmount);
        if (shiftAmount >= 256)
            return Zero;

        var words = shiftAmount >> 6;
        var moved = words switch
        {
            0 => value,
            1 => new UInt256(value._u1, value._u2, value._u3),
            2 => new UInt256(value._u2, value._u3),
            _ => new UInt256(value._u3),
        };
        var bits = shiftAmount & 63;
        return bits == 0
            ? moved
            : new UInt256(
                (moved._u0 >> bits) | (moved._u1 << (64 - bits)),
                (moved._u1 >> bits) | (moved._u2 << (64 - bits)),
                (moved._u2 >> bits) | (moved._u3 << (64 - bits)),
                moved._u3 >> bits);
    }

    public static UInt256 operator >>>(UInt256 value, int shiftAmount) => value >> shiftAmount;

    /// <summary>Adds and says whether the true sum needs a 257th bit; <paramref name="sum"/> is the sum modulo 2^256.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AddOverflows(UInt256 left, UInt256 right, out UInt256 sum)
    {
        unchecked
        {
            var s0 = left._u0 + right._u0;
            var carry = s0 < left._u0 ? 1UL : 0;
            var s1 = AddWithCarry(left._u1, right._u1, ref carry);
            var s2 = AddWithCarry(left._u2, right._u2, ref carry);
            var s3 = AddWithCarry(left._u3, right._u3, ref carry);
            sum = new UInt256(s0, s1, s2, s3);
            return carry != 0;
        }
    }

    /// <summary>Subtracts and says whether the true difference is negative; the difference is modulo 2^256.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool SubtractUnderflows(UInt256 left, UInt256 right, out UInt256 difference)
    {
        unchecked
        {
            var borrow = left._u0 < right._u0 ? 1UL : 0;
            var d0 = left._u0 - right._u0;
            var d1 = SubtractWithBorrow(left._u1, right._u1, ref borrow);
            var d2 = SubtractWithBorrow(left._u2, right._u2, ref borrow);
            var d3 = SubtractWithBorrow(left._u3, right._u3, ref borrow);
            difference = new UInt256(d0, d1, d2, d3);
            return borrow != 0;
        }
    }

    /// <summary>Multiplies and says whether the true product exceeds 256 bits; the product is modulo 2^256.</summary>
    public static bool MultiplyOverflows(UInt256 left, UInt256 right, out UInt256 product)
    {
        Multiply(left, right, out product, out var high);
        return !high.IsZero;
    }

    /// <summary>The full product of 512 bits.</summary>
    public static void Multiply(UInt256 left, UInt256 right, out UInt256 low, out UInt256 high)
    {
        if (left.FitsUInt64 && right.FitsUInt64)
        {
            var upper = Math.BigMul(left._u0, right._u0, out var lower);
            low = new UInt256(lower, upper);
            high = default;
            return;
        }

        Span<ulong> limbs = stackalloc ulong[8];
        limbs.Clear();
        for (var i = 0; i < 4; i++)
        {
            var carry = 0UL;
            var factor = left.Limb(i);
            for (var j = 0; j < 4; j++)
                limbs[i + j] = MultiplyAdd(factor, right.Limb(j), limbs[i + j], ref carry);
            limbs[i + 4] = carry;
        }

        low = new UInt256(limbs[0], limbs[1], limbs[2], limbs[3]);
        high = new UInt256(limbs[4], limbs[5], limbs[6], limbs[7]);
    }

    /// <summary>Raises to a power; throws <see cref="OverflowException"/> when the result does not fit.</summary>
    public static UInt256 Pow(UInt256 value, int exponent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(exponent);
        var result = One;
        for (var remaining = exponent; remaining > 0; remaining >>= 1)
        {
            if ((remaining & 1) != 0)
                result = checked(result * value);
            // The last square is never used, and might overflow although the result fits.
            if (remaining > 1)
                value = checked(value * value);
        }

        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong AddWithCarry(ulong left, ulong right, ref ulong carry)
    {
        unchecked
        {
            var partial = left + carry;
            carry = partial < carry ? 1UL : 0;
            var sum = partial + right;
            carry += sum < right ? 1UL : 0;
            return sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong SubtractWithBorrow(ulong left, ulong right, ref ulong borrow)
    {
        unchecked
        {
            var partial = left - borrow;
            borrow = left < borrow ? 1UL : 0;
            borrow += partial < right ? 1UL : 0;
            return partial - right;
        }
    }

    // factor · other + addend + carry never exceeds 128 bits: (2^64 − 1)² + 2 · (2^64 − 1) = 2^128 − 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong MultiplyAdd(ulong factor, ulong other, ulong addend, ref ulong carry)
    {
        unchecked
        {
            var high = Math.BigMul(factor, other, out var low);
            low += addend;
            high += low < addend ? 1UL : 0;
            low += carry;
            high += low < carry ? 1UL : 0;
            carry = high;
            return low;
        }
    }
}
