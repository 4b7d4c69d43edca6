using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Tries;

namespace OpenGradient.Ethereum.Blocks;

/// <summary>
/// Shows to someone who trusts nothing but a block's hash what one transaction of the block did: the block's header, and the way through its
/// receipts trie. Everything in it is bytes that may come from anywhere; <see cref="TryVerify"/> believes none of them.
/// </summary>
/// <param name="Header">The header as it is encoded; it hashes to the block's hash.</param>
/// <param name="TransactionIndex">The transaction's place in the block.</param>
/// <param name="Nodes">The trie's nodes from the root to the receipt.</param>
public sealed record ReceiptProof(ReadOnlyMemory<byte> Header, int TransactionIndex, ImmutableArray<ReadOnlyMemory<byte>> Nodes)
{
    /// <summary>Makes the proof for one transaction from all receipts of its block, in their order.</summary>
    public static ReceiptProof Create(BlockHeader header, IReadOnlyList<Receipt> receipts, int transactionIndex)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(transactionIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(transactionIndex, receipts.Count);
        var trie = BlockCommitments.ReceiptsTrie(receipts);
        return trie.Root == header.ReceiptsRoot
            ? new ReceiptProof(header.Encode(), transactionIndex, trie.Prove(Trie.ListKey(transactionIndex)))
            : throw new ArgumentException("These are not the receipts of this block: they give another receipts root.", nameof(receipts));
    }

    /// <summary>Gives the receipt if the proof shows that it is in the block with this hash.</summary>
    public bool TryVerify(Hash32 blockHash, [NotNullWhen(true)] out Receipt? receipt)
    {
        receipt = null;
        if (TransactionIndex < 0 || !BlockHeader.TryDecode(Header.Span, out var header) || header.ComputeHash() != blockHash)
            return false;
        // A block may hold receipts of a kind that is not known here; then nothing is shown.
        return TrieProof.Verify(header.ReceiptsRoot, Trie.ListKey(TransactionIndex), Nodes) is ProofResult<ReadOnlyMemory<byte>>.Present present
            && Receipt.TryDecode(present.Value.Span, out receipt);
    }
}
