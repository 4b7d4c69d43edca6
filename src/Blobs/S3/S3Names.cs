using System.Text;

namespace OpenGradient.Blobs.S3;

/// <summary>What buckets and keys are called, and how they stand in an address.</summary>
internal static class S3Names
{
    private const int MaxKeyBytes = 1024;

    public static bool IsBucket(string name) =>
        name.Length is >= 3 and <= 63
        && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '.' or '-')
        && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1]) && !name.Contains("..", StringComparison.Ordinal);

    /// <summary>No control characters, and none of the segments that clients and servers resolve differently.</summary>
    public static bool IsKey(string key) =>
        key.Length > 0 && Encoding.UTF8.GetByteCount(key) <= MaxKeyBytes && !key.Any(char.IsControl) && key[0] != '/'
        && !key.Split('/').Any(segment => segment is "." or "..");

    /// <summary>Percent-encoding as signatures want it: all but letters, digits and <c>-._~</c>; slashes where they part a path.</summary>
    public static string Encode(string text, bool keepSlashes)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            var letter = (char)octet;
            if (char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_' or '~' || (letter == '/' && keepSlashes))
                encoded.Append(letter);
            else
                encoded.Append('%').Append(octet.ToString("X2"));
        }

        return encoded.ToString();
    }
}
