using System.Buffers.Binary;
using System.Collections.Immutable;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Ethereum.Tries;

/// <summary>
/// A Merkle-Patricia trie with all its nodes: made once from its entries, it knows its root and proves what it holds and what it does
/// not. Where only the root is wanted, <see cref="RootOf"/> and <see cref="RootOfList"/> keep no nodes.
/// </summary>
public sealed class Trie
{
    /// <summary>
    /// Keys of Ethereum's tries have at most 32 bytes; the bound keeps the depth of a trie, and of every walk through it, small.
    /// </summary>
    public const int MaxKeyLength = 64;

    private readonly Dictionary<Hash32, ReadOnlyMemory<byte>> _nodes;

    private Trie(TrieEntry[] entries)
    {
        _nodes = [];
        Root = TrieEncoder.RootOf(entries, _nodes);
    }

    /// <summary>The root of a trie without entries: the hash of the empty byte string's encoding.</summary>
    public static Hash32 EmptyRoot { get; } = Keccak256.Hash([RlpPrefix.EmptyBytes]);

    public Hash32 Root { get; }

    /// <summary>
    /// The trie of these entries, in any order. A key may come once and has at most <see cref="MaxKeyLength"/> bytes; no value is empty,
    /// as an empty value means that nothing is there. <see cref="ArgumentException"/> says which key breaks that.
    /// </summary>
    public static Trie Of(IEnumerable<TrieEntry> entries) => new(Sorted(entries));

    /// <summary>The root of the trie that <see cref="Of"/> makes.</summary>
    public static Hash32 RootOf(IEnumerable<TrieEntry> entries) =>
        TrieEncoder.RootOf(Sorted(entries), nodes: null);

    /// <summary>
    /// The same entries at the hashes of their keys: the form of the tries of state and of storage, which nobody can unbalance.
    /// </summary>
    public static IEnumerable<TrieEntry> WithHashedKeys(IEnumerable<TrieEntry> entries) =>
        entries.Select(static entry => entry with { Key = Keccak256.Hash(entry.Key.Span).ToArray() });

    /// <summary>
    /// The trie of a list, each value at <see cref="ListKey"/> of its index: the form of a block's transactions and receipts.
    /// </summary>
    public static Trie OfList(IReadOnlyList<ReadOnlyMemory<byte>> values) => new(Indexed(values));

    /// <summary>The root of the trie that <see cref="OfList"/> makes.</summary>
    public static Hash32 RootOfList(IReadOnlyList<ReadOnlyMemory<byte>> values) => TrieEncoder.RootOf(Indexed(values), nodes: null);

    /// <summary>The key at which a list's trie holds the value at an index: the index as RLP writes a number.</summary>
    public static byte[] ListKey(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        if (index == 0)
            return [RlpPrefix.EmptyBytes];

        Span<byte> digits = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(digits, index);
        var significant = digits.TrimStart((byte)0);
        return index < RlpPrefix.EmptyBytes ? significant.ToArray() : [(byte)(RlpPrefix.EmptyBytes + significant.Length), .. significant];
    }

    /// <summary>
    /// The nodes from the root to where <paramref name="key"/> is, or would be: what <see cref="TrieProof.Verify"/> needs to know its
    /// value, or that it has none. Nodes that are embedded in their parent come with it.
    /// </summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Prove(ReadOnlySpan<byte> key)
    {
        var proof = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        var walk = new TrieWalk(Root, key);
        while (walk.NextNode is { } hash)
        {
            var node = _nodes[hash];
            proof.Add(node);
            if (!walk.Enter(node.Span))
                throw new InvalidOperationException("A trie holds a node that no trie can hold.");
        }

        return proof.ToImmutable();
    }

    private static TrieEntry[] Sorted(IEnumerable<TrieEntry> entries)
    {
        var sorted = entries.ToArray();
        Array.Sort(sorted, static (left, right) => left.Key.Span.SequenceCompareTo(right.Key.Span));
        for (var i = 0; i < sorted.Length; i++)
        {
            var key = sorted[i].Key.Span;
            if (key.Length > MaxKeyLength)
                throw new ArgumentException($"A key has at most {MaxKeyLength} bytes, not {key.Length}.", nameof(entries));
            if (sorted[i].Value.IsEmpty)
                throw new ArgumentException($"The value at key {Hex.Encode(key)} is empty.", nameof(entries));
            if (i > 0 && key.SequenceEqual(sorted[i - 1].Key.Span))
                throw new ArgumentException($"Key {Hex.Encode(key)} comes twice.", nameof(entries));
        }

        return sorted;
    }

    private static TrieEntry[] Indexed(IReadOnlyList<ReadOnlyMemory<byte>> values)
    {
        var entries = new TrieEntry[values.Count];
        for (var index = 0; index < entries.Length; index++)
        {
            if (values[index].IsEmpty)
                throw new ArgumentException($"The value at index {index} is empty.", nameof(values));
            entries[index] = new TrieEntry(ListKey(index), values[index]);
        }

        // Already in order but for index 0, whose key is 0x80 and stands between those of 127 and 128.
        var first = Math.Min(entries.Length, RlpPrefix.EmptyBytes);
        if (first > 1)
        {
            var zero = entries[0];
            entries.AsSpan(1, first - 1).CopyTo(entries);
            entries[first - 1] = zero;
        }

        return entries;
    }
}
