using System.Buffers;
using System.Globalization;

namespace OpenGradient.Ethereum.Primitives;

/// <summary>Hexadecimal text with the <c>0x</c> prefix that every Ethereum interface uses. Strict: the prefix and whole bytes are required.</summary>
public static class Hex
{
    private const string Prefix = "0x";

    /// <summary>Lower-case hexadecimal after <c>0x</c>.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => string.Create(2 + (bytes.Length * 2), bytes, static (text, source) =>
    {
        Prefix.CopyTo(text);
        Convert.TryToHexStringLower(source, text[2..], out _);
    });

    /// <summary>As <see cref="Encode"/>, as UTF-8 into <paramref name="utf8"/>; false where that is too short.</summary>
    public static bool TryEncode(ReadOnlySpan<byte> bytes, Span<byte> utf8, out int written)
    {
        written = 0;
        if (utf8.Length < 2 + (bytes.Length * 2L))
            return false;
        "0x"u8.CopyTo(utf8);
        Convert.TryToHexStringLower(bytes, utf8[2..], out written);
        written += 2;
        return true;
    }

    /// <summary>
    /// Reads whole bytes after <c>0x</c>; throws <see cref="FormatException"/> that says what was wrong. The text is never quoted: it may be a
    /// secret that lacks its prefix.
    /// </summary>
    public static byte[] Decode(ReadOnlySpan<char> text)
    {
        if (!text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            throw new FormatException($"Hexadecimal text starts with 0x; these {text.Length} characters do not.");
        if (text.Length % 2 != 0)
            throw new FormatException($"Hexadecimal bytes have two digits each; here are {text.Length - 2} digits.");

        return Convert.FromHexString(text[2..]);
    }

    /// <summary>Reads whole bytes after <c>0x</c> into <paramref name="destination"/>, which must have exactly their length.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination) =>
        text.Length == 2 + (destination.Length * 2)
        && text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
        && Convert.FromHexString(text[2..], destination, out _, out var written) == OperationStatus.Done
        && written == destination.Length;

    /// <inheritdoc cref="TryDecode(ReadOnlySpan{char}, Span{byte})"/>
    public static bool TryDecode(ReadOnlySpan<byte> utf8, Span<byte> destination) =>
        utf8.Length == 2 + (destination.Length * 2)
        && (utf8.StartsWith("0x"u8) || utf8.StartsWith("0X"u8))
        && Convert.FromHexString(utf8[2..], destination, out _, out var written) == OperationStatus.Done
        && written == destination.Length;

    /// <summary>A number as JSON-RPC writes it: <c>0x</c>, no leading zeros, <c>0x0</c> for zero.</summary>
    public static string EncodeQuantity(ulong value) => Prefix + value.ToString("x", CultureInfo.InvariantCulture);

    /// <inheritdoc cref="EncodeQuantity(ulong)"/>
    public static string EncodeQuantity(UInt256 value) => value.ToString("x");
}
