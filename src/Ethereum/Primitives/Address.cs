using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Crypto;

namespace OpenGradient.Ethereum.Primitives;

/// <summary>An account's address: twenty bytes, written with the checksum of EIP-55.</summary>
public readonly struct Address : IEquatable<Address>, IComparable<Address>, ISpanParsable<Address>
{
    public const int ByteLength = 20;
    private const int TextLength = 2 + (ByteLength * 2);

    private readonly Bytes20 _bytes;

    /// <summary>Takes exactly 20 bytes.</summary>
    public Address(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != ByteLength)
            throw new ArgumentException($"An address has 20 bytes, not {bytes.Length}.", nameof(bytes));
        _bytes = MemoryMarshal.Read<Bytes20>(bytes);
    }

    public static Address Zero => default;

    public bool IsZero => Equals(default);

    /// <summary>The bytes themselves, without a copy; valid while the struct they belong to is.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => _bytes;

    public void CopyTo(Span<byte> destination) => Bytes.CopyTo(destination);

    public byte[] ToArray() => Bytes.ToArray();

    /// <summary>
    /// Reads <c>0x</c> and 40 hexadecimal digits. All lower or all upper case is taken as it is; mixed case must carry the right checksum,
    /// so that a mistyped address is refused.
    /// </summary>
    public static Address Parse(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        if (!Hex.TryDecode(text, bytes))
            throw new FormatException($"An address is 0x and 40 hexadecimal digits; this is '{text[..Math.Min(text.Length, 60)]}'.");

        var address = new Address(bytes);
        if (!HasValidCase(text, address))
            throw new FormatException($"The checksum of address '{text}' is wrong: a digit was mistyped, or it should be {address}.");

        return address;
    }

    public static Address Parse(string text) => Parse(text.AsSpan());

    /// <inheritdoc cref="Parse(ReadOnlySpan{char})"/>
    public static bool TryParse(ReadOnlySpan<char> text, out Address address)
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        address = default;
        if (!Hex.TryDecode(text, bytes))
            return false;

        var candidate = new Address(bytes);
        if (!HasValidCase(text, candidate))
            return false;

        address = candidate;
        return true;
    }

    static Address IParsable<Address>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static Address ISpanParsable<Address>.Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<Address>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Address result) =>
        TryParse(s, out result);

    static bool ISpanParsable<Address>.TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Address result) =>
        TryParse(s, out result);

    public static bool operator ==(Address left, Address right) => left.Equals(right);

    public static bool operator !=(Address left, Address right) => !left.Equals(right);

    public static bool operator <(Address left, Address right) => left.CompareTo(right) < 0;

    public static bool operator >(Address left, Address right) => left.CompareTo(right) > 0;

    public static bool operator <=(Address left, Address right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Address left, Address right) => left.CompareTo(right) >= 0;

    public bool Equals(Address other) => Bytes.SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => obj is Address other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(
        MemoryMarshal.Read<ulong>(Bytes), MemoryMarshal.Read<ulong>(Bytes[8..]), MemoryMarshal.Read<uint>(Bytes[16..]));

    public int CompareTo(Address other) => Bytes.SequenceCompareTo(other.Bytes);

    /// <summary>With the checksum of EIP-55: a digit is upper case where the hash of the lower-case text has a high nibble.</summary>
    public override string ToString() => string.Create(TextLength, this, static (text, address) => address.Format(text));

    /// <summary>Lower case, as JSON-RPC nodes write it.</summary>
    public string ToLowerHex() => Hex.Encode(Bytes);

    private void Format(Span<char> text)
    {
        "0x".CopyTo(text);
        Convert.TryToHexStringLower(Bytes, text[2..], out _);

        Span<byte> ascii = stackalloc byte[ByteLength * 2];
        for (var i = 0; i < ascii.Length; i++)
            ascii[i] = (byte)text[i + 2];
        Span<byte> hash = stackalloc byte[Hash32.ByteLength];
        Keccak256.Hash(ascii, hash);

        for (var i = 0; i < ascii.Length; i++)
        {
            var nibble = i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 15;
            if (nibble >= 8)
                text[i + 2] = char.ToUpperInvariant(text[i + 2]);
        }
    }

    private static bool HasValidCase(ReadOnlySpan<char> text, Address address)
    {
        var digits = text[2..];
        if (!digits.ContainsAnyInRange('a', 'f') || !digits.ContainsAnyInRange('A', 'F'))
            return true;

        Span<char> checksummed = stackalloc char[TextLength];
        address.Format(checksummed);
        return digits.SequenceEqual(checksummed[2..]);
    }

    [InlineArray(ByteLength)]
    private struct Bytes20
    {
        private byte _first;
    }
}
