using System.Security.Cryptography;
using OpenGradient.PrivateRequests.Hpke;

namespace OpenGradient.PrivateRequests.Chunked;

/// <summary>The keys of one response, and how far it is: each chunk has a nonce of its own, from its place.</summary>
internal sealed class ResponseKeys : IDisposable
{
    private readonly HpkeAead _aead;
    private readonly byte[] _key;
    private readonly byte[] _nonce;
    private ulong _next;

    private ResponseKeys(HpkeAead aead, byte[] key, byte[] nonce) => (_aead, _key, _nonce) = (aead, key, nonce);

    /// <summary>How long a response's nonce is.</summary>
    public static int NonceBytes(HpkeAead aead) => Math.Max(HpkeAeads.NonceBytes, aead.KeyBytes());

    public static ResponseKeys Derive(HpkeAead aead, byte[] secret, ReadOnlySpan<byte> encapsulated, ReadOnlySpan<byte> responseNonce)
    {
        var pseudoRandom = HKDF.Extract(HashAlgorithmName.SHA256, secret, [.. encapsulated, .. responseNonce]);
        var keys = new ResponseKeys(
            aead,
            HKDF.Expand(HashAlgorithmName.SHA256, pseudoRandom, aead.KeyBytes(), "key"u8.ToArray()),
            HKDF.Expand(HashAlgorithmName.SHA256, pseudoRandom, HpkeAeads.NonceBytes, "nonce"u8.ToArray()));
        CryptographicOperations.ZeroMemory(pseudoRandom);
        return keys;
    }

    public byte[] Seal(ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plain) => _aead.Seal(_key, NextNonce(), associated, plain);

    public byte[]? TryOpen(ReadOnlySpan<byte> associated, ReadOnlySpan<byte> cipher) => _aead.TryOpen(_key, NextNonce(), associated, cipher);

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_key);
        CryptographicOperations.ZeroMemory(_nonce);
    }

    // After the last place there is none: no nonce is used twice.
    private byte[] NextNonce()
    {
        var place = _next;
        _next = checked(place + 1);
        return HpkeAeads.NonceAt(_nonce, place);
    }
}
