using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace OpenGradient.Signing.Keys;

/// <summary>A password in memory that the collector does not copy, wiped at the end. Shown never.</summary>
[DebuggerDisplay("a password")]
public sealed class SecretPassword : IDisposable
{
    /// <summary>The longest password that is read.</summary>
    public const int MaxBytes = 4096;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly char[] _characters;

    public SecretPassword(ReadOnlySpan<char> text)
    {
        _characters = GC.AllocateUninitializedArray<char>(text.Length, pinned: true);
        text.CopyTo(_characters);
    }

    public ReadOnlySpan<char> Text => _characters;

    /// <summary>
    /// Reads a file with one password in UTF-8. A line break at its end, as editors and <c>echo</c> leave one, is not part of it. Null where
    /// the file is too long, holds several lines, or is no UTF-8; a file that cannot be read throws as <see cref="File.OpenRead"/> does.
    /// </summary>
    public static SecretPassword? ReadFile(string path)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(MaxBytes + 1, pinned: true);
        var characters = GC.AllocateUninitializedArray<char>(MaxBytes, pinned: true);
        try
        {
            using var file = File.OpenRead(path);
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > MaxBytes || !TryDecode(bytes.AsSpan(0, length), characters, out var count))
                return null;

            var text = characters.AsSpan(0, count);
            text = text.EndsWith("\r\n") ? text[..^2] : text.EndsWith("\n") ? text[..^1] : text;
            return text.ContainsAny('\r', '\n') ? null : new SecretPassword(text);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            Array.Clear(characters);
        }
    }

    public void Dispose() => Array.Clear(_characters);

    public override string ToString() => "a password";

    private static bool TryDecode(ReadOnlySpan<byte> utf8, Span<char> characters, out int count)
    {
        try
        {
            return StrictUtf8.TryGetChars(utf8, characters, out count);
        }
        catch (DecoderFallbackException)
        {
            // Its message would show bytes of the secret.
            count = 0;
            return false;
        }
    }
}
