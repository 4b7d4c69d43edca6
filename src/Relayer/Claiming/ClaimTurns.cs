using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Claiming;

/// <summary>
/// When it is a node's turn to claim. All but one of those that claim a request pay gas for nothing: so each waits for a time of its own, which follows from the
/// node and the request, and whoever comes later sees the claim of who came first. For each request the order is another. No node has to keep to it, and none
/// waits long.
/// </summary>
/// <param name="Slot">What lies between two turns: a claim is mined and told within it.</param>
public sealed record ClaimTurns(TimeSpan Slot)
{
    /// <summary>So many turns there are. Of two nodes three of four times one comes first, and nobody waits for more than three turns.</summary>
    public const int Slots = 4;

    // Every hour somebody else comes first, also for who asks the same all day.
    private const ulong SecondsInOrder = 3_600;

    /// <summary>How long the last in turn waits.</summary>
    public TimeSpan Longest => Slot * (Slots - 1);

    /// <summary>When a node may claim an open request, or one whose claim ran out; in the past where its turn has come.</summary>
    public DateTimeOffset TurnOf(Address node, Job job, Moment now)
    {
        var free = job.FoundAt;
        if (job.Ask.Request.ExclusiveUntil > 0)
            free = Later(free, now.WhenChainTimeWas(job.Ask.Request.ExclusiveUntil + 1));
        if (job.View.Until > 0)
            free = Later(free, now.WhenChainTimeWas(now.ChainTimeAt(job.View.Until) + 1));
        return free + (Slot * SlotOf(node, OrderOf(job)));
    }

    /// <summary>What the order of a request follows from: the same for requests that should go into one proof. By its deadline, which every node sees alike.</summary>
    public static Hash32 OrderOf(Job job)
    {
        if (job.Assurance != Assurance.Proven)
            return job.RequestId;
        var hasher = new Keccak256Hasher();
        hasher.Append(job.Ask.Requester.Bytes);
        hasher.Append(job.Ask.Request.VersionId.Bytes);
        hasher.Append(new UInt256(job.Deadline / SecondsInOrder).ToBigEndian());
        return hasher.Finish();
    }

    /// <summary>Which turn a node has in an order, from 0 on.</summary>
    public static int SlotOf(Address node, Hash32 order)
    {
        var hasher = new Keccak256Hasher();
        hasher.Append(node.Bytes);
        hasher.Append(order.Bytes);
        return hasher.Finish().Bytes[0] % Slots;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
