using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Wallets;

/// <summary>
/// A private key of a BIP-32 tree: all below it can be derived from it, so it is worth as much as all of them together. Wiped on
/// <see cref="Dispose"/>; what was derived lives on by itself. Any thread may use a key, while none disposes of it.
/// </summary>
public sealed class HdKey : IDisposable
{
    /// <summary>The shortest seed that BIP-32 allows, in bytes.</summary>
    public const int MinSeedLength = 16;

    /// <summary>The longest seed that BIP-32 allows, in bytes.</summary>
    public const int MaxSeedLength = 64;

    // In memory that the collector does not copy.
    private readonly byte[] _chainCode = GC.AllocateUninitializedArray<byte>(ExtendedKeyForm.ChainCodeLength, pinned: true);
    private readonly HdPosition _position;
    private readonly PrivateKey _key;

    private HdKey(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> chainCode, HdPosition position)
    {
        _key = PrivateKey.FromSecret(secret);
        chainCode.CopyTo(_chainCode);
        _position = position;
    }

    /// <summary>Steps from the root of the tree.</summary>
    public int Depth => _position.Depth;

    public PublicKey PublicKey => _key.PublicKey;

    public Address Address => _key.Address;

    /// <summary>The root of the tree that a seed of 16 to 64 bytes gives.</summary>
    public static HdKey FromSeed(ReadOnlySpan<byte> seed)
    {
        if (seed.Length is < MinSeedLength or > MaxSeedLength)
            throw new ArgumentException($"A seed has {MinSeedLength} to {MaxSeedLength} bytes, not {seed.Length}.", nameof(seed));

        Span<byte> mixed = stackalloc byte[HMACSHA512.HashSizeInBytes];
        try
        {
            HMACSHA512.HashData("Bitcoin seed"u8, seed, mixed);
            var secret = mixed[..PrivateKey.ByteLength];
            if (!Scalars.IsPrivateKey(secret))
                throw new CryptographicException("This seed has no tree, which happens once in 2^127 seeds.");

            return new HdKey(secret, mixed[PrivateKey.ByteLength..], position: default);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(mixed);
        }
    }

    /// <summary>
    /// Reads an <c>xprv</c> text; false unless all of it is as BIP-32 says: length, checksum, version, a private key from 1 to n − 1, and a
    /// root that has neither parent nor index.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> xprv, [NotNullWhen(true)] out HdKey? key)
    {
        key = null;
        Span<byte> chainCode = stackalloc byte[ExtendedKeyForm.ChainCodeLength];
        Span<byte> padded = stackalloc byte[ExtendedKeyForm.KeyLength];
        try
        {
            if (!ExtendedKeyForm.TryDecode(xprv, isPrivate: true, out var position, chainCode, padded)
                || padded[0] != 0 || !Scalars.IsPrivateKey(padded[1..]))
                return false;

            key = new HdKey(padded[1..], chainCode, position);
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(padded);
            CryptographicOperations.ZeroMemory(chainCode);
        }
    }

    /// <summary>The private key at the end of a path from this key, by itself; the caller's to dispose of.</summary>
    public PrivateKey DerivePrivateKey(HdPath path)
    {
        using var key = Derive(path);
        return key.ToPrivateKey();
    }

    /// <summary>The descendant at the end of a path from this key; for the root path a copy of this key.</summary>
    public HdKey Derive(HdPath path)
    {
        HdKey? key = null;
        foreach (var index in path.Indices)
        {
            using var parent = key;
            key = (parent ?? this).DeriveChild(index);
        }

        return key ?? Copy();
    }

    /// <summary>A child; hardened from <see cref="HdPath.HardenedOffset"/> on. A key 255 steps from its root has none.</summary>
    public HdKey DeriveChild(uint index)
    {
        Span<byte> padded = stackalloc byte[ExtendedKeyForm.KeyLength];
        Span<byte> mixed = stackalloc byte[HMACSHA512.HashSizeInBytes];
        try
        {
            var position = _position.Child(ExtendedKeyForm.Fingerprint(PublicKey), index);
            WritePadded(padded);
            ExtendedKeyForm.Mix(_chainCode, index >= HdPath.HardenedOffset ? padded : PublicKey.ToCompressed(), index, mixed);
            var tweak = mixed[..PrivateKey.ByteLength];
            var secret = padded[1..];
            if (!Scalars.TryAddModOrder(secret, tweak, secret))
                throw ExtendedKeyForm.NoSuchChild();

            return new HdKey(secret, mixed[PrivateKey.ByteLength..], position);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(padded);
            CryptographicOperations.ZeroMemory(mixed);
        }
    }

    /// <summary>The key that signs, by itself; the caller's to dispose of.</summary>
    public PrivateKey ToPrivateKey()
    {
        Span<byte> secret = stackalloc byte[PrivateKey.ByteLength];
        try
        {
            _key.ExportSecret(secret);
            return PrivateKey.FromSecret(secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>The same key without its secret, from which only the public keys of children that are not hardened can be derived.</summary>
    public HdPublicKey ToPublic() => new(PublicKey, _chainCode, _position);

    /// <summary>The <c>xprv</c> text: a secret, with which whoever reads it has every key below.</summary>
    public string ExportXprv()
    {
        Span<byte> padded = stackalloc byte[ExtendedKeyForm.KeyLength];
        WritePadded(padded);
        var text = ExtendedKeyForm.Encode(isPrivate: true, _position, _chainCode, padded);
        CryptographicOperations.ZeroMemory(padded);
        return text;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_chainCode);
        _key.Dispose();
    }

    /// <summary>Where it stands; never the secret.</summary>
    public override string ToString() => $"a private key {Depth} steps from its root";

    private HdKey Copy()
    {
        Span<byte> padded = stackalloc byte[ExtendedKeyForm.KeyLength];
        WritePadded(padded);
        var copy = new HdKey(padded[1..], _chainCode, _position);
        CryptographicOperations.ZeroMemory(padded);
        return copy;
    }

    // A private key stands in the place of a public one, behind a zero where that has its prefix.
    private void WritePadded(Span<byte> destination)
    {
        destination[0] = 0;
        _key.ExportSecret(destination[1..]);
    }
}
