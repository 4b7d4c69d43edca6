using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Sending.Broadcasting;
using OpenGradient.Sending.Fees;
using OpenGradient.Sending.Storage;

namespace OpenGradient.Sending.Stages;

/// <summary>
/// Looks after what is unconfirmed, at each head: sends again what nodes dropped, raises what is too cheap, and replaces what is stuck by
/// nothing.
/// </summary>
internal sealed class Keeper(SenderContext context, Launcher launcher)
{
    private (long Id, ulong Since)? _priced;

    public async Task RunAsync(ChainView view, CancellationToken stop)
    {
        // Read before the nodes are asked: what is accepted meanwhile is not taken for dropped.
        var rows = await context.Store.UnconfirmedAsync(view.Mined, context.Options.MaxInFlight, stop);
        if (rows.Count == 0)
        {
            (context.Meter.IsAtCap, context.Meter.IsStuck) = (false, false);
            return;
        }

        await CareAsync(rows, view, stop);
        await ResendAsync(rows, view, stop);
    }

    private async Task CareAsync(IReadOnlyList<FlyingRow> rows, ChainView view, CancellationToken stop)
    {
        List<NewAttempt> attempts = [];
        List<(long Id, string Fault)> givenUp = [];
        var isAtCap = false;
        for (var i = 0; i < Math.Min(rows.Count, context.Options.BumpDepth); i++)
        {
            var row = rows[i];
            var care = StuckJudge.Judge(row.Fees, view.Market, isLowest: i == 0, Age(row, view), i == 0 ? PricedBlocks(row, view) : 0, context.Options);
            if (care == Care.None)
                continue;

            if (BumpPolicy.Bump(row.Fees, view.Market.Fees, context.Options) is not { } fees)
            {
                isAtCap = true;
                if (!context.Meter.IsAtCap)
                    Log.AtCap(context.Log, row.Id, row.MaxFee.ToGwei());
                continue;
            }

            var isEmpty = row.IsEmpty || care == Care.Replace;
            attempts.Add(isEmpty
                ? await context.Maker.EmptyAsync(row, view.Market, fees, view.Height, stop)
                : await context.Maker.OrderAsync(row, view.Market, fees, view.Height, stop));
            if (isEmpty && !row.IsEmpty)
                givenUp.Add((row.Id, $"stuck at nonce {row.Nonce} for {context.Options.StuckAfterBlocks} blocks at a price at which others are mined"));
            context.Meter.OnAttempts(isEmpty ? "empty" : "bump", 1);
        }

        context.Meter.IsAtCap = isAtCap;
        context.Meter.IsStuck = rows[0].IsEmpty;
        if (attempts.Count > 0)
            await ReplaceAsync(rows, attempts, givenUp, stop);
    }

    private async Task ReplaceAsync(
        IReadOnlyList<FlyingRow> rows, List<NewAttempt> attempts, List<(long Id, string Fault)> givenUp, CancellationToken stop)
    {
        await context.Store.ReplaceAsync(attempts, givenUp, stop);
        await context.Pass(Boundary.ReplacementSaved);
        foreach (var (id, fault) in givenUp)
            Log.GaveUp(context.Log, id, fault);
        if (givenUp.Exists(order => order.Id == _priced?.Id))
            _priced = null;

        var byId = rows.ToDictionary(row => row.Id);
        var answers = await launcher.SendAsync([.. attempts.Select(attempt => byId[attempt.Id] with { Encoding = attempt.Signed.Encoding })], stop);
        for (var i = 0; i < attempts.Count; i++)
        {
            if (answers[i].Verdict != Verdict.Accepted)
                Log.Refused(context.Log, attempts[i].Id, byId[attempts[i].Id].Nonce, answers[i].Verdict, answers[i].Words ?? "");
        }
    }

    // A node that counts fewer pending transactions than we sent has dropped the rest, or never had it.
    private async Task ResendAsync(IReadOnlyList<FlyingRow> rows, ChainView view, CancellationToken stop)
    {
        var sent = rows.Where(row => row.Head < view.Height).ToList();
        if (sent.Count == 0)
            return;
        var pending = await Task.WhenAll(context.Endpoints.Open.Select(endpoint =>
            endpoint.TrySendAsync(Eth.GetTransactionCount(context.Sender, BlockTag.Pending), stop)));
        var lowest = pending.Select(result => result.TryGet(out var count, out _) ? count : ulong.MaxValue).Min();
        var dropped = sent.Where(row => row.Nonce >= lowest).ToList();
        if (dropped.Count == 0)
            return;
        await launcher.SendAsync(dropped, stop);
        Log.SentAgain(context.Log, context.Sender, dropped.Count, dropped[0].Nonce);
    }

    // A block after a reorganisation may be lower than the one at which it was sent.
    private static ulong Age(FlyingRow row, ChainView view) => view.Height > row.Head ? view.Height - row.Head : 0;

    private ulong PricedBlocks(FlyingRow lowest, ChainView view)
    {
        if (!StuckJudge.IsPriced(lowest.Fees, view.Market))
            _priced = null;
        else if (_priced?.Id != lowest.Id)
            _priced = (lowest.Id, view.Height);
        return _priced is { } priced && view.Height > priced.Since ? view.Height - priced.Since : 0;
    }
}
