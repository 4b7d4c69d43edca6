using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using OpenGradient.Ethereum.Crypto;

namespace OpenGradient.Ethereum.Wallets;

/// <summary>
/// A private key under a password, in the Web3 Secret Storage format, version 3, that geth, Foundry, ethers and others share. Passwords are
/// taken as they are, in UTF-8; nothing normalises them. Deriving the key takes about a second of one core, on the caller's thread.
/// </summary>
public static class Keystore
{
    private const int SaltLength = 32;

    /// <summary>Encrypts a key.</summary>
    /// <param name="key">Stays the caller's.</param>
    /// <param name="password">Any text, even an empty one.</param>
    /// <param name="kdf">What guessing shall cost; <see cref="KeystoreKdf.Standard"/> unless told. At most the default limits for reading.</param>
    /// <param name="progress">Told how much of the derivation is done, from 0 to 1.</param>
    /// <param name="cancellationToken">Looked at about every millisecond of scrypt.</param>
    /// <returns>The file's text, JSON in UTF-8.</returns>
    public static byte[] Encrypt(
        PrivateKey key,
        ReadOnlySpan<char> password,
        KeystoreKdf? kdf = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var utf8 = new SecretText(password);
        return Encrypt(key, utf8.Bytes, kdf, progress, cancellationToken);
    }

    /// <inheritdoc cref="Encrypt(PrivateKey, ReadOnlySpan{char}, KeystoreKdf?, IProgress{double}?, CancellationToken)"/>
    public static byte[] Encrypt(
        PrivateKey key,
        ReadOnlySpan<byte> password,
        KeystoreKdf? kdf = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        kdf ??= KeystoreKdf.Standard;
        if ((kdf.Fault ?? KeystoreLimits.Default.Exceeded(kdf)) is { } fault)
            throw new ArgumentException($"Nobody could open this keystore: {fault}", nameof(kdf));

        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var iv = RandomNumberGenerator.GetBytes(KeystoreContent.IvLength);
        var ciphertext = new byte[KeystoreContent.SecretLength];
        Span<byte> derived = stackalloc byte[KeystoreContent.DerivedLength];
        Span<byte> secret = stackalloc byte[KeystoreContent.SecretLength];
        try
        {
            KeystoreCipher.DeriveKey(password, salt, kdf, derived, progress, cancellationToken);
            key.ExportSecret(secret);
            KeystoreCipher.Crypt(derived, iv, secret, ciphertext);
            return KeystoreJsonWriter.Write(new KeystoreContent
            {
                Id = NewId().ToString(),
                Address = key.Address,
                Kdf = kdf,
                Salt = salt,
                Iv = iv,
                Ciphertext = ciphertext,
                Mac = KeystoreCipher.Mac(derived, ciphertext),
            });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>
    /// Opens a keystore's text. Whatever the file holds, there is a result; only cancelling throws, and a password that is no Unicode.
    /// </summary>
    /// <param name="utf8">The file's text, JSON in UTF-8.</param>
    /// <param name="password">As it was when the file was written.</param>
    /// <param name="limits">What the file may cost; <see cref="KeystoreLimits.Default"/> unless told.</param>
    /// <param name="progress">Told how much of the derivation is done, from 0 to 1.</param>
    /// <param name="cancellationToken">Looked at about every millisecond of scrypt; PBKDF2 cannot be interrupted.</param>
    public static KeystoreOpening Decrypt(
        ReadOnlyMemory<byte> utf8,
        ReadOnlySpan<char> password,
        KeystoreLimits? limits = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var passwordBytes = new SecretText(password);
        return Decrypt(utf8, passwordBytes.Bytes, limits, progress, cancellationToken);
    }

    /// <inheritdoc cref="Decrypt(ReadOnlyMemory{byte}, ReadOnlySpan{char}, KeystoreLimits?, IProgress{double}?, CancellationToken)"/>
    public static KeystoreOpening Decrypt(
        ReadOnlyMemory<byte> utf8,
        ReadOnlySpan<byte> password,
        KeystoreLimits? limits = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        if (KeystoreJsonReader.Read(utf8, out var fault) is not { } content)
            return new KeystoreOpening.Malformed(fault);
        if ((limits ?? KeystoreLimits.Default).Exceeded(content.Kdf) is { } excess)
            return new KeystoreOpening.TooCostly(excess);

        Span<byte> derived = stackalloc byte[KeystoreContent.DerivedLength];
        try
        {
            KeystoreCipher.DeriveKey(password, content.Salt, content.Kdf, derived, progress, cancellationToken);
            var mac = KeystoreCipher.Mac(derived, content.Ciphertext);
            return CryptographicOperations.FixedTimeEquals(mac.Bytes, content.Mac.Bytes)
                ? OpenSecret(content, derived)
                : ExplainMismatch(content);
        }
        catch (OutOfMemoryException)
        {
            return new KeystoreOpening.TooCostly("This machine does not have the memory that the file's parameters ask for.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
    }

    private static KeystoreOpening ExplainMismatch(KeystoreContent content)
    {
        if (content.Checksum is null)
            return new KeystoreOpening.WrongPasswordOrDamaged();
        return content.HasItsChecksum ? new KeystoreOpening.WrongPassword() : new KeystoreOpening.Damaged();
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The key goes to Judge, which hands it on or disposes of it.")]
    private static KeystoreOpening OpenSecret(KeystoreContent content, ReadOnlySpan<byte> derived)
    {
        Span<byte> secret = stackalloc byte[KeystoreContent.SecretLength];
        try
        {
            KeystoreCipher.Crypt(derived, content.Iv, content.Ciphertext, secret);
            return PrivateKey.TryFromSecret(secret, out var key)
                ? Judge(content, key)
                : new KeystoreOpening.Malformed("the password is right, but the secret inside is no private key of secp256k1.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static KeystoreOpening Judge(KeystoreContent content, PrivateKey key)
    {
        // An address that fits vouches for the key, whatever else in the file changed.
        if (content.Address is { } declared ? declared == key.Address : content.Checksum is null || content.HasItsChecksum)
            return new KeystoreOpening.Opened(key);

        key.Dispose();
        return content.Address is { } wanted
            ? new KeystoreOpening.AddressMismatch(wanted, key.Address)
            : new KeystoreOpening.Damaged();
    }

    // A random UUID (version 4, variant 1).
    private static Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
