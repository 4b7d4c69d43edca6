using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Wallets;

/// <summary>
/// A public key of a BIP-32 tree: finds the addresses of children that are not hardened without being able to sign for them. Together with
/// the private key of any one such child it gives away its own private key, so it is not for publishing.
/// </summary>
public sealed class HdPublicKey
{
    private readonly byte[] _chainCode;
    private readonly HdPosition _position;

    internal HdPublicKey(PublicKey key, ReadOnlySpan<byte> chainCode, HdPosition position)
    {
        PublicKey = key;
        _chainCode = chainCode.ToArray();
        _position = position;
    }

    /// <summary>Steps from the root of the tree.</summary>
    public int Depth => _position.Depth;

    public PublicKey PublicKey { get; }

    public Address Address => PublicKey.ToAddress();

    /// <summary>
    /// Reads an <c>xpub</c> text; false unless all of it is as BIP-32 says: length, checksum, version, a point on the curve, and a root that
    /// has neither parent nor index.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> xpub, [NotNullWhen(true)] out HdPublicKey? key)
    {
        key = null;
        Span<byte> chainCode = stackalloc byte[ExtendedKeyForm.ChainCodeLength];
        Span<byte> compressed = stackalloc byte[ExtendedKeyForm.KeyLength];
        if (!ExtendedKeyForm.TryDecode(xpub, isPrivate: false, out var position, chainCode, compressed)
            || !PublicKey.TryParse(compressed, out var publicKey))
            return false;

        key = new HdPublicKey(publicKey, chainCode, position);
        return true;
    }

    /// <summary>The descendant at the end of a path from this key, no step of which may be hardened.</summary>
    public HdPublicKey Derive(HdPath path)
    {
        var key = this;
        foreach (var index in path.Indices)
            key = key.DeriveChild(index);
        return key;
    }

    /// <summary>A child that is not hardened; for hardened ones the private key is needed, and <see cref="ArgumentException"/> says so.</summary>
    public HdPublicKey DeriveChild(uint index)
    {
        if (index >= HdPath.HardenedOffset)
            throw new ArgumentException($"Child {index - HdPath.HardenedOffset}' is hardened: only the private key gives it.", nameof(index));

        Span<byte> compressed = stackalloc byte[ExtendedKeyForm.KeyLength];
        PublicKey.WriteCompressed(compressed);
        Span<byte> mixed = stackalloc byte[HMACSHA512.HashSizeInBytes];
        var position = _position.Descendant(1, ExtendedKeyForm.Fingerprint(PublicKey), index);
        ExtendedKeyForm.Mix(_chainCode, compressed, index, mixed);
        if (!PublicKey.TryAddTweak(mixed[..PrivateKey.ByteLength], out var child))
            throw ExtendedKeyForm.NoSuchChild();

        return new HdPublicKey(child, mixed[PrivateKey.ByteLength..], position);
    }

    /// <summary>The <c>xpub</c> text.</summary>
    public string ExportXpub() =>
        ExtendedKeyForm.Encode(isPrivate: false, _position, _chainCode, PublicKey.ToCompressed());

    public override string ToString() => $"the public key of {Address}, {Depth} steps from its root";
}
