namespace OpenGradient.Ethereum.Crypto;

/// <summary>
/// The non-adjacent form of a factor with a window: Σ digit[i]·2^i, where digits are zero or odd with an absolute value below
/// 2^(window − 1), and window − 1 zeros at the least follow each that is not zero. The work depends on the factor: for public values only.
/// </summary>
internal static class WindowedForm
{
    /// <summary>How many digits a factor of 128 bits may have: one more, as a negative digit carries upwards.</summary>
    public const int Length = 129;

    /// <summary>Writes the digits, and gives how many there are up to the highest that is not zero.</summary>
    public static int Write(SignedFactor factor, int window, Span<short> digits)
    {
        unchecked
        {
            digits.Clear();
            var rest = factor.Magnitude;
            var position = 0;
            var used = 0;
            while (rest != UInt128.Zero)
            {
                var zeros = (int)UInt128.TrailingZeroCount(rest);
                rest >>= zeros;
                position += zeros;

                var digit = (int)(uint)rest & ((1 << window) - 1);
                rest >>= window;
                if (digit >> (window - 1) != 0)
                {
                    digit -= 1 << window;
                    rest++;
                }

                digits[position] = (short)(factor.IsNegative ? -digit : digit);
                used = position + 1;
                position += window;
            }

            return used;
        }
    }
}
