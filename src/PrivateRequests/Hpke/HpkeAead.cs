using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OpenGradient.PrivateRequests.Hpke;

/// <summary>How content is sealed. Requests use AES-256-GCM; RFC 9180 has no test vectors for that one with P-256, so that the others are here too.</summary>
internal enum HpkeAead
{
    Aes128Gcm = 1,
    Aes256Gcm = 2,
    ChaCha20Poly1305 = 3,
}

/// <summary>Seals and opens by each.</summary>
internal static class HpkeAeads
{
    public const int NonceBytes = 12;
    public const int TagBytes = 16;

    public static int KeyBytes(this HpkeAead aead) => aead == HpkeAead.Aes128Gcm ? 16 : 32;

    /// <summary>The nonce of the message in a place: the first one, with the place's number mixed in.</summary>
    public static byte[] NonceAt(byte[] first, ulong place)
    {
        byte[] nonce = [.. first];
        Span<byte> digits = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(digits, place);
        for (var i = 0; i < digits.Length; i++)
            nonce[nonce.Length - digits.Length + i] ^= digits[i];
        return nonce;
    }

    public static byte[] Seal(this HpkeAead aead, byte[] key, byte[] nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plain)
    {
        var cipher = new byte[plain.Length + TagBytes];
        var content = cipher.AsSpan(0, plain.Length);
        var tag = cipher.AsSpan(plain.Length);
        if (aead == HpkeAead.ChaCha20Poly1305)
        {
            using var chacha = new ChaCha20Poly1305(key);
            chacha.Encrypt(nonce, plain, content, tag, associated);
        }
        else
        {
            using var gcm = new AesGcm(key, TagBytes);
            gcm.Encrypt(nonce, plain, content, tag, associated);
        }

        return cipher;
    }

    /// <summary>Opens what was sealed; null for anything else.</summary>
    public static byte[]? TryOpen(this HpkeAead aead, byte[] key, byte[] nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> cipher)
    {
        if (cipher.Length < TagBytes)
            return null;
        var plain = new byte[cipher.Length - TagBytes];
        var content = cipher[..plain.Length];
        var tag = cipher[plain.Length..];
        try
        {
            if (aead == HpkeAead.ChaCha20Poly1305)
            {
                using var chacha = new ChaCha20Poly1305(key);
                chacha.Decrypt(nonce, content, tag, plain, associated);
            }
            else
            {
                using var gcm = new AesGcm(key, TagBytes);
                gcm.Decrypt(nonce, content, tag, plain, associated);
            }

            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
