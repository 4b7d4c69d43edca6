using System.Security.Cryptography;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Blobs;

/// <summary>What a blob is called: the SHA-256 of its bytes. As text <c>sha256:</c> and 64 hexadecimal digits.</summary>
/// <param name="Value">The 32 bytes, as a version's <c>artifactHash</c> has them.</param>
public readonly record struct BlobHash(Hash32 Value)
{
    private const string Prefix = "sha256:";

    /// <summary>The digits alone, in lower case: a name for files and addresses.</summary>
    public string Digits => Convert.ToHexStringLower(Value.Bytes);

    public static BlobHash Of(ReadOnlySpan<byte> content)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, digest);
        return new BlobHash(new Hash32(digest));
    }

    /// <summary>Reads a stream from where it stands to its end.</summary>
    public static async ValueTask<BlobHash> OfAsync(Stream content, CancellationToken cancellationToken) =>
        new(new Hash32(await SHA256.HashDataAsync(content, cancellationToken)));

    /// <summary>Reads <c>sha256:</c> and 64 digits in either case; nothing else is a hash.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out BlobHash hash)
    {
        hash = default;
        return text.StartsWith(Prefix, StringComparison.Ordinal) && TryParseDigits(text[Prefix.Length..], out hash);
    }

    public static BlobHash Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var hash)
            ? hash
            : throw new FormatException($"A blob's hash is {Prefix} and 64 hexadecimal digits; these {text.Length} characters are not.");

    public static BlobHash Parse(string text) => Parse(text.AsSpan());

    public override string ToString() => Prefix + Digits;

    internal static bool TryParseDigits(ReadOnlySpan<char> digits, out BlobHash hash)
    {
        Span<byte> bytes = stackalloc byte[Hash32.ByteLength];
        var isHash = digits.Length == 2 * Hash32.ByteLength
            && Convert.FromHexString(digits, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
        hash = isHash ? new BlobHash(new Hash32(bytes)) : default;
        return isHash;
    }
}
