using System.Security.Cryptography;

namespace OpenGradient.Ethereum.Wallets;

/// <summary>
/// Bytes as text of 58 letters and digits, none of which looks like another, with a checksum of four bytes. For the one length that extended
/// keys have; quadratic in it.
/// </summary>
internal static class Base58Check
{
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const int ChecksumLength = 4;

    /// <summary>Writes a payload of at most 100 bytes with its checksum.</summary>
    public static string Encode(ReadOnlySpan<byte> payload)
    {
        Span<byte> number = stackalloc byte[payload.Length + ChecksumLength];
        payload.CopyTo(number);
        WriteChecksum(payload, number[payload.Length..]);

        var zeros = number.IndexOfAnyExcept((byte)0) is var found and >= 0 ? found : number.Length;
        // A digit holds log2(58) > 5.857 bits: 8 / 5.857 < 1.37 digits a byte.
        Span<char> digits = stackalloc char[(number.Length * 137 / 100) + 1];
        var start = digits.Length;
        for (var significant = number[zeros..]; !significant.IsEmpty; significant = significant.TrimStart((byte)0))
            digits[--start] = Alphabet[DivideBy58(significant)];

        digits.Slice(start - zeros, zeros).Fill(Alphabet[0]);
        var text = new string(digits[(start - zeros)..]);
        CryptographicOperations.ZeroMemory(number);
        digits.Clear();
        return text;
    }

    /// <summary>Reads exactly as many bytes as <paramref name="payload"/> has; false for anything else, or a checksum that does not fit.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> payload)
    {
        // Leading ones are zeros, of which a number never overflows: a text of nothing else would be read to its end.
        if (text.Length > 2 * (payload.Length + ChecksumLength))
            return false;

        Span<byte> number = stackalloc byte[payload.Length + ChecksumLength];
        number.Clear();
        try
        {
            foreach (var character in text)
            {
                var digit = Alphabet.IndexOf(character, StringComparison.Ordinal);
                if (digit < 0 || !TryMultiplyBy58AndAdd(number, digit))
                    return false;
            }

            // Each leading 1 is a leading zero byte, no more and no fewer: one text for each payload.
            var ones = text.IndexOfAnyExcept(Alphabet[0]) is var one and >= 0 ? one : text.Length;
            var zeros = number.IndexOfAnyExcept((byte)0) is var zero and >= 0 ? zero : number.Length;
            Span<byte> checksum = stackalloc byte[ChecksumLength];
            WriteChecksum(number[..payload.Length], checksum);
            if (ones != zeros || !checksum.SequenceEqual(number[payload.Length..]))
                return false;

            number[..payload.Length].CopyTo(payload);
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(number);
        }
    }

    private static void WriteChecksum(ReadOnlySpan<byte> payload, Span<byte> checksum)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(payload, hash);
        SHA256.HashData(hash, hash);
        hash[..ChecksumLength].CopyTo(checksum);
    }

    private static int DivideBy58(Span<byte> number)
    {
        var remainder = 0;
        for (var i = 0; i < number.Length; i++)
        {
            var value = (remainder << 8) | number[i];
            number[i] = (byte)(value / 58);
            remainder = value % 58;
        }

        return remainder;
    }

    // False once the number needs more bytes than there are, which also ends a text that is too long.
    private static bool TryMultiplyBy58AndAdd(Span<byte> number, int digit)
    {
        var carry = digit;
        for (var i = number.Length - 1; i >= 0; i--)
        {
            carry += number[i] * 58;
            number[i] = (byte)(carry & 0xFF);
            carry >>= 8;
        }

        return carry == 0;
    }
}
