using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Transactions;
using OpenGradient.Sending.Storage;

namespace OpenGradient.Sending.Stages;

/// <summary>
/// unstarted → in progress: a group of orders gets its nonces, one after the other, and its signed bytes, in one database transaction,
/// before any of it is sent. What can be known to be hopeless is given up before it has a nonce.
/// </summary>
internal sealed class Starter(SenderContext context)
{
    private const int MaxReverted = 10_000;

    private readonly Dictionary<long, (int Heads, ulong Height)> _reverted = [];

    /// <summary>Gives how many orders were started. Nothing else may be in progress.</summary>
    public async Task<int> RunAsync(ChainView view, CancellationToken stop)
    {
        var (inFlight, known) = await context.Store.FlightAsync(stop);
        context.Meter.OnFlight(inFlight);
        var room = Math.Min(context.Options.GroupSize, context.Options.MaxInFlight - inFlight);
        if (room <= 0)
            return 0;

        var waiting = await context.Store.WaitingAsync(room, stop);
        if (waiting.Count == 0)
        {
            context.Meter.IsShortOfFunds &= inFlight > 0;
            return 0;
        }

        if (known is null)
        {
            await context.Store.OpenKeyAsync(await AgreedNonceAsync(BlockTag.Pending, stop), stop);
            return await RunAsync(view, stop);
        }

        var ready = Payable(await PrepareAsync(waiting, view, stop), view, inFlight == 0 ? Wei.Zero : await context.Store.CostInFlightAsync(stop));
        if (ready.Count == 0)
            return 0;
        // Somebody else used the key, or the endpoint lies: a nonce that is too high would leave a gap, and wait for ever.
        var nonce = view.Mined > known ? Math.Max(known.Value, await AgreedNonceAsync(BlockTag.Latest, stop)) : known.Value;
        return await StartAsync(ready, nonce, view, stop);
    }

    private async Task<int> StartAsync(List<WaitingRow> ready, ulong nonce, ChainView view, CancellationToken stop)
    {
        var rows = ready.Select((order, i) => new FlyingRow
        {
            Id = order.Id,
            Purpose = order.Purpose,
            Nonce = nonce + (ulong)i,
            Recipient = order.Recipient,
            Data = order.Data,
            Value = order.Value,
            GasLimit = order.GasLimit!.Value,
            Number = order.Attempts,
        }).ToList();
        // Signing is work for a processor, or a wait for a service: either way it is done side by side.
        var attempts = await Task.WhenAll(rows.Select(row => Task.Run(
            () => context.Maker.OrderAsync(row, view.Market, view.Market.Fees, view.Height, stop), stop)));
        await context.Pass(Boundary.Signed);
        if (!await context.Store.StartAsync(rows, attempts, stop))
            return 0;

        context.Meter.OnAttempts("order", rows.Count);
        await context.Pass(Boundary.Saved);
        return rows.Count;
    }

    private async Task<List<WaitingRow>> PrepareAsync(IReadOnlyList<WaitingRow> waiting, ChainView view, CancellationToken stop)
    {
        var now = context.Clock.GetUtcNow();
        var late = waiting.Where(order => order.Deadline < now).ToList();
        List<(long Id, TransactionState State, string Fault)> ended =
            [.. late.Select(order => (order.Id, TransactionState.Cancelled, "its deadline passed"))];
        var ready = await EstimateAsync([.. waiting.Except(late)], view, ended, stop);
        ended.AddRange(ready.Where(order => Hopeless(order, view) is not null)
            .Select(order => (order.Id, TransactionState.Fatal, Hopeless(order, view)!)));
        if (ended.Count == 0)
            return ready;

        await context.Store.EndUnstartedAsync(ended, stop);
        foreach (var (id, state, fault) in ended)
        {
            _reverted.Remove(id);
            context.Meter.OnOrders(state, 1);
            Log.EndedUnstarted(context.Log, id, state, fault);
        }

        return [.. ready.Where(order => !ended.Exists(other => other.Id == order.Id))];
    }

    private string? Hopeless(WaitingRow order, ChainView view)
    {
        var least = IntrinsicGas.Of(new FeeMarketTransaction
        {
            ChainId = context.Chain,
            Nonce = 0,
            GasLimit = 0,
            To = order.Recipient,
            Data = order.Data,
            MaxFeePerGas = Wei.Zero,
            MaxPriorityFeePerGas = Wei.Zero,
        }).LeastGasLimit;
        return order.GasLimit < least ? $"its gas limit is below {least}, the least for its data"
            : order.GasLimit > view.Head.Header.GasLimit ? $"its gas limit is above the block's {view.Head.Header.GasLimit}"
            : null;
    }

    // What reverts at one head may not at the next, when what it builds on is mined: it gets some heads.
    private async Task<List<WaitingRow>> EstimateAsync(
        List<WaitingRow> orders, ChainView view, List<(long Id, TransactionState State, string Fault)> ended, CancellationToken stop)
    {
        var ready = orders.Where(order => order.GasLimit is not null).ToList();
        // Those that were withdrawn are not heard of again.
        if (_reverted.Count > MaxReverted)
            _reverted.Clear();
        var asked = orders
            .Where(order => order.GasLimit is null && !(_reverted.TryGetValue(order.Id, out var seen) && seen.Height == view.Height)).ToList();
        var results = await view.Endpoint.TrySendAllAsync(
            asked.Select(order => Eth.EstimateGas(
                new CallRequest { From = context.Sender, To = order.Recipient, Data = order.Data, Value = order.Value }, BlockTag.Latest)),
            stop);
        for (var i = 0; i < asked.Count; i++)
        {
            var order = asked[i];
            if (results[i].TryGet(out var gas, out var error))
            {
                _reverted.Remove(order.Id);
                ready.Add(order with { GasLimit = WithMargin(gas) });
            }
            else if (error is RpcError.Reverted reverted)
            {
                var heads = _reverted.GetValueOrDefault(order.Id).Heads + 1;
                _reverted[order.Id] = (heads, view.Height);
                if (heads >= context.Options.EstimateHeads)
                    ended.Add((order.Id, TransactionState.Fatal, $"it would revert: {reverted.Explanation}"));
            }
            else
            {
                Log.NoEstimate(context.Log, order.Id, error.Explanation);
            }
        }

        return [.. ready.OrderBy(orders.IndexOfRow)];
    }

    // A node may say anything: what is above the block's limit is refused later.
    private ulong WithMargin(ulong gas) => (ulong)UInt128.Min((UInt128)gas * (ulong)(100 + context.Options.GasMarginPercent) / 100, long.MaxValue);

    // The lowest that any tells, when a quorum tells one. One that is too low costs time: what it was given to waits until its nonce is
    // seen to be used.
    private async Task<ulong> AgreedNonceAsync(BlockTag block, CancellationToken stop)
    {
        var open = context.Endpoints.Open;
        var answers = await Task.WhenAll(open.Select(endpoint => endpoint.TrySendAsync(Eth.GetTransactionCount(context.Sender, block), stop)));
        var counts = answers.Where(answer => answer.TryGet(out _, out _)).Select(answer => answer.TryGet(out var count, out _) ? count : 0).ToList();
        return counts.Count >= context.Quorum
            ? counts.Min()
            : throw new RpcException(open[0].Endpoint.Name, "eth_getTransactionCount", new RpcError.Malformed("too few endpoints told the key's nonce"));
    }

    // What the key cannot pay for stays unstarted: nodes would refuse it, and all behind it would wait.
    private List<WaitingRow> Payable(List<WaitingRow> ready, ChainView view, Wei spent)
    {
        List<WaitingRow> payable = [];
        foreach (var order in ready)
        {
            spent = Fees.FeePolicy.Sum(spent, Fees.FeePolicy.Sum(FlyingRow.CostOf(view.Market.Fees.Max, order.GasLimit!.Value), order.Value));
            if (spent > view.Balance)
                break;
            payable.Add(order);
        }

        var isShort = payable.Count < ready.Count;
        if (isShort && !context.Meter.IsShortOfFunds)
            Log.InsufficientFunds(context.Log, context.Sender, view.Balance.ToEther());
        context.Meter.IsShortOfFunds = isShort;
        return payable;
    }
}

internal static class WaitingRowOrder
{
    public static int IndexOfRow(this List<WaitingRow> rows, WaitingRow row) => rows.FindIndex(other => other.Id == row.Id);
}
