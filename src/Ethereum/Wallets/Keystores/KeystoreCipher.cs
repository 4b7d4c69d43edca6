using System.Security.Cryptography;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Wallets;

/// <summary>The cryptography of a version 3 keystore: the derived key's first half encrypts, its second half authenticates.</summary>
internal static class KeystoreCipher
{
    private const int BlockLength = 16;
    private const int HalfLength = KeystoreContent.DerivedLength / 2;

    /// <summary>Derives the 32 bytes that are used, however many more a file asks for: both functions make the first ones first.</summary>
    public static void DeriveKey(
        ReadOnlySpan<byte> password,
        ReadOnlySpan<byte> salt,
        KeystoreKdf kdf,
        Span<byte> derived,
        IProgress<double>? progress,
        CancellationToken cancellationToken)
    {
        switch (kdf)
        {
            case KeystoreKdf.Scrypt(var n, var r, var p):
                ScryptKdf.DeriveKey(password, salt, n, r, p, derived, progress, cancellationToken);
                break;
            case KeystoreKdf.Pbkdf2(var iterations):
                cancellationToken.ThrowIfCancellationRequested();
                Rfc2898DeriveBytes.Pbkdf2(password, salt, derived, iterations, HashAlgorithmName.SHA256);
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Report(1);
                break;
            default:
                throw new InvalidOperationException($"Unknown key derivation {kdf}.");
        }
    }

    /// <summary>keccak256 over the second half of the derived key and the ciphertext.</summary>
    public static Hash32 Mac(ReadOnlySpan<byte> derived, ReadOnlySpan<byte> ciphertext)
    {
        Span<byte> message = stackalloc byte[HalfLength + KeystoreContent.SecretLength];
        derived[HalfLength..].CopyTo(message);
        ciphertext.CopyTo(message[HalfLength..]);
        var mac = Keccak256.Hash(message);
        CryptographicOperations.ZeroMemory(message);
        return mac;
    }

    /// <summary>AES-128 in counter mode over exactly one secret: encrypts and decrypts alike.</summary>
    public static void Crypt(ReadOnlySpan<byte> derived, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> input, Span<byte> output)
    {
        Span<byte> counters = stackalloc byte[KeystoreContent.SecretLength];
        Span<byte> keyStream = stackalloc byte[KeystoreContent.SecretLength];
        iv.CopyTo(counters);
        iv.CopyTo(counters[BlockLength..]);
        Increment(counters[BlockLength..]);
        using var aes = Aes.Create();
        aes.SetKey(derived[..HalfLength]);
        aes.EncryptEcb(counters, keyStream, PaddingMode.None);
        for (var i = 0; i < input.Length; i++)
            output[i] = (byte)(input[i] ^ keyStream[i]);
        CryptographicOperations.ZeroMemory(keyStream);
    }

    // The counter is one big-endian number of 128 bits, which wraps.
    private static void Increment(Span<byte> counter)
    {
        for (var i = counter.Length - 1; i >= 0; i--)
        {
            counter[i] = unchecked((byte)(counter[i] + 1));
            if (counter[i] != 0)
                return;
        }
    }
}
