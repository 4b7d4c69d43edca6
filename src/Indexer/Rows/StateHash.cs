using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Rows;

/// <summary>
/// One hash over all that a family holds up to a block. It depends on nothing but the chain and the family's fingerprint: not on the
/// engine, on the size of batches, on restarts or on reorganisations that were lived through. Blocks without rows do not count.
/// </summary>
public static class StateHash
{
    /// <summary>The hash of a family without rows.</summary>
    public static Hash32 Empty(ChainId chain, EventFamily family)
    {
        var preface = Encoding.UTF8.GetBytes("og-index-state/1\0" + family.Name + '\0');
        var message = new byte[preface.Length + sizeof(ulong) + Hash32.ByteLength];
        preface.CopyTo(message, 0);
        BinaryPrimitives.WriteUInt64BigEndian(message.AsSpan(preface.Length), chain.Value);
        family.Fingerprint.CopyTo(message.AsSpan(preface.Length + sizeof(ulong)));
        return new Hash32(SHA256.HashData(message));
    }

    /// <summary>The hash after one more block with rows: over the one before, the block's number, hash and time, and its digest.</summary>
    public static Hash32 After(Hash32 before, BlockRef block, ulong time, Hash32 digest)
    {
        Span<byte> message = stackalloc byte[(3 * Hash32.ByteLength) + (2 * sizeof(ulong))];
        before.CopyTo(message);
        BinaryPrimitives.WriteUInt64BigEndian(message[32..], block.Number.Value);
        block.Hash.CopyTo(message[40..]);
        BinaryPrimitives.WriteUInt64BigEndian(message[72..], time);
        digest.CopyTo(message[80..]);
        Span<byte> hash = stackalloc byte[Hash32.ByteLength];
        SHA256.HashData(message, hash);
        return new Hash32(hash);
    }

    /// <summary>One hash for several families, in the order of their names.</summary>
    public static Hash32 OfAll(IEnumerable<(string Name, Hash32 State)> families)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, state) in families.OrderBy(family => family.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name + '\0'));
            hash.AppendData(state.Bytes);
        }

        return new Hash32(hash.GetHashAndReset());
    }
}
