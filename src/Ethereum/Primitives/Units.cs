namespace OpenGradient.Ethereum.Primitives;

/// <summary>Fixed-point text: a whole number shown, and read, as if its last digits stood behind a decimal point.</summary>
public static class Units
{
    /// <summary>10^77 is the largest power of ten in 256 bits.</summary>
    public const int MaxDecimals = 77;

    /// <summary>Shows a value with <paramref name="decimals"/> digits behind the point, without trailing zeros: 1500, 3 → "1.5".</summary>
    public static string Format(UInt256 value, int decimals)
    {
        var (whole, fraction) = UInt256.DivRem(value, Scale(decimals));
        if (fraction.IsZero)
            return whole.ToString();

        return $"{whole}.{fraction.ToString().PadLeft(decimals, '0').TrimEnd('0')}";
    }

    /// <inheritdoc cref="Format(UInt256, int)"/>
    public static string Format(Int256 value, int decimals) =>
        value.IsNegative ? "-" + Format(value.Magnitude, decimals) : Format(value.Bits, decimals);

    /// <summary>Reads what <see cref="Format(UInt256, int)"/> writes. More digits behind the point than there are decimals are refused.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, int decimals, out UInt256 value)
    {
        value = default;
        var scale = Scale(decimals);
        var point = text.IndexOf('.');
        var wholeText = point < 0 ? text : text[..point];
        var fractionText = point < 0 ? default : text[(point + 1)..].TrimEnd('0');
        if ((point >= 0 && point == text.Length - 1) || fractionText.Length > decimals)
            return false;
        if (!IsDigits(wholeText) || !UInt256.TryParse(wholeText, out var whole))
            return false;

        var fraction = UInt256.Zero;
        if (!fractionText.IsEmpty)
        {
            if (!IsDigits(fractionText) || !UInt256.TryParse(fractionText, out fraction))
                return false;
            fraction = checked(fraction * UInt256.Pow(10, decimals - fractionText.Length));
        }
        else if (point >= 0 && !IsDigits(text[(point + 1)..]))
        {
            return false;
        }

        return !UInt256.MultiplyOverflows(whole, scale, out var scaled) && !UInt256.AddOverflows(scaled, fraction, out value);
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, int, out UInt256)"/>
    public static UInt256 Parse(ReadOnlySpan<char> text, int decimals) =>
        TryParse(text, decimals, out var value)
            ? value
            : throw new FormatException(
                $"'{text[..Math.Min(text.Length, 100)]}' is not a decimal number with at most {decimals} digits behind the point.");

    private static bool IsDigits(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');

    private static UInt256 Scale(int decimals)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decimals, MaxDecimals);
        return UInt256.Pow(10, decimals);
    }
}
