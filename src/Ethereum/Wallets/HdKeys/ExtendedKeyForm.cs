using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using OpenGradient.Ethereum.Crypto;

namespace OpenGradient.Ethereum.Wallets;

/// <summary>Where a key stands in its tree: what <c>xprv</c> and <c>xpub</c> texts carry besides the key and its chain code.</summary>
/// <param name="Depth">Steps from the root.</param>
/// <param name="ParentFingerprint">The first four bytes of the parent key's hash; zero for a root.</param>
/// <param name="Index">Which child of its parent; zero for a root.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HdPosition(byte Depth, uint ParentFingerprint, uint Index)
{
    /// <summary>A key so many steps below; throws where that is deeper than BIP-32 can count.</summary>
    public HdPosition Descendant(int steps, uint parentFingerprint, uint index) =>
        Depth + steps <= HdPath.MaxDepth
            ? new HdPosition((byte)(Depth + steps), parentFingerprint, index)
            : throw new InvalidOperationException($"No key is more than {HdPath.MaxDepth} steps from its root.");
}

/// <summary>The serialised form of BIP-32: 78 bytes, in Base58Check.</summary>
internal static class ExtendedKeyForm
{
    public const int KeyLength = 33;
    public const int ChainCodeLength = 32;

    private const int Length = 78;
    private const uint PublicVersion = 0x0488B21E;
    private const uint PrivateVersion = 0x0488ADE4;

    public static string Encode(bool isPrivate, HdPosition position, ReadOnlySpan<byte> chainCode, ReadOnlySpan<byte> key)
    {
        Span<byte> form = stackalloc byte[Length];
        BinaryPrimitives.WriteUInt32BigEndian(form, isPrivate ? PrivateVersion : PublicVersion);
        form[4] = position.Depth;
        BinaryPrimitives.WriteUInt32BigEndian(form[5..], position.ParentFingerprint);
        BinaryPrimitives.WriteUInt32BigEndian(form[9..], position.Index);
        chainCode.CopyTo(form[13..]);
        key.CopyTo(form[45..]);
        var text = Base58Check.Encode(form);
        CryptographicOperations.ZeroMemory(form);
        return text;
    }

    /// <summary>Reads the form; whether the key is one, its taker decides.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, bool isPrivate, out HdPosition position, Span<byte> chainCode, Span<byte> key)
    {
        position = default;
        Span<byte> form = stackalloc byte[Length];
        try
        {
            if (!Base58Check.TryDecode(text, form)
                || BinaryPrimitives.ReadUInt32BigEndian(form) != (isPrivate ? PrivateVersion : PublicVersion))
                return false;

            position = new HdPosition(
                form[4], BinaryPrimitives.ReadUInt32BigEndian(form[5..]), BinaryPrimitives.ReadUInt32BigEndian(form[9..]));
            if (position.Depth == 0 && position != default)
                return false;

            form[13..45].CopyTo(chainCode);
            form[45..].CopyTo(key);
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(form);
        }
    }

    /// <summary>The first four bytes of RIPEMD-160 over SHA-256 of the compressed public key.</summary>
    public static uint Fingerprint(PublicKey key)
    {
        Span<byte> compressed = stackalloc byte[PublicKey.CompressedByteLength];
        key.WriteCompressed(compressed);
        Span<byte> sha = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(compressed, sha);
        Span<byte> hash = stackalloc byte[Ripemd160.HashLength];
        Ripemd160.Hash(sha, hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash);
    }

    /// <summary>The tweak of a child is no scalar, or cancels its parent: BIP-32 says to go on with the next index.</summary>
    public static CryptographicException NoSuchChild() =>
        new("This child does not exist, which happens once in 2^127 keys: the next index serves as well.");

    /// <summary>HMAC-SHA-512, keyed by the chain code, over a key (33 bytes) and a child's index: the tweak, then the child's chain code.</summary>
    public static void Mix(ReadOnlySpan<byte> chainCode, ReadOnlySpan<byte> key, uint index, Span<byte> mixed)
    {
        Span<byte> message = stackalloc byte[KeyLength + sizeof(uint)];
        key.CopyTo(message);
        BinaryPrimitives.WriteUInt32BigEndian(message[KeyLength..], index);
        HMACSHA512.HashData(chainCode, message, mixed);
        CryptographicOperations.ZeroMemory(message);
    }
}
