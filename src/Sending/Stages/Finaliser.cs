using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Sending.Storage;

namespace OpenGradient.Sending.Stages;

/// <summary>
/// confirmed → finalized or fatal: compares the blocks of the receipts with the finalised chain, and asks as many endpoints as make a
/// quorum whether they know the same. And orders whose nonce another transaction took for good wait anew.
/// </summary>
internal sealed class Finaliser(SenderContext context)
{
    private const int OrdersPerLook = 500;

    // How many heads in a row must show that a nonce was used by somebody else.
    private const int LooksAtOutside = 3;

    private readonly Dictionary<long, (int Looks, ulong Height)> _outside = [];

    public async Task RunAsync(ChainView view, IReadOnlyList<HashRow> missing, CancellationToken stop)
    {
        if (view.Final is not { } told || told.Number > view.Head.Number || !await HasWorkAsync(told.Number, missing, stop))
            return;

        var final = await AgreedFinalAsync(view, told.Number, stop);
        while (await FinaliseAsync(view, final, stop) == OrdersPerLook)
        {
            // There may be more.
        }

        await RequeueAsync(view, final, missing, stop);
    }

    private async Task<bool> HasWorkAsync(BlockNumber final, IReadOnlyList<HashRow> missing, CancellationToken stop) =>
        missing.Count > 0 || (await context.Store.MinedBlocksAsync(final, limit: 1, stop)).Count > 0;

    // The highest block that as many endpoints as make a quorum call final. By depth it is this program's own word.
    private async Task<BlockNumber> AgreedFinalAsync(ChainView view, BlockNumber told, CancellationToken stop)
    {
        if (context.Quorum <= 1 || context.Options.FinalityDepth is not null)
            return told;

        var others = await Task.WhenAll(context.Endpoints.Open.Where(endpoint => endpoint != view.Endpoint)
            .Select(endpoint => endpoint.TrySendAsync(Eth.GetHeader(BlockTag.Finalized), stop)));
        var numbers = others.Select(answer => answer.TryGet(out var header, out _) && header is not null ? header.Number : default)
            .Append(told).OrderDescending().ToList();
        return numbers[context.Quorum - 1];
    }

    private async Task<int> FinaliseAsync(ChainView view, BlockNumber final, CancellationToken stop)
    {
        var rows = await context.Store.MinedAsync(final, OrdersPerLook, stop);
        if (rows.Count == 0)
            return 0;

        var numbers = rows.Select(row => row.BlockNumber).Distinct().ToList();
        // Of a block that was not told of, nothing is final yet: what is known of the others does not wait for it.
        var headers = await context.Portions.AskAsync(view.Endpoint, [.. numbers.Select(number => Eth.GetHeader(BlockTag.At(number)))], stop);
        var canonical = numbers.Zip(headers).ToDictionary(pair => pair.First, pair => pair.Second.TryGet(out var header, out _) ? header?.Hash : null);
        if (canonical.Values.All(hash => hash is null))
            throw NothingTold(view.Endpoint, headers[0].Error);
        var gone = rows.Where(row => canonical[row.BlockNumber] is { } hash && hash != row.BlockHash).Select(row => row.BlockHash).Distinct().ToList();
        if (gone.Count > 0)
            await context.Store.UnconfirmBlocksAsync(gone, stop);

        var agreed = await AgreedAsync(view, [.. rows.Where(row => canonical[row.BlockNumber] == row.BlockHash)], stop);
        await context.Pass(Boundary.FinalRead);
        if (agreed.Count == 0)
            return 0;

        await context.Store.FinaliseAsync(agreed, stop);
        context.Meter.OnOrders(TransactionState.Finalized, agreed.Count(row => !row.IsEmpty));
        context.Meter.OnOrders(TransactionState.Fatal, agreed.Count(row => row.IsEmpty));
        await context.Pass(Boundary.Finalised);
        return agreed.Count;
    }

    // One that tells heads and no block before them would else keep everything from becoming final, and nobody would hear of it.
    private static RpcException NothingTold(EthereumClient endpoint, RpcError? error) =>
        new(endpoint.Endpoint.Name, "eth_getBlockByNumber", error ?? new RpcError.Malformed("there is no block below the final one"));

    // The endpoint of this view has one voice, which it gave with the receipt.
    private async Task<List<MinedRow>> AgreedAsync(ChainView view, List<MinedRow> rows, CancellationToken stop)
    {
        if (context.Quorum <= 1 || rows.Count == 0)
            return rows;

        var voices = rows.ToDictionary(row => row.Id, _ => 1);
        foreach (var told in await Task.WhenAll(context.Endpoints.Open.Where(endpoint => endpoint != view.Endpoint).Select(AskAsync)))
        {
            for (var i = 0; i < rows.Count; i++)
            {
                if (told[i].TryGet(out var receipt, out _) && receipt is not null && receipt.TransactionHash == rows[i].Hash
                    && receipt.Block.Hash == rows[i].BlockHash && (receipt.Succeeded ?? false) == rows[i].Succeeded)
                    voices[rows[i].Id]++;
            }
        }

        var agreed = rows.Where(row => voices[row.Id] >= context.Quorum).ToList();
        if (agreed.Count < rows.Count)
            Log.NotAgreed(context.Log, context.Sender, rows.Count - agreed.Count, view.Height);
        return agreed;

        Task<IReadOnlyList<RpcResult<TransactionReceipt?>>> AskAsync(EthereumClient endpoint) =>
            context.Portions.AskAsync(endpoint, [.. rows.Select(row => Eth.GetTransactionReceipt(row.Hash))], stop);
    }

    private async Task RequeueAsync(ChainView view, BlockNumber final, IReadOnlyList<HashRow> missing, CancellationToken stop)
    {
        foreach (var id in _outside.Keys.Except(missing.Select(row => row.Id)).ToList())
            _outside.Remove(id);
        if (missing.Count == 0 || !await AllSayAsync(final, missing, stop))
            return;

        var orders = missing.DistinctBy(row => row.Id).ToList();
        foreach (var order in orders)
        {
            var (looks, height) = _outside.GetValueOrDefault(order.Id);
            _outside[order.Id] = (height == view.Height ? looks : looks + 1, view.Height);
        }

        var used = orders.Where(order => _outside[order.Id].Looks >= LooksAtOutside).ToList();
        if (used.Count == 0)
            return;
        await context.Store.RequeueAsync(used, stop);
        context.Meter.OnOutside(used.Count);
        foreach (var order in used)
            Log.NonceUsedOutside(context.Log, order.Id, order.Nonce);
    }

    // That the nonce is used in a final block, and that none of our attempts is in the chain: each endpoint must say both, and none may be
    // silent.
    private async Task<bool> AllSayAsync(BlockNumber final, IReadOnlyList<HashRow> missing, CancellationToken stop)
    {
        var highest = missing.Max(row => row.Nonce);
        var answers = await Task.WhenAll(context.Endpoints.Open.Select(async endpoint =>
        {
            var count = await endpoint.TrySendAsync(Eth.GetTransactionCount(context.Sender, BlockTag.At(final)), stop);
            if (!count.TryGet(out var used, out _) || used <= highest)
                return false;
            var receipts = await endpoint.TrySendAllAsync(missing.Select(row => Eth.GetTransactionReceipt(row.Hash)), stop);
            return receipts.All(result => result.TryGet(out var receipt, out _) && receipt is null);
        }));
        return Array.TrueForAll(answers, answer => answer);
    }
}
