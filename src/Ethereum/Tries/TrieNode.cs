using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Ethereum.Tries;

internal enum TrieNodeKind
{
    Leaf,
    Extension,
    Branch,
}

/// <summary>
/// A node as its encoding holds it. Only what a trie can hold is read: canonical items, paths with proper flags, children that are
/// absent, a hash or a node too short for one, and no node that a shorter trie of the same entries would do without.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly ref struct TrieNode
{
    public const int ChildCount = 16;

    /// <summary>A node whose encoding is shorter than its hash stands in its parent itself.</summary>
    public const int MinHashedLength = Hash32.ByteLength;

    private const int HashItemLength = 1 + Hash32.ByteLength;

    private readonly ReadOnlySpan<byte> _children;

    private TrieNode(TrieNodeKind kind, NibblePath path, ReadOnlySpan<byte> children, ReadOnlySpan<byte> value)
    {
        Kind = kind;
        Path = path;
        Value = value;
        _children = children;
    }

    public TrieNodeKind Kind { get; }

    /// <summary>The nibbles that a leaf or an extension stands for.</summary>
    public NibblePath Path { get; }

    /// <summary>What a leaf holds, or a branch for the key that ends there; empty if nothing.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>The child of an extension.</summary>
    public TrieReference Child => new(_children);

    /// <summary>The child of a branch at a nibble.</summary>
    public TrieReference ChildAt(int nibble)
    {
        var rest = _children;
        for (var i = 0; i < nibble; i++)
            TryTakeItem(ref rest, out _, out _);

        TryTakeItem(ref rest, out var child, out _);
        return new TrieReference(child);
    }

    public static bool TryRead(ReadOnlySpan<byte> encoding, out TrieNode node)
    {
        node = default;
        if (RlpPrefix.Read(encoding, out var prefix) != RlpFault.None || !prefix.IsList || prefix.ItemLength != encoding.Length)
            return false;

        var items = encoding[prefix.PrefixLength..];
        return CountItems(items) switch
        {
            2 => TryReadShort(items, out node),
            ChildCount + 1 => TryReadBranch(items, out node),
            _ => false,
        };
    }

    private static bool TryReadShort(ReadOnlySpan<byte> items, out TrieNode node)
    {
        node = default;
        TryTakeItem(ref items, out var pathItem, out var pathPrefix);
        if (pathPrefix.IsList || !NibblePath.TryReadCompact(pathItem[pathPrefix.PrefixLength..], out var path, out var isLeaf))
            return false;

        TryTakeItem(ref items, out var item, out var prefix);
        if (isLeaf)
        {
            var value = item[prefix.PrefixLength..];
            node = new TrieNode(TrieNodeKind.Leaf, path, [], value);
            return !prefix.IsList && !value.IsEmpty;
        }

        // An extension without a path, or on to anything but a branch, would be one with its child.
        node = new TrieNode(TrieNodeKind.Extension, path, item, []);
        return path.Length > 0
            && IsReference(item, prefix)
            && !node.Child.IsAbsent
            && (!node.Child.IsEmbedded || (TryRead(item, out var child) && child.Kind == TrieNodeKind.Branch));
    }

    private static bool TryReadBranch(ReadOnlySpan<byte> items, out TrieNode node)
    {
        node = default;
        var children = items;
        var occupied = 0;
        for (var i = 0; i < ChildCount; i++)
        {
            TryTakeItem(ref items, out var child, out var prefix);
            if (!IsReference(child, prefix) || (prefix.IsList && !TryRead(child, out _)))
                return false;
            occupied += prefix.PayloadLength > 0 ? 1 : 0;
        }

        TryTakeItem(ref items, out var valueItem, out var valuePrefix);
        var value = valueItem[valuePrefix.PrefixLength..];
        occupied += value.IsEmpty ? 0 : 1;
        node = new TrieNode(TrieNodeKind.Branch, default, children, value);

        // A branch with a single way on would be an extension or a leaf.
        return !valuePrefix.IsList && occupied >= 2;
    }

    private static bool IsReference(ReadOnlySpan<byte> item, RlpPrefix prefix) =>
        prefix.IsList ? item.Length < MinHashedLength : item.Length == HashItemLength || item.Length == 1 && prefix.PayloadLength == 0;

    // Stops at one more than any node has, so that hostile lists cost no more than real ones. 0 stands for items that are not canonical.
    private static int CountItems(ReadOnlySpan<byte> items)
    {
        var count = 0;
        while (!items.IsEmpty && count <= ChildCount + 1)
        {
            if (!TryTakeItem(ref items, out _, out _))
                return 0;
            count++;
        }

        return count;
    }

    private static bool TryTakeItem(
        scoped ref ReadOnlySpan<byte> items, out ReadOnlySpan<byte> item, out RlpPrefix prefix)
    {
        item = default;
        if (RlpPrefix.Read(items, out prefix) != RlpFault.None)
            return false;

        item = items[..prefix.ItemLength];
        items = items[prefix.ItemLength..];
        return true;
    }
}

/// <summary>What a node holds of a child: nothing, its hash, or the child itself.</summary>
internal readonly ref struct TrieReference(ReadOnlySpan<byte> item)
{
    private readonly ReadOnlySpan<byte> _item = item;

    public bool IsAbsent => _item.Length == 1;

    public bool IsEmbedded => _item[0] >= RlpPrefix.EmptyList;

    /// <summary>The child's own encoding, where it is embedded.</summary>
    public ReadOnlySpan<byte> Embedded => _item;

    public Hash32 Hash => new(_item[1..]);
}
