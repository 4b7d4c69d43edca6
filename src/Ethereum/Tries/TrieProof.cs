using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Ethereum.Tries;

/// <summary>Checks proofs of what a trie holds, by someone who knows no more of it than its root.</summary>
public static class TrieProof
{
    /// <summary>
    /// More than any node of Ethereum's tries: the longest hold a receipt, whose logs the gas limit of a transaction bounds.
    /// </summary>
    public const int MaxNodeLength = 16 * 1024 * 1024;

    /// <summary>
    /// Says what the trie with this root holds at <paramref name="key"/>, if <paramref name="nodes"/> are exactly the nodes on the key's
    /// way from the root, each in its canonical encoding. Nothing in the nodes is trusted, and no exception comes of them. The key has at
    /// most <see cref="Trie.MaxKeyLength"/> bytes, which bounds how many nodes are looked at.
    /// </summary>
    public static ProofResult<ReadOnlyMemory<byte>> Verify(
        Hash32 root, ReadOnlySpan<byte> key, IReadOnlyList<ReadOnlyMemory<byte>> nodes)
    {
        if (key.Length > Trie.MaxKeyLength)
            throw new ArgumentException($"A key has at most {Trie.MaxKeyLength} bytes, not {key.Length}.", nameof(key));

        // Some nodes send the empty trie's encoding as if it were a node, others send none.
        if (root == Trie.EmptyRoot && nodes.Count == 1 && nodes[0].Span is [RlpPrefix.EmptyBytes])
            return new ProofResult<ReadOnlyMemory<byte>>.Absent();

        var walk = new TrieWalk(root, key);
        var last = ReadOnlyMemory<byte>.Empty;
        for (var i = 0; i < nodes.Count; i++)
        {
            // Kept: a list may make its items anew each time it is asked.
            last = nodes[i];
            var fault = Enter(ref walk, last.Span);
            if (fault != ProofFault.None)
                return new ProofResult<ReadOnlyMemory<byte>>.Invalid(fault, i);
        }

        if (walk.NextNode is not null)
            return new ProofResult<ReadOnlyMemory<byte>>.Invalid(ProofFault.MissingNode, nodes.Count);
        if (walk.Value.IsEmpty)
            return new ProofResult<ReadOnlyMemory<byte>>.Absent();

        return last.Span.Overlaps(walk.Value, out var offset)
            ? new ProofResult<ReadOnlyMemory<byte>>.Present(last.Slice(offset, walk.Value.Length))
            : throw new InvalidOperationException("The value found does not lie in the node it was found in.");
    }

    private static ProofFault Enter(ref TrieWalk walk, ReadOnlySpan<byte> node)
    {
        if (walk.NextNode is not { } hash)
            return ProofFault.UnusedNode;
        if (node.Length > MaxNodeLength)
            return ProofFault.NodeTooLong;
        if (Keccak256.Hash(node) != hash)
            return ProofFault.WrongHash;

        return walk.Enter(node) ? ProofFault.None : ProofFault.MalformedNode;
    }
}
