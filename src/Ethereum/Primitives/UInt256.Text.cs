using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OpenGradient.Ethereum.Primitives;

public readonly partial struct UInt256
{
    // 10^19 is the largest power of ten in 64 bits; 2^256 has 78 decimal digits.
    private const ulong DecimalChunk = 10_000_000_000_000_000_000;
    private const int DecimalChunkDigits = 19;
    private const int MaxDecimalDigits = 78;

    /// <summary>Reads a decimal number, or a hexadecimal one after <c>0x</c>. No sign, spaces or separators.</summary>
    public static UInt256 Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var value)
            ? value
            : throw new FormatException($"'{Shown(text)}' is not an unsigned integer of 256 bits (decimal, or hexadecimal after 0x).");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char})"/>
    public static UInt256 Parse(string text) => Parse(text.AsSpan());

    static UInt256 IParsable<UInt256>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static UInt256 ISpanParsable<UInt256>.Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<UInt256>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out UInt256 result) =>
        TryParse(s, out result);

    static bool ISpanParsable<UInt256>.TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out UInt256 result) =>
        TryParse(s, out result);

    /// <inheritdoc cref="Parse(ReadOnlySpan{char})"/>
    public static bool TryParse(ReadOnlySpan<char> text, out UInt256 value) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? TryParseHexDigits(text[2..], out value)
            : TryParseDecimal(text, out value);

    /// <inheritdoc cref="Parse(ReadOnlySpan{char})"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out UInt256 value) => TryParse(text.AsSpan(), out value);

    internal static bool TryParseHexDigits(ReadOnlySpan<char> digits, out UInt256 value)
    {
        value = default;
        var significant = digits.TrimStart('0');
        digits = significant.IsEmpty && !digits.IsEmpty ? digits[..1] : significant;
        if (digits.Length is 0 or > 64)
            return false;

        Span<ulong> limbs = stackalloc ulong[4];
        limbs.Clear();
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = HexDigitValue(digits[digits.Length - 1 - i]);
            if (digit < 0)
                return false;
            limbs[i >> 4] |= (ulong)digit << ((i & 15) * 4);
        }

        value = new UInt256(limbs[0], limbs[1], limbs[2], limbs[3]);
        return true;
    }

    private static int HexDigitValue(char digit) => digit switch
    {
        >= '0' and <= '9' => digit - '0',
        >= 'a' and <= 'f' => digit - 'a' + 10,
        >= 'A' and <= 'F' => digit - 'A' + 10,
        _ => -1,
    };

    private static bool TryParseDecimal(ReadOnlySpan<char> text, out UInt256 value)
    {
        value = default;
        if (text.IsEmpty)
            return false;

        var digits = text.TrimStart('0');
        if (digits.Length > MaxDecimalDigits)
            return false;

        while (digits.Length > 0)
        {
            var length = Math.Min(DecimalChunkDigits, digits.Length);
            if (!ulong.TryParse(digits[..length], NumberStyles.None, CultureInfo.InvariantCulture, out var chunk))
                return false;

            var scale = Pow(new UInt256(10), length);
            if (MultiplyOverflows(value, scale, out var scaled) || AddOverflows(scaled, chunk, out value))
                return false;
            digits = digits[length..];
        }

        return true;
    }

    /// <summary>The decimal digits.</summary>
    public override string ToString() => ToString(null, null);

    /// <summary>Formats as decimal (no format, or <c>D</c>) or as hexadecimal with <c>0x</c> and no leading zeros (<c>x</c>).</summary>
    public string ToString(string? format) => ToString(format, null);

    public string ToString(string? format, IFormatProvider? formatProvider)
    {
        Span<char> buffer = stackalloc char[MaxDecimalDigits];
        TryFormat(buffer, out var written, format, formatProvider);
        return new string(buffer[..written]);
    }

    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        format switch
        {
            "" or "D" or "d" or "G" or "g" => TryFormatDecimal(destination, out charsWritten),
            "x" or "X" => TryFormatHex(destination, out charsWritten),
            _ => throw new FormatException($"A UInt256 is formatted as 'D' or 'x', not '{format}'."),
        };

    private bool TryFormatDecimal(Span<char> destination, out int written)
    {
        if (FitsUInt64)
            return _u0.TryFormat(destination, out written, provider: CultureInfo.InvariantCulture);

        Span<ulong> chunks = stackalloc ulong[5];
        var count = 0;
        for (var rest = this; !rest.IsZero; count++)
        {
            (rest, var remainder) = DivRem(rest, DecimalChunk);
            chunks[count] = remainder._u0;
        }

        if (!chunks[count - 1].TryFormat(destination, out written, provider: CultureInfo.InvariantCulture))
            return false;

        for (var i = count - 2; i >= 0; i--)
        {
            if (!chunks[i].TryFormat(destination[written..], out var digits, "D19", CultureInfo.InvariantCulture))
                return false;
            written += digits;
        }

        return true;
    }

    private bool TryFormatHex(Span<char> destination, out int written)
    {
        written = 0;
        var digits = Math.Max(1, (BitLength + 3) / 4);
        if (destination.Length < digits + 2)
            return false;

        destination[0] = '0';
        destination[1] = 'x';
        for (var i = 0; i < digits; i++)
        {
            var nibble = (int)((Limb(i >> 4) >> ((i & 15) * 4)) & 15);
            destination[1 + digits - i] = (char)(nibble < 10 ? '0' + nibble : 'a' + nibble - 10);
        }

        written = digits + 2;
        return true;
    }

    // Hostile text is quoted in errors, but never at length.
    private static string Shown(ReadOnlySpan<char> text) => text.Length <= 80 ? text.ToString() : $"{text[..77]}...";
}
