using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Indexer.Gas;

/// <summary>What a node says of the transactions that it was asked about, in their order and up to where it said nothing that counts.</summary>
/// <param name="Receipts">Of the first of them; null for each whose block it shows and whose receipt it has lost.</param>
/// <param name="Failure">Why there are not more; null where all are there.</param>
internal sealed record ReceiptsTold(IReadOnlyList<TransactionReceipt?> Receipts, string? Failure);

/// <summary>The receipts of transactions as a node tells them.</summary>
internal delegate Task<ReceiptsTold> ReadReceipts(IReadOnlyList<SettlingTransaction> transactions, CancellationToken cancellationToken);

/// <summary>
/// Asks one node for receipts. What it has lost is never asked for again, so that this must be certain: it said null, it shows the block on its chain,
/// and then it said null once more. One that refuses, lags or is on another branch has said nothing.
/// </summary>
internal static class ReceiptReading
{
    public static async Task<ReceiptsTold> ReadAsync(EthereumClient client, IReadOnlyList<SettlingTransaction> transactions, CancellationToken cancellationToken)
    {
        var told = await AskAsync(client, transactions, cancellationToken);
        var missing = Enumerable.Range(0, told.Receipts.Count).Where(i => told.Receipts[i] is null).ToList();
        if (missing.Count == 0)
            return told;

        var unshown = await UnshownAsync(client, [.. missing.Select(i => transactions[i].Block).Distinct()], cancellationToken);
        // It may have taken the block meanwhile, and behind one address may stand several nodes.
        List<SettlingTransaction> shown = [.. missing.Select(i => transactions[i]).TakeWhile(transaction => !unshown.ContainsKey(transaction.Block))];
        var again = shown.Count == 0 ? new ReceiptsTold([], null) : await AskAsync(client, shown, cancellationToken);
        TransactionReceipt?[] receipts = [.. told.Receipts];
        for (var i = 0; i < again.Receipts.Count; i++)
            receipts[missing[i]] = again.Receipts[i];
        if (again.Receipts.Count == missing.Count)
            return told with { Receipts = receipts };
        var end = missing[again.Receipts.Count];
        return new ReceiptsTold(receipts[..end], again.Failure ?? unshown[transactions[end].Block]);
    }

    private static async Task<ReceiptsTold> AskAsync(EthereumClient client, IReadOnlyList<SettlingTransaction> transactions, CancellationToken cancellationToken)
    {
        var answers = await client.TrySendAllAsync(transactions.Select(transaction => Eth.GetTransactionReceipt(transaction.Hash)), cancellationToken);
        var receipts = new List<TransactionReceipt?>(transactions.Count);
        foreach (var (transaction, answer) in transactions.Zip(answers))
        {
            if (!answer.TryGet(out var receipt, out var error))
                return new ReceiptsTold(receipts, error.Explanation);
            // What is final here is not there: it is behind, or on another branch.
            if (receipt is not null && (receipt.TransactionHash != transaction.Hash || receipt.Block != transaction.Block))
                return new ReceiptsTold(receipts, $"it says that {receipt.TransactionHash} is in block {receipt.Block}, and {transaction.Hash} is in {transaction.Block}");
            receipts.Add(receipt);
        }

        return new ReceiptsTold(receipts, null);
    }

    // The blocks that it does not show on its chain, and what it says instead.
    private static async Task<Dictionary<BlockRef, string>> UnshownAsync(EthereumClient client, IReadOnlyList<BlockRef> blocks, CancellationToken cancellationToken)
    {
        var answers = await client.TrySendAllAsync(blocks.Select(block => Eth.GetHeader(BlockTag.At(block.Number))), cancellationToken);
        var unshown = new Dictionary<BlockRef, string>();
        foreach (var (block, answer) in blocks.Zip(answers))
        {
            if (!answer.TryGet(out var header, out var error))
                unshown.Add(block, error.Explanation);
            else if (header?.Ref != block)
                unshown.Add(block, header is null ? $"it does not have block {block}" : $"it has {header.Ref} in place of block {block}");
        }

        return unshown;
    }
}
