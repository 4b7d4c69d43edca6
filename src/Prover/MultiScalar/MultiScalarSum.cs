using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Curves;

namespace OpenGradient.Prover.MultiScalar;

/// <summary>Σ scalar·point by Pippenger's method.</summary>
internal static class MultiScalarSum
{
    private const int MaxWindowBits = 16;
    private const int ByteBits = 8;
    private const int WeightBits = 16;

    /// <summary>Fewer points than this are not worth buckets of their own.</summary>
    internal const int LeastPart = 1 << 12;

    /// <summary>
    /// How many scalars of the whole field are turned into digits at a time: 64 MiB of them. A sum of 2^23 takes a twentieth longer in four slices than in one,
    /// which would take 256 MiB.
    /// </summary>
    internal const int SliceLength = 1 << 21;

    /// <summary>Scalars of the whole field. There may be more points than scalars.</summary>
    public static G1 Of(ReadOnlyMemory<G1Affine> points, ReadOnlySpan<Fr> scalars, Work work) => Of(points, scalars, BufferFor(scalars.Length), new BucketRoom(), work);

    /// <summary>
    /// The same with a buffer and buckets that several sums can use one after the other; the buffer may be shorter than the scalars. Progress is told by the threads, from 0 to 1.
    /// </summary>
    public static G1 Of(
        ReadOnlyMemory<G1Affine> points, ReadOnlySpan<Fr> scalars, Memory<UInt256> buffer, BucketRoom room, Work work, IProgress<double>? progress = null)
    {
        G1 sum = default;
        for (var done = 0; done < scalars.Length; done += buffer.Length)
        {
            var slice = scalars[done..Math.Min(done + buffer.Length, scalars.Length)];
            var part = progress is null ? null : new SliceProgress(progress, (double)done / scalars.Length, (double)slice.Length / scalars.Length);
            sum += Of(points.Slice(done, slice.Length), FieldDigits.Of(slice, WindowBitsOf(slice.Length), buffer), room, work, part);
        }

        return sum;
    }

    /// <summary>A buffer for sums of up to so many scalars.</summary>
    public static UInt256[] BufferFor(int count) => new UInt256[Math.Min(count, SliceLength)];

    /// <summary>Small numbers: where all have eight bits, one window.</summary>
    public static G1 OfSmall(ReadOnlyMemory<G1Affine> points, ReadOnlyMemory<int> scalars, Work work) => OfSmall(points, scalars, new BucketRoom(), work);

    /// <summary>The same with buckets that several sums can use one after the other.</summary>
    public static G1 OfSmall(ReadOnlyMemory<G1Affine> points, ReadOnlyMemory<int> scalars, BucketRoom room, Work work)
    {
        // Biases are wide and few, so that only the weights' width counts: eight bits are 128 buckets, sixteen are worth their buckets in large models.
        var wide = 0;
        foreach (var scalar in scalars.Span)
            wide += scalar is < sbyte.MinValue or > sbyte.MaxValue ? 1 : 0;
        return wide < scalars.Length / 8
            ? Of(points[..scalars.Length], new SmallDigits(scalars, ByteBits, ByteBits), room, work)
            : Of(points[..scalars.Length], new SmallDigits(scalars, Math.Min(11, WindowBitsOf(scalars.Length)), WeightBits), room, work);
    }

    /// <summary>A window adds all points, and then its buckets. So many bits make the sum of all windows least.</summary>
    internal static int WindowBitsOf(int count) => BestBits((windows, buckets) => windows * (count + buckets));

    /// <summary>The same where all windows share their buckets.</summary>
    internal static int JoinedWindowBitsOf(int count) => BestBits((windows, buckets) => (windows * count) + buckets);

    private static int BestBits(Func<double, double, double> costOf)
    {
        var best = 2;
        var least = double.MaxValue;
        for (var bits = 2; bits <= MaxWindowBits; bits++)
        {
            var cost = costOf(Math.Ceiling(256.0 / bits), BucketsCost(bits));
            if (cost < least)
                (best, least) = (bits, cost);
        }

        return best;
    }

    /// <summary>
    /// Into how many parts the points are cut, so that threads share them where they have too few windows to share. Each part of each window sums buckets of its own:
    /// so many parts make the rounds that the threads take, times what each costs, least.
    /// </summary>
    /// <param name="windows">How many windows have something to add.</param>
    /// <param name="windowBits">How wide they are.</param>
    /// <param name="count">How many points there are.</param>
    /// <param name="threads">How many parts are worked on at a time.</param>
    internal static int PartsOf(int windows, int windowBits, int count, int threads)
    {
        var best = 1;
        var least = double.MaxValue;
        for (var parts = 1; parts <= Math.Clamp(count / LeastPart, 1, threads); parts++)
        {
            var rounds = ((windows * parts) + threads - 1) / threads;
            var cost = rounds * (((double)count / parts) + BucketsCost(windowBits));
            if (cost < least)
                (best, least) = (parts, cost);
        }

        return best;
    }

    // In additions: each bucket twice, and its lines of buckets one by one, which takes eight times as long.
    private static double BucketsCost(int windowBits)
    {
        var buckets = Math.ScaleB(1, windowBits - 1);
        return (2 * buckets) + (32 * Math.Sqrt(buckets));
    }

    internal static G1 Of<TDigits>(ReadOnlyMemory<G1Affine> points, TDigits digits, BucketRoom room, Work work, IProgress<double>? progress = null)
        where TDigits : struct, IDigits
    {
        var parts = PartsOf(digits.FullWindows, digits.WindowBits, digits.Count, work.Threads);
        var sums = new G1[digits.Windows * parts];
        var summed = 0;
        work.ForEach(
            sums.Length,
            () => room.Take(digits.WindowBits),
            (i, buckets) =>
            {
                var (window, part) = Math.DivRem(i, parts);
                var range = PartOf(digits.Count, part, parts)..PartOf(digits.Count, part + 1, parts);
                sums[i] = buckets.Of(points, digits, window, range, work.CancellationToken);
                progress?.Report((double)Interlocked.Increment(ref summed) / sums.Length);
            },
            room.GiveBack);

        G1 total = default;
        for (var window = digits.Windows - 1; window >= 0; window--)
        {
            for (var bit = 0; bit < digits.WindowBits && !total.IsInfinity; bit++)
                total = total.Doubled();
            for (var part = 0; part < parts; part++)
                total += sums[(window * parts) + part];
        }

        return total;
    }

    private static int PartOf(int count, int part, int parts) => (int)((long)count * part / parts);

    private sealed class SliceProgress(IProgress<double> progress, double from, double share) : IProgress<double>
    {
        public void Report(double value) => progress.Report(from + (share * value));
    }
}
