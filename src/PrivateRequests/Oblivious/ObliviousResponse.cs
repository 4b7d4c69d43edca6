using System.Security.Cryptography;
using OpenGradient.PrivateRequests.Hpke;

namespace OpenGradient.PrivateRequests.Oblivious;

/// <summary>Sealing of responses (RFC 9458, section 4.4): a key for each, from the request's secret and a nonce.</summary>
internal static class ObliviousResponse
{
    public const int NonceBytes = 32;

    private static ReadOnlySpan<byte> Label => "message/bhttp response"u8;

    /// <summary>What both sides export from the request's context.</summary>
    public static byte[] SecretOf(HpkeContext context) => context.Export(Label, Math.Max(context.Aead.KeyBytes(), HpkeAeads.NonceBytes));

    public static byte[] Seal(byte[] secret, ReadOnlySpan<byte> encapsulated, byte[] nonce, ReadOnlySpan<byte> plain)
    {
        var (key, aeadNonce) = Derive(secret, encapsulated, nonce);
        return [.. nonce, .. HpkeAead.Aes256Gcm.Seal(key, aeadNonce, [], plain)];
    }

    public static byte[]? TryOpen(byte[] secret, ReadOnlySpan<byte> encapsulated, ReadOnlySpan<byte> response)
    {
        if (response.Length < NonceBytes)
            return null;
        var (key, aeadNonce) = Derive(secret, encapsulated, response[..NonceBytes]);
        return HpkeAead.Aes256Gcm.TryOpen(key, aeadNonce, [], response[NonceBytes..]);
    }

    internal static (byte[] Key, byte[] Nonce) Derive(byte[] secret, ReadOnlySpan<byte> encapsulated, ReadOnlySpan<byte> nonce)
    {
        var key = HKDF.Extract(HashAlgorithmName.SHA256, secret, [.. encapsulated, .. nonce]);
        return (
            HKDF.Expand(HashAlgorithmName.SHA256, key, HpkeAead.Aes256Gcm.KeyBytes(), "key"u8.ToArray()),
            HKDF.Expand(HashAlgorithmName.SHA256, key, HpkeAeads.NonceBytes, "nonce"u8.ToArray()));
    }
}
