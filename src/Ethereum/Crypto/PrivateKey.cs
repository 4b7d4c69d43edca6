using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Crypto;

/// <summary>
/// An account's secret, kept in OpenSSL, which computes the public key and signs in constant time. The secret leaves it by
/// <see cref="ExportSecret"/> only, and is wiped on <see cref="Dispose"/>.
/// </summary>
/// <remarks>
/// Any thread may use a key, and several sign with it at once. Where the platform's cryptography is not OpenSSL, it
/// must know the curve secp256k1: that of Apple does not.
/// </remarks>
public sealed class PrivateKey : IDisposable
{
    /// <summary>The length of the secret in bytes.</summary>
    public const int ByteLength = Scalars.ByteLength;

    // An ephemeral point whose x is n or more, which the recovery bit cannot express, is met once in 2^127 signatures: a second time in a
    // row means that something is broken.
    private const int Attempts = 2;

    private static readonly ECCurve Curve = ECCurve.CreateFromValue("1.3.132.0.10");

    private readonly OpenSslKeys _keys;

    private PrivateKey(ECDsa key)
    {
        _keys = new OpenSslKeys(key);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        if (!PublicKey.TryCreate(UInt256.FromBigEndian(point.X), UInt256.FromBigEndian(point.Y), out var publicKey))
            throw new CryptographicException("OpenSSL computed a public key that is not on the curve.");
        PublicKey = publicKey;
        Address = publicKey.ToAddress();
    }

    public PublicKey PublicKey { get; }

    /// <summary>The address of the account that the key controls.</summary>
    public Address Address { get; }

    /// <summary>Makes a new key from OpenSSL's random generator.</summary>
    public static PrivateKey Generate() => Wrap(ECDsa.Create(Curve));

    /// <summary>
    /// Takes the 32 bytes of a secret; throws <see cref="ArgumentException"/> where they are not a number from 1 to n − 1.
    /// </summary>
    public static PrivateKey FromSecret(ReadOnlySpan<byte> secret) =>
        TryFromSecret(secret, out var key)
            ? key
            : throw new ArgumentException("A private key has 32 bytes, which are a number from 1 to n − 1.", nameof(secret));

    /// <summary>Takes the 32 bytes of a secret; gives false where they are not a number from 1 to n − 1. The bytes are copied.</summary>
    public static bool TryFromSecret(ReadOnlySpan<byte> secret, [NotNullWhen(true)] out PrivateKey? key)
    {
        key = null;
        if (!Scalars.IsPrivateKey(secret))
            return false;

        key = Wrap(Import(secret));
        return true;
    }

    /// <summary>
    /// Signs a digest with a random nonce. The signature is in its low form, and was checked against the public key, so that a fault while
    /// signing cannot give the secret away.
    /// </summary>
    public Signature Sign(Hash32 digest)
    {
        Span<byte> bytes = stackalloc byte[2 * UInt256.ByteLength];
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            SignRaw(digest, bytes);
            var r = UInt256.FromBigEndian(bytes[..UInt256.ByteLength]);
            var s = UInt256.FromBigEndian(bytes[UInt256.ByteLength..]);
            if (!Secp256k1.TryFindParity(PublicKey, digest, r, s, out var yParity))
                continue;

            // (r, n − s) is the signature by the opposite ephemeral point.
            return s <= GroupOrder.Half
                ? new Signature(r, s, yParity)
                : new Signature(r, GroupOrder.Negate(s), !yParity);
        }

        throw new CryptographicException("The signature does not fit the public key.");
    }

    /// <summary>Writes the 32 bytes of the secret. The caller answers for what becomes of them.</summary>
    public void ExportSecret(Span<byte> destination)
    {
        if (destination.Length != ByteLength)
            throw new ArgumentException($"A private key has 32 bytes, not {destination.Length}.", nameof(destination));

        // The platform gives the secret in an array, of which no copy must stay behind.
        var secret = _keys.Export().D!;
        secret.CopyTo(destination);
        CryptographicOperations.ZeroMemory(secret);
    }

    /// <summary>Wipes the secret. The public key and the address stay readable.</summary>
    public void Dispose() => _keys.Dispose();

    /// <summary>The address; never the secret.</summary>
    public override string ToString() => $"the private key of {Address}";

    private static ECDsa Import(ReadOnlySpan<byte> secret)
    {
        // Pinned, so that the collector leaves no copy behind when it moves things.
        var copy = GC.AllocateUninitializedArray<byte>(ByteLength, pinned: true);
        try
        {
            secret.CopyTo(copy);
            return ECDsa.Create(new ECParameters { Curve = Curve, D = copy });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    private static PrivateKey Wrap(ECDsa key)
    {
        try
        {
            return new PrivateKey(key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private void SignRaw(Hash32 digest, Span<byte> destination)
    {
        if (!_keys.TrySign(digest.Bytes, destination, out var written) || written != destination.Length)
            throw new CryptographicException("OpenSSL gave a signature of another length than 64 bytes.");
    }
}
