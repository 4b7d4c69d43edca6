using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Sending.Storage;

namespace OpenGradient.Sending.Stages;

/// <summary>
/// unconfirmed ⇄ confirmed, at each head: what has a receipt is confirmed; what is in a block that was replaced is not any more. That a
/// receipt is missing says nothing.
/// </summary>
internal sealed class Confirmer(SenderContext context)
{
    private const int BlocksPerLook = 1_000;

    // A time that can be written, in the year 5138.
    private const ulong MostSeconds = 100_000_000_000;

    /// <summary>Gives the orders whose nonce is used, and for which the endpoint has no receipt.</summary>
    public async Task<IReadOnlyList<HashRow>> RunAsync(ChainView view, CancellationToken stop)
    {
        await UnconfirmAsync(view, stop);
        var hashes = await context.Store.HashesBelowAsync(view.Mined, stop);
        var results = await context.Portions.AskAsync(view.Endpoint, [.. hashes.Select(row => Eth.GetTransactionReceipt(row.Hash))], stop);
        await context.Pass(Boundary.ReceiptsRead);

        var mined = new Dictionary<long, MinedRow>();
        for (var i = 0; i < hashes.Count; i++)
        {
            if (results[i].TryGet(out var receipt, out _) && receipt is not null && IsOurs(receipt, hashes[i], view))
                mined.TryAdd(hashes[i].Id, RowOf(receipt, hashes[i]));
        }

        if (mined.Count > 0)
        {
            var times = await TimesAsync(view, mined.Values, stop);
            await context.Store.ConfirmAsync([.. mined.Values.Select(row => row with { MinedBefore = times.GetValueOrDefault(row.BlockHash) })], stop);
            context.Meter.OnOrders(TransactionState.Confirmed, mined.Count);
            await context.Pass(Boundary.Confirmed);
        }

        return [.. hashes.Where(row => !mined.ContainsKey(row.Id))];
    }

    private async Task UnconfirmAsync(ChainView view, CancellationToken stop)
    {
        var replaced = await context.Store.UnconfirmFromAsync(view.Mined, stop);
        if (view.IsReplaced)
        {
            var blocks = await context.Store.MinedBlocksAsync(new BlockNumber(long.MaxValue), BlocksPerLook, stop);
            var headers = await context.Portions.AskAsync(view.Endpoint, [.. blocks.Select(block => Eth.GetHeader(BlockTag.At(block.BlockNumber)))], stop);
            var gone = blocks.Where((block, i) => headers[i].TryGet(out var header, out _) && header?.Hash != block.BlockHash)
                .Select(block => block.BlockHash).ToList();
            if (gone.Count > 0)
                await context.Store.UnconfirmBlocksAsync(gone, stop);
            replaced += gone.Count;
        }

        if (replaced == 0)
            return;
        context.Meter.OnUnconfirmed(replaced);
        Log.BlocksReplaced(context.Log, context.Sender, view.Height);
    }

    // When blocks were made, by their own word: whoever was away for an hour sees them an hour late, and must not take that for the chain's doing.
    private async Task<Dictionary<Hash32, DateTimeOffset?>> TimesAsync(ChainView view, IEnumerable<MinedRow> rows, CancellationToken stop)
    {
        var blocks = rows.Select(row => (row.BlockNumber, row.BlockHash)).Distinct().ToList();
        var results = await context.Portions.AskAsync(view.Endpoint, [.. blocks.Select(block => Eth.GetHeader(BlockTag.At(block.BlockNumber)))], stop);
        var times = new Dictionary<Hash32, DateTimeOffset?>();
        for (var i = 0; i < blocks.Count; i++)
        {
            if (results[i].TryGet(out var header, out _) && header?.Hash == blocks[i].BlockHash && header.Header.Timestamp < MostSeconds)
                times[header.Hash] = DateTimeOffset.FromUnixTimeSeconds((long)header.Header.Timestamp + 1);
        }

        return times;
    }

    private bool IsOurs(TransactionReceipt receipt, HashRow row, ChainView view) =>
        receipt.TransactionHash == row.Hash && receipt.From == context.Sender
        && receipt.Block.Number <= view.Head.Number && receipt.GasUsed <= long.MaxValue;

    private static MinedRow RowOf(TransactionReceipt receipt, HashRow row) => new()
    {
        Id = row.Id,
        Hash = row.Hash,
        IsEmpty = row.IsEmpty,
        BlockNumber = receipt.Block.Number,
        BlockHash = receipt.Block.Hash,
        // Chains of before Byzantium do not say; nothing runs on one.
        Succeeded = receipt.Succeeded ?? false,
        GasUsed = receipt.GasUsed,
        Cost = receipt.Cost,
    };
}
