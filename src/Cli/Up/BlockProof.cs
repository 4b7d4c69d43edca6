using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Tries;

namespace OpenGradient.Cli.Up;

/// <summary>Proves that a log is in a block to someone who trusts only the block's hash.</summary>
internal static class BlockProof
{
    /// <summary>
    /// Whether the header hashes to the block's hash, the block's receipts give the header's receipts root, and a path through their trie
    /// leads to a receipt that holds the log.
    /// </summary>
    public static async Task<bool> HoldsAsync(EthereumClient client, LocatedLog log, CancellationToken cancellationToken)
    {
        var header = await client.GetHeaderAsync(BlockTag.At(log.Block.Hash), cancellationToken);
        var receipts = await client.GetBlockReceiptsAsync(BlockTag.At(log.Block.Hash), cancellationToken);
        if (header is null || receipts is null || header.Header.ComputeHash() != log.Block.Hash)
            return false;

        // What a prover would hand out: the nodes on the way to this transaction's receipt.
        var trie = BlockCommitments.ReceiptsTrie(receipts.Select(receipt => receipt.Consensus));
        var key = Trie.ListKey(checked((int)log.TransactionIndex));
        var nodes = trie.Prove(key);

        // What a verifier does with them, starting from the header alone.
        return TrieProof.Verify(header.Header.ReceiptsRoot, key, nodes) is ProofResult<ReadOnlyMemory<byte>>.Present present
            && Receipt.Decode(present.Value.Span).Logs.Any(logged => IsSame(logged, log.Content));
    }

    private static bool IsSame(Log left, Log right) =>
        left.Address == right.Address && left.Topics.SequenceEqual(right.Topics) && left.Data.Span.SequenceEqual(right.Data.Span);
}
