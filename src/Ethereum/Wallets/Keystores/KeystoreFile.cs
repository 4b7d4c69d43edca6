using System.Security.Cryptography;
using OpenGradient.Ethereum.Crypto;

namespace OpenGradient.Ethereum.Wallets;

/// <summary>Keystores as files: written whole or not at all, readable by their owner only, never over a file that is there.</summary>
public static class KeystoreFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Encrypts a key into a new file; false if something of that name is there already, which is never touched. The text is written to a
    /// file beside it and flushed to the disk before it gets its name, so that a crash leaves no half of a keystore. On Linux the name is on
    /// the disk too when this returns, where the file system can promise that; if the disk fails just then, it throws, and the file is there.
    /// </summary>
    /// <inheritdoc cref="Keystore.Encrypt(PrivateKey, ReadOnlySpan{char}, KeystoreKdf?, IProgress{double}?, CancellationToken)"/>
    public static bool TryCreate(
        string path,
        PrivateKey key,
        ReadOnlySpan<char> password,
        KeystoreKdf? kdf = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        // Only spares the work: what counts is the move below, which refuses by itself.
        if (Path.Exists(path))
            return false;

        var json = Keystore.Encrypt(key, password, kdf, progress, cancellationToken);
        var temporary = $"{path}.{RandomNumberGenerator.GetHexString(12, lowercase: true)}.tmp";
        try
        {
            WriteNew(temporary, json);
            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (Path.Exists(path))
        {
            return false;
        }
        finally
        {
            File.Delete(temporary);
        }

        FolderFlush.Of(path);
        return true;
    }

    /// <summary>Opens a keystore file. A file that cannot be read throws as <see cref="File.OpenRead"/> does.</summary>
    /// <inheritdoc cref="Keystore.Decrypt(ReadOnlyMemory{byte}, ReadOnlySpan{char}, KeystoreLimits?, IProgress{double}?, CancellationToken)"/>
    public static KeystoreOpening Open(
        string path,
        ReadOnlySpan<char> password,
        KeystoreLimits? limits = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        // A byte more than a keystore may have: enough to see that there are too many, however large the file is.
        var buffer = new byte[KeystoreJsonReader.MaxFileBytes + 1];
        using var file = File.OpenRead(path);
        var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return Keystore.Decrypt(buffer.AsMemory(0, length), password, limits, progress, cancellationToken);
    }

    private static void WriteNew(string path, ReadOnlySpan<byte> content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;

        using var file = new FileStream(path, options);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }
}
