using System.Security.Cryptography;
using System.Text;

namespace OpenGradient.Ethereum.Wallets;

/// <summary>The UTF-8 of a secret text, in memory that the collector does not copy, wiped at the end.</summary>
internal readonly ref struct SecretText : IDisposable
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _bytes;

    public SecretText(ReadOnlySpan<char> text)
    {
        if (HasLoneSurrogate(text))
            throw new ArgumentException("The text has half a surrogate pair, and so no UTF-8.", nameof(text));

        _bytes = GC.AllocateUninitializedArray<byte>(StrictUtf8.GetByteCount(text), pinned: true);
        StrictUtf8.GetBytes(text, _bytes);
    }

    public ReadOnlySpan<byte> Bytes => _bytes;

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    // Asked beforehand: the encoder's exception would show a character of the secret.
    private static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return true;
            i++;
        }

        return false;
    }
}
