using System.Buffers.Text;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Signing;

/// <summary>
/// Messages that wallets show and sign (<c>personal_sign</c>; EIP-191, version 0x45): behind a prefix with their length, so that no message
/// can be a transaction.
/// </summary>
public static class PersonalMessage
{
    private const int MaxLengthDigits = 10;

    private static ReadOnlySpan<byte> Prefix => "\u0019Ethereum Signed Message:\n"u8;

    /// <summary>What is signed of a message.</summary>
    public static Hash32 Digest(ReadOnlySpan<byte> message)
    {
        Span<byte> length = stackalloc byte[MaxLengthDigits];
        Utf8Formatter.TryFormat(message.Length, length, out var digits);
        return PrefixedHash.Of(Prefix, length[..digits], message);
    }

    /// <summary>What is signed of a text: of its UTF-8. Half a surrogate pair has none, and throws.</summary>
    public static Hash32 Digest(string message) => Digest(StrictUtf8.Encoding.GetBytes(message));

    /// <summary>Finds the account that signed a message; false where the signature is none at all.</summary>
    public static bool TryRecover(ReadOnlySpan<byte> message, Signature signature, out Address account) =>
        Secp256k1.TryRecoverAddress(Digest(message), signature, out account);
}
