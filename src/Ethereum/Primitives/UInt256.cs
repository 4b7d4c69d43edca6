using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OpenGradient.Ethereum.Primitives;

/// <summary>
/// An unsigned integer of 256 bits, the word of the EVM. In a <c>checked</c> context (this solution's default) its operators throw
/// <see cref="OverflowException"/>; in an <c>unchecked</c> one they wrap modulo 2^256, as the EVM does.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly partial struct UInt256
    : IEquatable<UInt256>, IComparable<UInt256>, IComparable, ISpanFormattable, ISpanParsable<UInt256>, IMinMaxValue<UInt256>,
      IAdditionOperators<UInt256, UInt256, UInt256>, ISubtractionOperators<UInt256, UInt256, UInt256>,
      IMultiplyOperators<UInt256, UInt256, UInt256>, IDivisionOperators<UInt256, UInt256, UInt256>,
      IModulusOperators<UInt256, UInt256, UInt256>, IBitwiseOperators<UInt256, UInt256, UInt256>,
      IShiftOperators<UInt256, int, UInt256>, IComparisonOperators<UInt256, UInt256, bool>
{
    /// <summary>The length of the big-endian form in bytes.</summary>
    public const int ByteLength = 32;

    // Little-endian limbs: _u0 holds the least significant 64 bits.
    private readonly ulong _u0;
    private readonly ulong _u1;
    private readonly ulong _u2;
    private readonly ulong _u3;

    /// <summary>Composes a value from limbs of 64 bits, least significant first.</summary>
    public UInt256(ulong u0, ulong u1 = 0, ulong u2 = 0, ulong u3 = 0)
    {
        _u0 = u0;
        _u1 = u1;
        _u2 = u2;
        _u3 = u3;
    }

    public static UInt256 Zero => default;

    public static UInt256 One => new(1);

    public static UInt256 MinValue => default;

    public static UInt256 MaxValue => new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    public bool IsZero => (_u0 | _u1 | _u2 | _u3) == 0;

    /// <summary>Whether the value fits 64 bits.</summary>
    public bool FitsUInt64 => (_u1 | _u2 | _u3) == 0;

    /// <summary>The number of significant bits; zero for zero.</summary>
    public int BitLength =>
        _u3 != 0 ? 256 - BitOperations.LeadingZeroCount(_u3)
        : _u2 != 0 ? 192 - BitOperations.LeadingZeroCount(_u2)
        : _u1 != 0 ? 128 - BitOperations.LeadingZeroCount(_u1)
        : 64 - BitOperations.LeadingZeroCount(_u0);

    /// <summary>The limb at <paramref name="index"/> (0 is least significant).</summary>
    internal ulong Limb(int index) => index switch
    {
        0 => _u0,
        1 => _u1,
        2 => _u2,
        3 => _u3,
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    /// <summary>Reads exactly 32 big-endian bytes.</summary>
    public static UInt256 FromBigEndian(ReadOnlySpan<byte> word)
    {
        if (word.Length != ByteLength)
            throw new ArgumentException($"A 256-bit word has 32 bytes, not {word.Length}.", nameof(word));

        return new UInt256(
            BinaryPrimitives.ReadUInt64BigEndian(word[24..]),
            BinaryPrimitives.ReadUInt64BigEndian(word[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(word[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(word));
    }

    /// <summary>Reads at most 32 big-endian bytes as a number; no bytes are zero.</summary>
    public static UInt256 FromShortBigEndian(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > ByteLength)
            throw new ArgumentException($"A 256-bit number has at most 32 bytes, not {bytes.Length}.", nameof(bytes));

        Span<byte> word = stackalloc byte[ByteLength];
        word.Clear();
        bytes.CopyTo(word[(ByteLength - bytes.Length)..]);
        return FromBigEndian(word);
    }

    /// <summary>Writes 32 big-endian bytes.</summary>
    public void WriteBigEndian(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..ByteLength], _u0);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _u1);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _u2);
        BinaryPrimitives.WriteUInt64BigEndian(destination, _u3);
    }

    /// <summary>The 32 big-endian bytes.</summary>
    public byte[] ToBigEndian()
    {
        var bytes = new byte[ByteLength];
        WriteBigEndian(bytes);
        return bytes;
    }

    public static implicit operator UInt256(ulong value) => new(value);

    public static implicit operator UInt256(uint value) => new(value);

    public static implicit operator UInt256(UInt128 value) => new((ulong)(value & ulong.MaxValue), (ulong)(value >> 64));

    public static explicit operator UInt256(int value) => new(checked((ulong)value));

    public static explicit operator UInt256(long value) => new(checked((ulong)value));

    public static explicit operator UInt256(BigInteger value)
    {
        if (value.Sign < 0 || value.GetBitLength() > 256)
            throw new OverflowException("The number does not fit an unsigned integer of 256 bits.");

        return FromShortBigEndian(value.ToByteArray(isUnsigned: true, isBigEndian: true));
    }

    public static implicit operator BigInteger(UInt256 value) => new(value.ToBigEndian(), isUnsigned: true, isBigEndian: true);

    /// <summary>Narrows; always throws <see cref="OverflowException"/> rather than lose bits.</summary>
    public static explicit operator ulong(UInt256 value) =>
        value.FitsUInt64 ? value._u0 : throw new OverflowException($"{value} does not fit 64 bits.");

    /// <summary>Narrows; always throws <see cref="OverflowException"/> rather than lose bits.</summary>
    public static explicit operator long(UInt256 value) => checked((long)(ulong)value);

    /// <summary>Narrows; always throws <see cref="OverflowException"/> rather than lose bits.</summary>
    public static explicit operator uint(UInt256 value) => checked((uint)(ulong)value);

    /// <summary>Narrows; always throws <see cref="OverflowException"/> rather than lose bits.</summary>
    public static explicit operator int(UInt256 value) => checked((int)(ulong)value);

    /// <summary>Narrows; always throws <see cref="OverflowException"/> rather than lose bits.</summary>
    public static explicit operator byte(UInt256 value) => checked((byte)(ulong)value);

    /// <summary>Narrows; always throws <see cref="OverflowException"/> rather than lose bits.</summary>
    public static explicit operator UInt128(UInt256 value) =>
        (value._u2 | value._u3) == 0
            ? new UInt128(value._u1, value._u0)
            : throw new OverflowException($"{value} does not fit 128 bits.");

    public static bool operator ==(UInt256 left, UInt256 right) => left.Equals(right);

    public static bool operator !=(UInt256 left, UInt256 right) => !left.Equals(right);

    public static bool operator <(UInt256 left, UInt256 right) => left.CompareTo(right) < 0;

    public static bool operator >(UInt256 left, UInt256 right) => left.CompareTo(right) > 0;

    public static bool operator <=(UInt256 left, UInt256 right) => left.CompareTo(right) <= 0;

    public static bool operator >=(UInt256 left, UInt256 right) => left.CompareTo(right) >= 0;

    public static UInt256 Min(UInt256 left, UInt256 right) => left < right ? left : right;

    public static UInt256 Max(UInt256 left, UInt256 right) => left > right ? left : right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Equals(UInt256 other) =>
        ((_u0 ^ other._u0) | (_u1 ^ other._u1) | (_u2 ^ other._u2) | (_u3 ^ other._u3)) == 0;

    public override bool Equals(object? obj) => obj is UInt256 other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_u0, _u1, _u2, _u3);

    public int CompareTo(UInt256 other)
    {
        if (_u3 != other._u3)
            return _u3.CompareTo(other._u3);
        if (_u2 != other._u2)
            return _u2.CompareTo(other._u2);
        if (_u1 != other._u1)
            return _u1.CompareTo(other._u1);
        return _u0.CompareTo(other._u0);
    }

    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        UInt256 other => CompareTo(other),
        _ => throw new ArgumentException("A UInt256 compares only with a UInt256.", nameof(obj)),
    };
}
