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

    private const int NodeLength = PrivateKey.ByteLength + ExtendedKeyForm.ChainCodeLength;

    // In memory that the collector does not copy.
    private readonly byte[] _chainCode = GC.AllocateUninitializedArray<byte>(ExtendedKeyForm.ChainCodeLength, pinned: true);
    private bool _isDisposed;
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
        Span<byte> node = stackalloc byte[NodeLength];
        try
        {
            Walk(path.Indices.AsSpan(), node);
            return PrivateKey.FromSecret(node[..PrivateKey.ByteLength]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(node);
        }
    }

    /// <summary>The descendant at the end of a path from this key; for the root path a copy of this key.</summary>
    public HdKey Derive(HdPath path) => Derive(path.Indices.AsSpan());

    /// <summary>A child; hardened from <see cref="HdPath.HardenedOffset"/> on. A key 255 steps from its root has none.</summary>
    public HdKey DeriveChild(uint index) => Derive([index]);

    /// <summary>The key that signs, by itself; the caller's to dispose of.</summary>
    public PrivateKey ToPrivateKey() => DerivePrivateKey(HdPath.Root);

    /// <summary>The same key without its secret, from which only the public keys of children that are not hardened can be derived.</summary>
    public HdPublicKey ToPublic()
    {
        // The chain code is wiped then, and would give children that nobody has.
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new HdPublicKey(PublicKey, _chainCode, _position);
    }

    /// <summary>The <c>xprv</c> text: a secret, with which whoever reads it has every key below.</summary>
    public string ExportXprv()
    {
        Span<byte> node = stackalloc byte[NodeLength];
        Span<byte> padded = stackalloc byte[ExtendedKeyForm.KeyLength];
        WriteNode(node);
        WritePadded(node[..PrivateKey.ByteLength], padded);
        var text = ExtendedKeyForm.Encode(isPrivate: true, _position, _chainCode, padded);
        CryptographicOperations.ZeroMemory(padded);
        CryptographicOperations.ZeroMemory(node);
        return text;
    }

    public void Dispose()
    {
        _isDisposed = true;
        CryptographicOperations.ZeroMemory(_chainCode);
        _key.Dispose();
    }

    /// <summary>Where it stands; never the secret.</summary>
    public override string ToString() => $"a private key {Depth} steps from its root";

    private HdKey Derive(ReadOnlySpan<uint> indices)
    {
        Span<byte> node = stackalloc byte[NodeLength];
        try
        {
            if (indices.IsEmpty)
            {
                WriteNode(node);
                return FromNode(node, _position);
            }

            // Only a key that may be written out needs to know its parent: the others on the way are spared that.
            Walk(indices[..^1], node);
            var parent = indices.Length == 1 ? PublicKey : PublicKeyOf(node);
            Step(node, indices[^1], parent);
            return FromNode(node, _position.Descendant(indices.Length, ExtendedKeyForm.Fingerprint(parent), indices[^1]));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(node);
        }
    }

    // A node is a secret and its chain code, 32 bytes each.
    private void Walk(ReadOnlySpan<uint> indices, Span<byte> node)
    {
        WriteNode(node);
        for (var i = 0; i < indices.Length; i++)
            Step(node, indices[i], i == 0 ? PublicKey : null);
    }

    // Puts the child in the place of its parent. A hardened child is mixed from the private key, behind a zero where a public one has its
    // prefix; another from the public key, which costs far more to come by if it is not known.
    private static void Step(Span<byte> node, uint index, PublicKey? parent)
    {
        Span<byte> input = stackalloc byte[ExtendedKeyForm.KeyLength];
        Span<byte> mixed = stackalloc byte[HMACSHA512.HashSizeInBytes];
        try
        {
            var secret = node[..PrivateKey.ByteLength];
            if (index >= HdPath.HardenedOffset)
                WritePadded(secret, input);
            else
                (parent ?? PublicKeyOf(node)).WriteCompressed(input);

            ExtendedKeyForm.Mix(node[PrivateKey.ByteLength..], input, index, mixed);
            if (!Scalars.TryAddModOrder(secret, mixed[..PrivateKey.ByteLength], secret))
                throw ExtendedKeyForm.NoSuchChild();
            mixed[PrivateKey.ByteLength..].CopyTo(node[PrivateKey.ByteLength..]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(input);
            CryptographicOperations.ZeroMemory(mixed);
        }
    }

    private static PublicKey PublicKeyOf(ReadOnlySpan<byte> node)
    {
        using var key = PrivateKey.FromSecret(node[..PrivateKey.ByteLength]);
        return key.PublicKey;
    }

    private static HdKey FromNode(ReadOnlySpan<byte> node, HdPosition position) =>
        new(node[..PrivateKey.ByteLength], node[PrivateKey.ByteLength..], position);

    private static void WritePadded(ReadOnlySpan<byte> secret, Span<byte> destination)
    {
        destination[0] = 0;
        secret.CopyTo(destination[1..]);
    }

    private void WriteNode(Span<byte> node)
    {
        _key.ExportSecret(node[..PrivateKey.ByteLength]);
        _chainCode.CopyTo(node[PrivateKey.ByteLength..]);
    }
}
