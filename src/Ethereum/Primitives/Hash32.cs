using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OpenGradient.Ethereum.Primitives;

/// <summary>Thirty-two bytes that identify something: a hash, an event topic, a storage key, a <c>bytes32</c>.</summary>
public readonly struct Hash32 : IEquatable<Hash32>, IComparable<Hash32>, ISpanParsable<Hash32>
{
    public const int ByteLength = 32;

    private readonly Bytes32 _bytes;

    /// <summary>Takes exactly 32 bytes.</summary>
    public Hash32(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != ByteLength)
            throw new ArgumentException($"A hash has 32 bytes, not {bytes.Length}.", nameof(bytes));
        _bytes = MemoryMarshal.Read<Bytes32>(bytes);
    }

    public static Hash32 Zero => default;

    public bool IsZero => Equals(default);

    /// <summary>The bytes themselves, without a copy; valid while the struct they belong to is.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => _bytes;

    public void CopyTo(Span<byte> destination) => Bytes.CopyTo(destination);

    public byte[] ToArray() => Bytes.ToArray();

    /// <summary>The same bytes as a big-endian number.</summary>
    public UInt256 ToUInt256() => UInt256.FromBigEndian(Bytes);

    /// <summary>The big-endian bytes of a number.</summary>
    public static Hash32 FromUInt256(UInt256 value)
    {
        Span<byte> word = stackalloc byte[ByteLength];
        value.WriteBigEndian(word);
        return new Hash32(word);
    }

    public static Hash32 Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var hash)
            ? hash
            : throw new FormatException($"A hash is 0x and 64 hexadecimal digits; these {text.Length} characters are not.");

    public static Hash32 Parse(string text) => Parse(text.AsSpan());

    public static bool TryParse(ReadOnlySpan<char> text, out Hash32 hash)
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        var parsed = Hex.TryDecode(text, bytes);
        hash = parsed ? new Hash32(bytes) : default;
        return parsed;
    }

    static Hash32 IParsable<Hash32>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static Hash32 ISpanParsable<Hash32>.Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<Hash32>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Hash32 result) =>
        TryParse(s, out result);

    static bool ISpanParsable<Hash32>.TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Hash32 result) =>
        TryParse(s, out result);

    public static bool operator ==(Hash32 left, Hash32 right) => left.Equals(right);

    public static bool operator !=(Hash32 left, Hash32 right) => !left.Equals(right);

    public static bool operator <(Hash32 left, Hash32 right) => left.CompareTo(right) < 0;

    public static bool operator >(Hash32 left, Hash32 right) => left.CompareTo(right) > 0;

    public static bool operator <=(Hash32 left, Hash32 right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Hash32 left, Hash32 right) => left.CompareTo(right) >= 0;

    public bool Equals(Hash32 other) => Bytes.SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => obj is Hash32 other && Equals(other);

    // Hashes are uniform already, but attacker-chosen topics are not: fold all of them through the randomised HashCode.
    public override int GetHashCode()
    {
        var words = MemoryMarshal.Cast<byte, ulong>(Bytes);
        return HashCode.Combine(words[0], words[1], words[2], words[3]);
    }

    /// <summary>Orders as big-endian numbers do.</summary>
    public int CompareTo(Hash32 other) => Bytes.SequenceCompareTo(other.Bytes);

    /// <summary>Lower-case hexadecimal after <c>0x</c>.</summary>
    public override string ToString() => Hex.Encode(Bytes);

    [InlineArray(ByteLength)]
    private struct Bytes32
    {
        private byte _first;
    }
}
