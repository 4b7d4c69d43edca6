using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>
/// Numbers as JSON-RPC writes them: <c>0x</c>, hexadecimal digits, no leading zeros, <c>0x0</c> for zero. Upper-case digits pass, since
/// nothing is gained by refusing them.
/// </summary>
internal static class Quantity
{
    private const int UInt64Digits = 16;
    private const int UInt256Digits = 64;

    public static bool TryParse(ReadOnlySpan<byte> utf8, out ulong value)
    {
        value = 0;
        return TryGetDigits(utf8, UInt64Digits, out var digits) && TryReadDigits(digits, out value);
    }

    public static bool TryParse(ReadOnlySpan<byte> utf8, out uint value)
    {
        var isNumber = TryParse(utf8, out ulong number) && number <= uint.MaxValue;
        value = isNumber ? (uint)number : 0;
        return isNumber;
    }

    public static bool TryParse(ReadOnlySpan<byte> utf8, out UInt256 value)
    {
        value = default;
        return TryGetDigits(utf8, UInt256Digits, out var digits) && TryReadDigits(digits, out value);
    }

    /// <summary>
    /// As <see cref="TryParse(ReadOnlySpan{byte}, out UInt256)"/>, but takes leading zeros: nodes write the numbers of a signature, an account's storage
    /// and a header's nonce sometimes as quantities and sometimes as fixed bytes.
    /// </summary>
    public static bool TryParsePadded(ReadOnlySpan<byte> utf8, out UInt256 value)
    {
        value = default;
        return utf8.Length is > 2 and <= UInt256Digits + 2 && utf8.StartsWith("0x"u8) && TryReadDigits(utf8[2..], out value);
    }

    private static bool TryGetDigits(ReadOnlySpan<byte> utf8, int limit, out ReadOnlySpan<byte> digits)
    {
        digits = utf8.Length > 2 ? utf8[2..] : default;
        return utf8.Length > 2 && utf8.Length <= limit + 2 && utf8[0] == (byte)'0' && utf8[1] == (byte)'x'
            && (utf8[2] != (byte)'0' || utf8.Length == 3);
    }

    private static bool TryReadDigits(ReadOnlySpan<byte> digits, out ulong value)
    {
        value = 0;
        foreach (var character in digits)
        {
            var digit = DigitValue(character);
            if (digit < 0)
                return false;
            value = (value << 4) | (uint)digit;
        }

        return true;
    }

    private static bool TryReadDigits(ReadOnlySpan<byte> digits, out UInt256 value)
    {
        Span<ulong> limbs = stackalloc ulong[4];
        limbs.Clear();
        value = default;
        for (var i = 0; i < limbs.Length && !digits.IsEmpty; i++)
        {
            var start = Math.Max(0, digits.Length - UInt64Digits);
            if (!TryReadDigits(digits[start..], out limbs[i]))
                return false;
            digits = digits[..start];
        }

        value = new UInt256(limbs[0], limbs[1], limbs[2], limbs[3]);
        return true;
    }

    private static int DigitValue(byte character) => character switch
    {
        >= (byte)'0' and <= (byte)'9' => character - '0',
        >= (byte)'a' and <= (byte)'f' => character - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => character - 'A' + 10,
        _ => -1,
    };
}
