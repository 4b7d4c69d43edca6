using System.Text;

namespace OpenGradient.Ethereum.Primitives;

/// <summary>UTF-8 for what is hashed or signed: half of a surrogate pair throws, rather than become a character that nobody wrote.</summary>
internal static class StrictUtf8
{
    public static UTF8Encoding Encoding { get; } = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
