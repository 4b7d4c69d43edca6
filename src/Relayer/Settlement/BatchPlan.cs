namespace OpenGradient.Relayer.Settlement;

/// <summary>
/// Which answers go together now, and when to look again for the rest. It asks nothing and changes nothing. The earliest deadline goes first; whoever
/// is urgent, or has waited long enough, or fills a batch, goes now, and takes along all that fits.
/// </summary>
/// <param name="Batches">To be sent now, in this order.</param>
/// <param name="LookAgain">When what was left will have waited long enough; null where nothing was left.</param>
public sealed record BatchPlan(IReadOnlyList<IReadOnlyList<BatchItem>> Batches, DateTimeOffset? LookAgain)
{
    /// <summary>Plans over everything that is ready.</summary>
    /// <param name="ready">In any order.</param>
    /// <param name="now">The time here.</param>
    /// <param name="chainTime">The time on the chain.</param>
    /// <param name="limits">How large, and how patient.</param>
    public static BatchPlan Of(IReadOnlyCollection<BatchItem> ready, DateTimeOffset now, ulong chainTime, BatchLimits limits)
    {
        List<IReadOnlyList<BatchItem>> batches = [];
        List<BatchItem> batch = [];
        ulong gas = SettlementGas.OfTransaction;
        var bytes = 0;
        foreach (var item in ready.OrderBy(item => item.Before).ThenBy(item => item.RequestId))
        {
            if (batch.Count > 0 && (batch.Count == limits.Items || gas + item.Gas > limits.Gas || bytes + item.Bytes > limits.Bytes))
            {
                batches.Add(batch);
                (batch, gas, bytes) = ([], SettlementGas.OfTransaction, 0);
            }

            batch.Add(item);
            gas += item.Gas;
            bytes += item.Bytes;
        }

        if (batch.Count == 0)
            return new BatchPlan(batches, LookAgain: null);
        // Only the last one has room: whether it waits depends on the most impatient in it.
        var waitsUntil = batch.Min(item => item.ReadySince) + limits.Wait;
        if (batch.Count < limits.Items && waitsUntil > now && batch[0].Before > chainTime + limits.UrgentSeconds)
            return new BatchPlan(batches, waitsUntil);

        batches.Add(batch);
        return new BatchPlan(batches, LookAgain: null);
    }
}
