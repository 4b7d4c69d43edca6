using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Cli.Up;

/// <summary>Proves a log to someone who trusts only its block's hash, and is that someone.</summary>
internal static class BlockProof
{
    public static async Task<bool> HoldsAsync(EthereumClient client, LocatedLog log, CancellationToken cancellationToken)
    {
        var block = BlockTag.At(log.Block.Hash);
        var header = await client.GetHeaderAsync(block, cancellationToken);
        var receipts = await client.GetBlockReceiptsAsync(block, cancellationToken);
        if (header is null || receipts is null)
            return false;

        var proof = ReceiptProof.Create(
            header.Header, [.. receipts.Select(receipt => receipt.Consensus)], checked((int)log.TransactionIndex));
        return proof.TryVerify(log.Block.Hash, out var proven) && proven.Logs.Contains(log.Content);
    }
}
