using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Curves;

namespace OpenGradient.Prover.MultiScalar;

/// <summary>Σ scalar·point by Pippenger's method.</summary>
internal static class MultiScalarSum
{
    private const int MaxWindowBits = 16;

    // Fewer points than this are not worth buckets of their own.
    private const int LeastPart = 1 << 12;

    /// <summary>
    /// How many scalars of the whole field are turned into digits at a time: 64 MiB of them. A sum of 2^23 takes a twentieth longer in four slices than in one,
    /// which would take 256 MiB.
    /// </summary>
    private const int SliceLength = 1 << 21;

    /// <summary>Scalars of the whole field. There may be more points than scalars.</summary>
    public static G1 Of(ReadOnlyMemory<G1Affine> points, ReadOnlySpan<Fr> scalars, Work work) => Of(points, scalars, BufferFor(scalars.Length), work);

    /// <summary>The same with a buffer that several sums can use one after the other; it may be shorter than the scalars.</summary>
    public static G1 Of(ReadOnlyMemory<G1Affine> points, ReadOnlySpan<Fr> scalars, Memory<UInt256> buffer, Work work)
    {
        G1 sum = default;
        for (var done = 0; done < scalars.Length; done += buffer.Length)
        {
            var slice = scalars[done..Math.Min(done + buffer.Length, scalars.Length)];
            sum += Of(points.Slice(done, slice.Length), FieldDigits.Of(slice, WindowBitsOf(slice.Length), buffer), work);
        }

        return sum;
    }

    /// <summary>A buffer for sums of up to so many scalars.</summary>
    public static UInt256[] BufferFor(int count) => new UInt256[Math.Min(count, SliceLength)];

    /// <summary>Small numbers: where all have eight bits, one window.</summary>
    public static G1 OfSmall(ReadOnlyMemory<G1Affine> points, ReadOnlyMemory<int> scalars, Work work)
    {
        // Biases are wide and few, so that only the weights' width counts: eight bits are 128 buckets, sixteen are worth their buckets in large models.
        var wide = 0;
        foreach (var scalar in scalars.Span)
            wide += scalar is < sbyte.MinValue or > sbyte.MaxValue ? 1 : 0;
        var windowBits = wide < scalars.Length / 8 ? 8 : Math.Min(11, WindowBitsOf(scalars.Length));
        return Of(points[..scalars.Length], new SmallDigits(scalars, windowBits), work);
    }

    /// <summary>A window adds all points, and each bucket twice; its lines of buckets it adds one by one, which takes eight times as long. So many bits
    /// make the sum of all windows least.</summary>
    internal static int WindowBitsOf(int count) => BestBits((windows, buckets) => windows * (count + buckets));

    /// <summary>The same where all windows share their buckets.</summary>
    internal static int JoinedWindowBitsOf(int count) => BestBits((windows, buckets) => (windows * count) + buckets);

    private static int BestBits(Func<double, double, double> costOf)
    {
        var best = 2;
        var least = double.MaxValue;
        for (var bits = 2; bits <= MaxWindowBits; bits++)
        {
            var buckets = Math.ScaleB(1, bits - 1);
            var cost = costOf(Math.Ceiling(256.0 / bits), (2 * buckets) + (32 * Math.Sqrt(buckets)));
            if (cost < least)
                (best, least) = (bits, cost);
        }

        return best;
    }

    internal static G1 Of<TDigits>(ReadOnlyMemory<G1Affine> points, TDigits digits, Work work)
        where TDigits : struct, IDigits
    {
        // With as many windows as threads can share, each takes all points; else the points are shared too.
        var parts = digits.Windows >= 4 * work.Threads ? 1 : Math.Clamp(digits.Count / LeastPart, 1, work.Threads);
        var sums = new G1[digits.Windows * parts];
        work.ForEach(
            sums.Length,
            () => new BucketSums(digits.WindowBits),
            (i, buckets) =>
            {
                var (window, part) = Math.DivRem(i, parts);
                var range = PartOf(digits.Count, part, parts)..PartOf(digits.Count, part + 1, parts);
                sums[i] = buckets.Of(points, digits, window, range, work.CancellationToken);
            });

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
}
