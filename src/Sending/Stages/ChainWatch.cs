using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Sending.Fees;

namespace OpenGradient.Sending.Stages;

/// <summary>Looks for new heads. One endpoint tells a whole view; where it fails or lags behind, the next one is asked.</summary>
internal sealed class ChainWatch(SenderContext context)
{
    private int _current;
    private int _behind;
    // Null: it is time to look.
    private long? _lookedAt;
    private ChainView? _last;

    /// <summary>The view as it is, or a new one where it is time to look.</summary>
    /// <exception cref="RpcException">The endpoint gave no answer; another is asked the next time.</exception>
    public async Task<ChainView> LookAsync(CancellationToken stop)
    {
        if (_last is { } last && _lookedAt is { } lookedAt && context.Clock.GetElapsedTime(lookedAt) < context.Options.HeadPoll)
            return _last = last with { IsReplaced = false };

        var endpoint = context.Endpoints.Open[_current % context.Endpoints.Open.Count];
        try
        {
            var view = await LookAsync(endpoint, stop);
            _lookedAt = context.Clock.GetTimestamp();
            return _last = view;
        }
        catch (RpcException)
        {
            _current++;
            throw;
        }
    }

    /// <summary>The endpoint told a head, and not what is below it: another is asked the next time.</summary>
    public void TurnAway()
    {
        _current++;
        _lookedAt = null;
    }

    private async Task<ChainView> LookAsync(EthereumClient endpoint, CancellationToken stop)
    {
        var head = await endpoint.GetHeaderAsync(BlockTag.Latest, stop)
            ?? throw Malformed(endpoint, "there is no latest block");
        if (head.Number.Value > long.MaxValue)
            throw Malformed(endpoint, "no chain is as long");
        if (_last is { } last)
        {
            if (last.Head.Hash == head.Hash)
                return last with { IsReplaced = false, Endpoint = endpoint };

            // An endpoint that lags is not a reorganisation. When all of them say so again and again, it is.
            if (head.Number < last.Head.Number && ++_behind <= 2 * context.Endpoints.Open.Count)
            {
                _current++;
                return last with { IsReplaced = false };
            }
        }

        _behind = 0;
        return await ReadAsync(endpoint, head, stop);
    }

    private async Task<ChainView> ReadAsync(EthereumClient endpoint, SealedHeader head, CancellationToken stop)
    {
        var at = BlockTag.At(head.Hash);
        var isLegacy = head.Header.BaseFeePerGas is null;
        var batch = endpoint.CreateBatch();
        var mined = batch.Add(Eth.GetTransactionCount(context.Sender, at));
        var balance = batch.Add(Eth.GetBalance(context.Sender, at));
        var final = FinalTag(head) is { } tag ? batch.Add(Eth.GetHeader(tag)) : null;
        var before = _last is { } last && last.Head.Number < head.Number ? batch.Add(Eth.GetHeader(BlockTag.At(last.Head.Number))) : null;
        var history = isLegacy ? null : batch.Add(Eth.FeeHistory(FeePolicy.HistoryBlocks, BlockTag.Latest, FeePolicy.Percentile));
        var price = isLegacy ? batch.Add(Eth.GasPrice()) : null;
        await batch.SendAsync(stop);
        if (mined.Value > long.MaxValue)
            throw Malformed(endpoint, "no account has sent as many");

        return new ChainView
        {
            Endpoint = endpoint,
            Head = head,
            Mined = mined.Value,
            Balance = balance.Value,
            Market = price is not null ? FeePolicy.OfGasPrice(price.Value, context.Options) : MarketOf(endpoint, history!, head),
            Final = final?.Value,
            IsReplaced = before is null || before.Value?.Hash != _last!.Head.Hash,
        };
    }

    private static RpcException Malformed(EthereumClient endpoint, string problem) =>
        new(endpoint.Endpoint.Name, "eth_getBlockByNumber", new RpcError.Malformed(problem));

    private BlockTag? FinalTag(SealedHeader head) =>
        context.Options.FinalityDepth is not { } depth ? BlockTag.Finalized
        : head.Number.Value >= (ulong)depth ? BlockTag.At(head.Number - (ulong)depth)
        : null;

    // An endpoint without fee histories: the head's own base fee, which the next block's exceeds by an eighth at the most.
    private Market MarketOf(EthereumClient endpoint, BatchedCall<FeeHistory> history, SealedHeader head)
    {
        if (history.Result.TryGet(out var known, out var error))
            return FeePolicy.OfHistory(known, context.Options);
        if (error is not RpcError.Provider)
            throw new RpcException(endpoint.Endpoint.Name, "eth_feeHistory", error);
        var baseFee = head.Header.BaseFeePerGas!.Value;
        var next = FeePolicy.Sum(baseFee, new Wei(baseFee.Value / 8UL));
        return FeePolicy.OfHistory(new FeeHistory(head.Number, [baseFee, next], [1], [], [], []), context.Options);
    }
}
