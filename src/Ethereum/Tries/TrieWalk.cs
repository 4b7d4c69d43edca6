using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tries;

/// <summary>
/// The way of one key from the root down, node by node; whoever walks finds the nodes, by the hash that the walk asks for.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal ref struct TrieWalk
{
    private NibblePath _rest;
    private bool _isAtRoot = true;
    private bool _branchMustFollow;

    public TrieWalk(Hash32 root, ReadOnlySpan<byte> key)
    {
        _rest = NibblePath.OfKey(key);
        NextNode = root == Trie.EmptyRoot ? null : root;
    }

    /// <summary>The hash of the node that the way goes through next; null at its end.</summary>
    public Hash32? NextNode { get; private set; }

    /// <summary>At the end of the way: what the trie holds at the key; empty if nothing. A part of the last node.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Walks through a node, and through those embedded in it. False when no trie can hold this node at this place.</summary>
    public bool Enter(ReadOnlySpan<byte> encoding)
    {
        NextNode = null;
        if (!TrieNode.TryRead(encoding, out var node)
            || (!_isAtRoot && encoding.Length < TrieNode.MinHashedLength)
            || (_branchMustFollow && node.Kind != TrieNodeKind.Branch))
        {
            return false;
        }

        _isAtRoot = false;
        while (TryStep(node, out var child))
        {
            _branchMustFollow = node.Kind == TrieNodeKind.Extension;
            if (!child.IsEmbedded)
            {
                NextNode = child.Hash;
                return true;
            }

            if (!TrieNode.TryRead(child.Embedded, out node))
                return false;
        }

        return true;
    }

    // One node further, if the way goes on below this one; else it ends here.
    private bool TryStep(TrieNode node, out TrieReference child)
    {
        child = default;
        var isOnPath = _rest.CommonPrefixLength(node.Path) == node.Path.Length;
        if (node.Kind == TrieNodeKind.Leaf)
        {
            if (isOnPath && _rest.Length == node.Path.Length)
                Value = node.Value;
            return false;
        }

        if (node.Kind == TrieNodeKind.Extension)
        {
            if (!isOnPath)
                return false;

            _rest = _rest.Slice(node.Path.Length);
            child = node.Child;
            return true;
        }

        if (_rest.Length == 0)
        {
            Value = node.Value;
            return false;
        }

        child = node.ChildAt(_rest[0]);
        _rest = _rest.Slice(1);
        return !child.IsAbsent;
    }
}
