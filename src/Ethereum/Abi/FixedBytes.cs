using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Abi;

/// <summary>
/// A value of <c>bytes1</c> to <c>bytes31</c>: its bytes and how many they are. A <c>bytes32</c> is a <see cref="Hash32"/>. The default has no
/// bytes and is a value of no type.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct FixedBytes : IEquatable<FixedBytes>
{
    public const int MaxLength = 32;

    private readonly Bytes32 _bytes;
    private readonly byte _length;

    /// <summary>Takes one to 32 bytes.</summary>
    public FixedBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is < 1 or > MaxLength)
            throw new ArgumentException($"Fixed bytes are 1 to {MaxLength} long, not {bytes.Length}.", nameof(bytes));
        bytes.CopyTo(_bytes);
        _length = (byte)bytes.Length;
    }

    public int Length => _length;

    /// <summary>The bytes themselves, without a copy; valid while the struct they belong to is.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => ((ReadOnlySpan<byte>)_bytes)[.._length];

    /// <summary>Reads <c>0x</c> and two to 64 hexadecimal digits.</summary>
    public static FixedBytes Parse(ReadOnlySpan<char> text) =>
        text.Length is >= 4 and <= 2 + (2 * MaxLength)
            ? new FixedBytes(Hex.Decode(text))
            : throw new FormatException($"Fixed bytes are 0x and 2 to {2 * MaxLength} hexadecimal digits; here are {text.Length} characters.");

    public static bool operator ==(FixedBytes left, FixedBytes right) => left.Equals(right);

    public static bool operator !=(FixedBytes left, FixedBytes right) => !left.Equals(right);

    public bool Equals(FixedBytes other) => Bytes.SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => obj is FixedBytes other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    /// <summary>Lower-case hexadecimal after <c>0x</c>.</summary>
    public override string ToString() => Hex.Encode(Bytes);

    [InlineArray(MaxLength)]
    private struct Bytes32
    {
        private byte _first;
    }
}
