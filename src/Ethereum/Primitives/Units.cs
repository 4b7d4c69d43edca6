namespace OpenGradient.Ethereum.Primitives;

/// <summary>Fixed-point text: a whole number shown, and read, as if its last digits stood behind a decimal point.</summary>
public static class Units
{
    /// <summary>10^77 is the largest power of ten in 256 bits.</summary>
    public const int MaxDecimals = 77;

    /// <summary>Shows a value with <paramref name="decimals"/> digits behind the point, without trailing zeros: 1500, 3 → "1.5".</summary>
    public static string Format(UInt256 value, int decimals)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        // Tokens choose their decimals, up to 255: above 77 no value reaches the point.
        var (whole, fraction) = decimals > MaxDecimals ? (UInt256.Zero, value) : UInt256.DivRem(value, Scale(decimals));
        if (fraction.IsZero)
            return whole.ToString();

        return $"{whole}.{fraction.ToString().PadLeft(decimals, '0').TrimEnd('0')}";
    }

    /// <inheritdoc cref="Format(UInt256, int)"/>
    public static string Format(Int256 value, int decimals) =>
        value.IsNegative ? "-" + Format(value.Magnitude, decimals) : Format(value.Bits, decimals);

    /// <summary>
    /// Reads what <see cref="Format(UInt256, int)"/> writes; zeros around the number, and none before the point, are read too. More digits
    /// behind the point than there are decimals are refused: they would be lost.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, int decimals, out UInt256 value)
    {
        value = default;
        var point = text.IndexOf('.');
        var whole = point < 0 ? text : text[..point];
        var fraction = point < 0 ? default : text[(point + 1)..];
        var hasDigits = point < 0 ? !whole.IsEmpty : !fraction.IsEmpty;
        if (!hasDigits || !AreDigits(whole) || !AreDigits(fraction))
            return false;

        if (decimals > MaxDecimals)
            throw new ArgumentOutOfRangeException(nameof(decimals), decimals, $"Amounts are read with at most {MaxDecimals} decimals.");

        var significant = fraction.TrimEnd('0');
        return significant.Length <= decimals
            && TryReadDigits(whole, Scale(decimals), out var wholeValue)
            && TryReadDigits(significant, Scale(decimals - significant.Length), out var fractionValue)
            && !UInt256.AddOverflows(wholeValue, fractionValue, out value);
    }

    /// <summary>The same with an optional minus in front.</summary>
    public static bool TryParseSigned(ReadOnlySpan<char> text, int decimals, out Int256 value)
    {
        value = default;
        var negative = text.StartsWith("-", StringComparison.Ordinal);
        return TryParse(negative ? text[1..] : text, decimals, out var magnitude)
            && Int256.TryFromMagnitude(magnitude, negative, out value);
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, int, out UInt256)"/>
    public static UInt256 Parse(ReadOnlySpan<char> text, int decimals) =>
        TryParse(text, decimals, out var value)
            ? value
            : throw new FormatException(
                $"'{text[..Math.Min(text.Length, 100)]}' is not a decimal number with at most {decimals} digits behind the point.");

    private static bool AreDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    private static bool TryReadDigits(ReadOnlySpan<char> digits, UInt256 scale, out UInt256 value)
    {
        value = default;
        return digits.IsEmpty || (UInt256.TryParse(digits, out var unscaled) && !UInt256.MultiplyOverflows(unscaled, scale, out value));
    }

    private static UInt256 Scale(int decimals)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decimals, MaxDecimals);
        return UInt256.Pow(10, decimals);
    }
}
