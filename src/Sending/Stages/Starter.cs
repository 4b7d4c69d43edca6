using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Transactions;
using OpenGradient.Sending.Storage;

namespace OpenGradient.Sending.Stages;

/// <summary>
/// unstarted → in progress: a group of orders gets its nonces, one after the other, and its signed bytes, in one database transaction, before any of it is sent.
/// What can be known to be hopeless is given up before it has a nonce.
/// </summary>
internal sealed class Starter(SenderContext context)
{
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
            return 0;
        if (known is null)
        {
            var pending = await view.Endpoint.GetTransactionCountAsync(context.Sender, BlockTag.Pending, stop);
            await context.Store.OpenKeyAsync(Math.Max(pending, view.Mined), stop);
            return await RunAsync(view, stop);
        }

        var ready = Payable(await PrepareAsync(waiting, view, stop), view, await InFlightCostAsync(inFlight, stop));
        return ready.Count == 0 ? 0 : await StartAsync(ready, Math.Max(known.Value, view.Mined), view, stop);
    }

    private async Task<int> StartAsync(List<WaitingRow> ready, ulong nonce, ChainView view, CancellationToken stop)
    {
        var rows = ready.Select((order, i) => new FlyingRow
        {
            Id = order.Id, Purpose = order.Purpose, Nonce = nonce + (ulong)i, Recipient = order.Recipient, Data = order.Data, Value = order.Value,
            GasLimit = order.GasLimit!.Value, Number = order.Attempts,
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
        List<(long Id, TransactionState State, string Fault)> ended = [.. late.Select(order => (order.Id, TransactionState.Cancelled, "its deadline passed"))];
        var ready = await EstimateAsync([.. waiting.Except(late)], view, ended, stop);
        ended.AddRange(ready.Where(order => Hopeless(order, view) is not null).Select(order => (order.Id, TransactionState.Fatal, Hopeless(order, view)!)));
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
            ChainId = context.Chain, Nonce = 0, GasLimit = 0, To = order.Recipient, Data = order.Data, MaxFeePerGas = Wei.Zero, MaxPriorityFeePerGas = Wei.Zero,
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
        var asked = orders.Where(order => order.GasLimit is null && !(_reverted.TryGetValue(order.Id, out var seen) && seen.Height == view.Height)).ToList();
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
                ready.Add(order with { GasLimit = Math.Min(gas, long.MaxValue / 5) * (ulong)(100 + context.Options.GasMarginPercent) / 100 });
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

    private async Task<Wei> InFlightCostAsync(int inFlight, CancellationToken stop) =>
        inFlight == 0 ? Wei.Zero : (await context.Store.UnconfirmedAsync(0, inFlight, stop)).Select(row => row.MostCost).Aggregate(Wei.Zero, Fees.FeePolicy.Sum);

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
