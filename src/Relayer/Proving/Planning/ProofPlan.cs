using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Planning;

namespace OpenGradient.Relayer.Proving.Planning;

/// <summary>
/// Which answers are proven together next, and when to look again where none are. It asks nothing and changes nothing. Opening a proof costs the same for
/// one answer as for many: each that joins saves the others gas, the first ones most of it, so that patience with what may never come shrinks as a batch grows. What is known to come
/// is waited for as long as a lone answer waits. A batch goes when it is full, when its patience is over, or when its most urgent answer can wait no longer; of several, that with the
/// earliest deadline.
/// </summary>
/// <param name="Batch">To be proven now, the earliest deadline first; empty where nothing is.</param>
/// <param name="LookAgain">When the next one goes that waits; null where none does.</param>
public sealed record ProofPlan(IReadOnlyList<ProofItem> Batch, DateTimeOffset? LookAgain)
{
    /// <summary>Plans over everything that waits.</summary>
    /// <param name="waiting">In any order.</param>
    /// <param name="coming">The versions of which more answers are on their way to us.</param>
    /// <param name="now">The time here.</param>
    /// <param name="chainTime">The time on the chain.</param>
    /// <param name="limits">How large, and how patient.</param>
    public static ProofPlan Of(IReadOnlyCollection<ProofItem> waiting, IReadOnlySet<Hash32> coming, DateTimeOffset now, ulong chainTime, ProofLimits limits)
    {
        List<ProofItem> batch = [];
        DateTimeOffset? lookAgain = null;
        foreach (var together in waiting.GroupBy(GroupOf))
        {
            var (candidate, goesAt) = Fill(
                [.. together.OrderBy(item => item.Before).ThenBy(item => item.RequestId)], coming.Contains(together.Key.VersionId), now, chainTime, limits);
            if (goesAt > now)
                lookAgain = lookAgain is { } other && other < goesAt ? other : goesAt;
            else if (batch.Count == 0 || candidate[0].Before < batch[0].Before)
                batch = candidate;
        }

        return new ProofPlan(batch, lookAgain);
    }

    /// <summary>How long a batch of so many waits for one more that may come: in proportion to the share of its gas that this would save each of them.</summary>
    public static TimeSpan PatienceOf(int items, TimeSpan wait) => wait * (SavedBy(items) / SavedBy(1));

    // What came to nothing is tried by itself: whatever is wrong with it harms no other.
    private static (Hash32 VersionId, Hash32 Alone) GroupOf(ProofItem item) =>
        (item.VersionId, item.FailedProofs > 0 ? item.RequestId : default);

    private static (List<ProofItem> Batch, DateTimeOffset GoesAt) Fill(List<ProofItem> ordered, bool areMoreComing, DateTimeOffset now, ulong chainTime, ProofLimits limits)
    {
        List<ProofItem> batch = [];
        var (gas, bytes) = (ProofGas.OfTransaction, 0L);
        foreach (var item in ordered)
        {
            if (batch.Count > 0 && (batch.Count == limits.Items || gas + item.Gas > limits.Gas || bytes + item.Bytes > limits.Bytes))
                return (batch, now);
            batch.Add(item);
            gas += item.Gas;
            bytes += item.Bytes;
        }

        var urgentAt = batch[0].Before > chainTime + limits.UrgentSeconds ? batch[0].Before - chainTime - limits.UrgentSeconds : 0;
        if (urgentAt == 0 || batch.Count == limits.Items || batch[0].FailedProofs > 0)
            return (batch, now);
        var patience = batch.Min(item => item.ReadySince) + (areMoreComing ? limits.Wait : PatienceOf(batch.Count, limits.Wait));
        var urgent = now.AddSeconds(Math.Min(urgentAt, 86_400));
        return (batch, patience < urgent ? patience : urgent);
    }

    // Of what each of n answers costs, the share that one more would take away.
    private static double SavedBy(int items)
    {
        var opening = (double)ExpectedGas.OfOpening / items;
        return (opening - ((double)ExpectedGas.OfOpening / (items + 1))) / (opening + ProofGas.OfUsualItem);
    }
}
