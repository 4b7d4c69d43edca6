using System.Numerics;

namespace OpenGradient.Ethereum.Primitives;

public readonly partial struct UInt256
{
    /// <summary>Divides; throws <see cref="DivideByZeroException"/> for a zero divisor.</summary>
    public static (UInt256 Quotient, UInt256 Remainder) DivRem(UInt256 dividend, UInt256 divisor)
    {
        if (divisor.IsZero)
            throw new DivideByZeroException();
        if (dividend < divisor)
            return (Zero, dividend);
        if (dividend.FitsUInt64)
            return (dividend._u0 / divisor._u0, dividend._u0 % divisor._u0);

        Span<ulong> wide = [dividend._u0, dividend._u1, dividend._u2, dividend._u3];
        return DivideLong(wide, divisor);
    }

    /// <summary>
    /// floor(left · right / divisor) with the product taken in full (512 bits); throws <see cref="OverflowException"/> when the quotient
    /// does not fit.
    /// </summary>
    public static UInt256 MulDiv(UInt256 left, UInt256 right, UInt256 divisor)
    {
        if (divisor.IsZero)
            throw new DivideByZeroException();

        Multiply(left, right, out var low, out var high);
        if (high >= divisor)
            throw new OverflowException(Overflowed);

        Span<ulong> wide = [low._u0, low._u1, low._u2, low._u3, high._u0, high._u1, high._u2, high._u3];
        return DivideLong(wide, divisor).Quotient;
    }

    // Long division over 32-bit digits (Knuth, The Art of Computer Programming, volume 2, algorithm D). The caller has made sure that the
    // quotient fits 256 bits.
    private static (UInt256 Quotient, UInt256 Remainder) DivideLong(ReadOnlySpan<ulong> dividend, UInt256 divisor)
    {
        unchecked
        {
            var shift = BitOperations.LeadingZeroCount(divisor.TopDigit());
            var scaled = divisor << shift;
            Span<uint> v = stackalloc uint[8];
            for (var i = 0; i < 8; i++)
                v[i] = (uint)(scaled.Limb(i >> 1) >> ((i & 1) * 32));
            var n = (divisor.BitLength + 31) / 32;

            // The dividend, shifted alike, one digit longer.
            var m = dividend.Length * 2;
            Span<uint> u = stackalloc uint[17];
            u.Clear();
            var spill = 0UL;
            for (var i = 0; i < m; i++)
            {
                var digit = (ulong)(uint)(dividend[i >> 1] >> ((i & 1) * 32)) << shift;
                u[i] = (uint)(digit | spill);
                spill = digit >> 32;
            }

            u[m] = (uint)spill;

            Span<uint> q = stackalloc uint[17];
            q.Clear();
            for (var j = m - n; j >= 0; j--)
            {
                var digit = EstimateDigit(u, v, j, n);
                if (MultiplySubtract(u, v, j, n, digit))
                {
                    digit--;
                    AddBack(u, v, j, n);
                }

                q[j] = digit;
            }

            return (FromDigits(q), FromDigits(u) >> shift);
        }
    }

    private static uint EstimateDigit(ReadOnlySpan<uint> u, ReadOnlySpan<uint> v, int j, int n)
    {
        unchecked
        {
            var top = ((ulong)u[j + n] << 32) | u[j + n - 1];
            var estimate = top / v[n - 1];
            var rest = top % v[n - 1];
            var second = n > 1 ? v[n - 2] : 0;
            var third = n > 1 ? u[j + n - 2] : 0;
            while (estimate > uint.MaxValue || estimate * second > ((rest << 32) | third))
            {
                estimate--;
                rest += v[n - 1];
                if (rest > uint.MaxValue)
                    break;
            }

            return (uint)estimate;
        }
    }

    private static bool MultiplySubtract(Span<uint> u, ReadOnlySpan<uint> v, int j, int n, uint digit)
    {
        unchecked
        {
            var carry = 0UL;
            var borrow = 0L;
            for (var i = 0; i < n; i++)
            {
                carry += (ulong)digit * v[i];
                var difference = u[i + j] - borrow - (uint)carry;
                u[i + j] = (uint)difference;
                borrow = difference < 0 ? 1 : 0;
                carry >>= 32;
            }

            var last = u[j + n] - borrow - (long)carry;
            u[j + n] = (uint)last;
            return last < 0;
        }
    }

    private static void AddBack(Span<uint> u, ReadOnlySpan<uint> v, int j, int n)
    {
        unchecked
        {
            var carry = 0UL;
            for (var i = 0; i < n; i++)
            {
                carry += (ulong)u[i + j] + v[i];
                u[i + j] = (uint)carry;
                carry >>= 32;
            }

            u[j + n] += (uint)carry;
        }
    }

    private static UInt256 FromDigits(ReadOnlySpan<uint> digits) => new(
        digits[0] | ((ulong)digits[1] << 32),
        digits[2] | ((ulong)digits[3] << 32),
        digits[4] | ((ulong)digits[5] << 32),
        digits[6] | ((ulong)digits[7] << 32));

    private uint TopDigit()
    {
        var digit = (BitLength - 1) / 32;
        return unchecked((uint)(Limb(digit >> 1) >> ((digit & 1) * 32)));
    }
}
