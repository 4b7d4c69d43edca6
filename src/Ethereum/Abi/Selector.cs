using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Abi;

/// <summary>The four bytes that name a function in calldata, or a custom error in revert data: the start of its signature's hash.</summary>
/// <param name="Value">The four bytes as a big-endian number.</param>
public readonly record struct Selector(uint Value)
{
    public const int ByteLength = 4;

    /// <summary>Takes exactly four bytes.</summary>
    public static Selector FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == ByteLength
            ? new Selector(BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : throw new ArgumentException($"A selector has {ByteLength} bytes, not {bytes.Length}.", nameof(bytes));

    /// <summary>The selector of a canonical signature such as <c>transfer(address,uint256)</c>.</summary>
    public static Selector Of(string signature)
    {
        var hash = Keccak256.Hash(Encoding.UTF8.GetBytes(signature));
        return FromBytes(hash.Bytes[..ByteLength]);
    }

    /// <summary>Reads <c>0x</c> and eight hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Selector selector)
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        var parsed = Hex.TryDecode(text, bytes);
        selector = parsed ? FromBytes(bytes) : default;
        return parsed;
    }

    public static Selector Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var selector)
            ? selector
            : throw new FormatException($"A selector is 0x and 8 hexadecimal digits; this is '{text[..Math.Min(text.Length, 20)]}'.");

    /// <summary>Whether calldata or revert data starts with these four bytes.</summary>
    public bool Starts(ReadOnlySpan<byte> data) =>
        data.Length >= ByteLength && BinaryPrimitives.ReadUInt32BigEndian(data) == Value;

    public void CopyTo(Span<byte> destination) => BinaryPrimitives.WriteUInt32BigEndian(destination, Value);

    public byte[] ToArray()
    {
        var bytes = new byte[ByteLength];
        CopyTo(bytes);
        return bytes;
    }

    public override string ToString() => "0x" + Value.ToString("x8", CultureInfo.InvariantCulture);
}
