using System.Buffers;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Signing;

/// <summary>The hash of data behind two short prefixes.</summary>
internal static class PrefixedHash
{
    private const int LargestOnStack = 512;

    public static Hash32 Of(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> data)
    {
        var length = first.Length + second.Length + data.Length;
        var rented = length <= LargestOnStack ? null : ArrayPool<byte>.Shared.Rent(length);
        var whole = rented is null ? stackalloc byte[length] : rented.AsSpan(0, length);
        first.CopyTo(whole);
        second.CopyTo(whole[first.Length..]);
        data.CopyTo(whole[(first.Length + second.Length)..]);
        var hash = Keccak256.Hash(whole);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return hash;
    }
}
