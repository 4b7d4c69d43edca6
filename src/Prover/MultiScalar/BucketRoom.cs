using System.Collections.Concurrent;

namespace OpenGradient.Prover.MultiScalar;

/// <summary>
/// Room for buckets that sums use one after the other. They are MiB each, and large objects at that, which the collector lets lie: filling a cache takes hundreds of sums, and at 4 million
/// weights a process that does so peaks a seventh lower with this than without. There are never more of them than threads that sum at a time.
/// </summary>
internal sealed class BucketRoom
{
    private readonly ConcurrentBag<BucketSums> _free = [];

    /// <summary>Buckets for windows of this width: used ones, or new ones. Those of another width are given up.</summary>
    public BucketSums Take(int windowBits)
    {
        while (_free.TryTake(out var free))
        {
            if (free.WindowBits == windowBits)
                return free;
        }

        return new BucketSums(windowBits);
    }

    public void GiveBack(BucketSums buckets) => _free.Add(buckets);
}
