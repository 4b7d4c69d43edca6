using System.Runtime.InteropServices;
using OpenGradient.Sending.Broadcasting;
using OpenGradient.Sending.Fees;
using OpenGradient.Sending.Storage;

namespace OpenGradient.Sending.Stages;

/// <summary>
/// in progress → unconfirmed: sends the stored bytes of the group that is in progress, in the order of its nonces, until each of it was
/// taken or may have been. After a crash it sends the same bytes again.
/// </summary>
internal sealed class Launcher(SenderContext context)
{
    public async Task<Launched> RunAsync(ChainView view, CancellationToken stop)
    {
        var rows = await context.Store.InProgressAsync(stop);
        if (rows.Count == 0)
            return default;

        var answers = await SendAsync(rows, stop);
        await context.Pass(Boundary.Sent);
        List<long> accepted = [];
        List<(long Id, string Fault)> givenUp = [];
        List<NewAttempt> attempts = [];
        for (var i = 0; i < rows.Count; i++)
        {
            var (row, answer) = (rows[i], answers[i]);
            if (answer.Verdict == Verdict.Accepted)
                accepted.Add(row.Id);
            else if (await AfterRefusalAsync(row, answer, view, stop) is { } attempt)
                attempts.Add(attempt);
            if (answer.Verdict == Verdict.Fatal && !row.IsEmpty)
                givenUp.Add((row.Id, Fault(answer)));
        }

        await LandAsync(rows, accepted, givenUp, attempts, stop);
        await context.Pass(Boundary.Landed);
        return new Launched(accepted.Count, rows.Count - accepted.Count);
    }

    /// <summary>Sends rows to where their purposes go; the answers are in their order.</summary>
    public async Task<IReadOnlyList<Answered>> SendAsync(IReadOnlyList<FlyingRow> rows, CancellationToken stop)
    {
        var answers = new Answered[rows.Count];
        await Task.WhenAll(rows.Select((row, i) => (row, i)).GroupBy(item => context.Endpoints.For(item.row.Purpose)).Select(async group =>
        {
            var items = group.ToList();
            var told = await context.Broadcaster.SendAsync(group.Key, [.. items.Select(item => new Outgoing(item.row.Nonce, item.row.Encoding))], stop);
            for (var k = 0; k < items.Count; k++)
                answers[items[k].i] = told[k];
        }));
        return answers;
    }

    private async Task LandAsync(
        IReadOnlyList<FlyingRow> rows, List<long> accepted, List<(long Id, string Fault)> givenUp, List<NewAttempt> attempts, CancellationToken stop)
    {
        // The counter moves on to the first nonce that no node took.
        var open = rows.Where(row => !accepted.Contains(row.Id)).Select(row => row.Nonce).DefaultIfEmpty(rows[^1].Nonce + 1).Min();
        if (accepted.Count > 0 || attempts.Count > 0)
            await context.Store.LandAsync(accepted, givenUp, attempts, open, stop);
        context.Meter.OnOrders(TransactionState.Unconfirmed, accepted.Count);
        foreach (var (id, fault) in givenUp)
            Log.GaveUp(context.Log, id, fault);
    }

    private async Task<NewAttempt?> AfterRefusalAsync(FlyingRow row, Answered answer, ChainView view, CancellationToken stop)
    {
        Log.Refused(context.Log, row.Id, row.Nonce, answer.Verdict, answer.Words ?? "");
        switch (answer.Verdict)
        {
            case Verdict.Underpriced or Verdict.FeeOutOfRange when FeesAfter(row, answer.Verdict, view.Market) is { } fees:
                context.Meter.OnAttempts("refused", 1);
                return row.IsEmpty
                    ? await context.Maker.EmptyAsync(row, view.Market, fees, view.Height, stop)
                    : await context.Maker.OrderAsync(row, view.Market, fees, view.Height, stop);
            case Verdict.Underpriced:
                AtCap(row);
                return null;
            case Verdict.InsufficientFunds:
                if (!context.Meter.IsShortOfFunds)
                    Log.InsufficientFunds(context.Log, context.Sender, view.Balance.ToEther());
                context.Meter.IsShortOfFunds = true;
                return null;
            case Verdict.Fatal when !row.IsEmpty:
                // Its nonce is taken by nothing instead, so that those behind it can go on; and should some node have it after all,
                // inclusion decides.
                context.Meter.OnAttempts("empty", 1);
                return await context.Maker.EmptyAsync(row, view.Market, Highest(row.Fees, view.Market.Fees), view.Height, stop);
            default:
                return null;
        }
    }

    // A fee out of range may be too high as well as too low: it becomes the market's. While that is the same, the next head is waited for.
    private GasFees? FeesAfter(FlyingRow row, Verdict verdict, Market market) =>
        verdict == Verdict.Underpriced ? BumpPolicy.Bump(row.Fees, market.Fees, context.Options)
        : market.Fees != row.Fees ? market.Fees
        : null;

    private static GasFees Highest(GasFees one, GasFees other) => new(FeePolicy.Max(one.Max, other.Max), FeePolicy.Max(one.Tip, other.Tip));

    private void AtCap(FlyingRow row)
    {
        if (!context.Meter.IsAtCap)
            Log.AtCap(context.Log, row.Id, row.MaxFee.ToGwei());
        context.Meter.IsAtCap = true;
    }

    private static string Fault(Answered answer) => $"refused for good: {answer.Words}";
}

/// <summary>What became of a group.</summary>
/// <param name="Taken">How many a node took, or may have.</param>
/// <param name="Left">How many are still in progress: those have to be sent again.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Launched(int Taken, int Left);
