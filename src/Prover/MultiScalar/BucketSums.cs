using System.Numerics;
using OpenGradient.Prover.Curves;

namespace OpenGradient.Prover.MultiScalar;

/// <summary>
/// The part of one window, over a range of the points: points with the same digit go into one bucket, each bucket is summed as a tree, and the buckets
/// are summed by their digits. Memory is bounded by the chunk, whatever the range.
/// </summary>
internal sealed class BucketSums
{
    /// <summary>How many points are sorted and summed at a time.</summary>
    public const int ChunkLength = 1 << 15;

    private readonly G1Affine[] _buckets;
    private readonly int[] _starts;
    private readonly int[] _counts;
    // The points of each bucket, one bucket after the other: the place of a point among the bases, doubled, plus 1 where it is subtracted.
    private readonly int[] _entries = new int[ChunkLength];
    private readonly int[] _digits = new int[ChunkLength];
    private readonly G1Affine[] _sums;
    private readonly PairBatch _batch = new();

    public BucketSums(int windowBits)
    {
        WindowBits = windowBits;
        var buckets = BucketsOf(windowBits);
        _buckets = new G1Affine[buckets];
        _starts = new int[buckets + 1];
        _counts = new int[buckets];
        _sums = new G1Affine[SumsOf(buckets)];
    }

    public int WindowBits { get; }

    /// <summary>What the buckets of one thread take, but for a few small arrays.</summary>
    public static long BytesFor(int windowBits)
    {
        var buckets = BucketsOf(windowBits);
        return ((long)G1Affine.ByteLength * (buckets + SumsOf(buckets))) + (sizeof(int) * 2L * (buckets + ChunkLength));
    }

    /// <summary>Σ digit(i)·point(i) for one window and range.</summary>
    public G1 Of<TDigits>(ReadOnlyMemory<G1Affine> points, TDigits digits, int window, Range range, CancellationToken cancellationToken)
        where TDigits : struct, IDigits
    {
        Array.Clear(_buckets);
        var (offset, length) = range.GetOffsetAndLength(digits.Count);
        for (var done = 0; done < length; done += ChunkLength)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(ChunkLength, length - done);
            if (Sort(digits, window, offset + done, count))
                SumChunk(points.Span.Slice(offset + done, count));
        }

        return SumBuckets();
    }

    private static int BucketsOf(int windowBits) => (1 << (windowBits - 1)) + 1;

    // Half of the chunk after the first round, rounded up in every bucket, and what the bucket held.
    private static int SumsOf(int buckets) => (ChunkLength / 2) + (2 * buckets);

    // Counting sort by the digit's magnitude; false if there is nothing to add.
    private bool Sort<TDigits>(TDigits digits, int window, int offset, int count)
        where TDigits : struct, IDigits
    {
        Array.Clear(_counts);
        for (var i = 0; i < count; i++)
        {
            var digit = digits.Digit(offset + i, window);
            _digits[i] = digit;
            _counts[Math.Abs(digit)]++;
        }

        if (_counts[0] == count)
            return false;
        _counts[0] = 0;
        _starts[0] = 0;
        for (var bucket = 0; bucket < _counts.Length; bucket++)
            _starts[bucket + 1] = _starts[bucket] + _counts[bucket];
        var next = _counts;
        for (var bucket = 0; bucket < next.Length; bucket++)
            next[bucket] = _starts[bucket];
        for (var i = 0; i < count; i++)
        {
            var digit = _digits[i];
            if (digit != 0)
                _entries[next[Math.Abs(digit)]++] = (2 * i) | (digit < 0 ? 1 : 0);
        }

        return true;
    }

    private void SumChunk(ReadOnlySpan<G1Affine> points)
    {
        // The first round reads the points themselves. What a bucket holds from the chunks before is one more point.
        Span<G1Affine> sums = _sums;
        var place = 0;
        var greatest = 0;
        _counts[0] = 0;
        for (var bucket = 1; bucket < _buckets.Length; bucket++)
        {
            var entries = _entries.AsSpan(_starts[bucket].._starts[bucket + 1]);
            var first = place;
            var paired = entries.Length & ~1;
            for (var i = 0; i < paired; i += 2)
                _batch.Add(PointOf(points, entries[i]), PointOf(points, entries[i + 1]), place++, sums);
            if (paired < entries.Length)
                sums[place++] = PointOf(points, entries[paired]);
            if (entries.Length > 0 && !_buckets[bucket].IsInfinity)
                sums[place++] = _buckets[bucket];
            _starts[bucket] = first;
            _counts[bucket] = place - first;
            greatest = Math.Max(greatest, place - first);
        }

        _batch.Flush(sums);
        SumTrees(_buckets.Length, greatest);
        for (var bucket = 1; bucket < _buckets.Length; bucket++)
        {
            if (_counts[bucket] == 1)
                _buckets[bucket] = sums[_starts[bucket]];
        }
    }

    // Σ digit·bucket. With digits as rows and columns of a square it is the sum of the rows' sums times the rows' first digits, and of the columns' sums
    // times the columns' numbers: so most of the sums are of many pairs at once, and few are left to do one after the other.
    private G1 SumBuckets()
    {
        var width = 1 << ((BitOperations.Log2((uint)_buckets.Length) + 1) / 2);
        var height = (_buckets.Length + width - 1) / width;
        var rows = new G1Affine[height];
        var columns = new G1Affine[width];
        SumLines(rows, (row, column) => (row * width) + column, width);
        SumLines(columns, (column, row) => (row * width) + column, height);
        var total = SumByNumber(rows);
        for (var i = 1; i < width; i <<= 1)
            total = total.Doubled();
        return total + SumByNumber(columns);
    }

    private void SumLines(G1Affine[] lines, Func<int, int, int> bucketOf, int length)
    {
        Span<G1Affine> sums = _sums;
        var place = 0;
        for (var line = 0; line < lines.Length; line++)
        {
            _starts[line] = place;
            for (var i = 0; i < length; i++)
            {
                var bucket = bucketOf(line, i);
                if (bucket > 0 && bucket < _buckets.Length && !_buckets[bucket].IsInfinity)
                    sums[place++] = _buckets[bucket];
            }

            _counts[line] = place - _starts[line];
        }

        SumTrees(lines.Length, length);
        for (var line = 0; line < lines.Length; line++)
            lines[line] = _counts[line] == 1 ? sums[_starts[line]] : default;
    }

    // Σ i·line(i), by sums of sums from the last down.
    private static G1 SumByNumber(ReadOnlySpan<G1Affine> lines)
    {
        G1 running = default;
        G1 total = default;
        for (var i = lines.Length - 1; i > 0; i--)
        {
            running += lines[i];
            total += running;
        }

        return total;
    }

    // What stands in each of the first trees, by pairs until one point is left.
    private void SumTrees(int trees, int greatest)
    {
        for (; greatest > 1; greatest = (greatest + 1) / 2)
            SumRound(trees);
    }

    // In every tree neighbours are added. A sum stands where points of its own tree stood that were taken before.
    private void SumRound(int trees)
    {
        Span<G1Affine> sums = _sums;
        for (var tree = 0; tree < trees; tree++)
        {
            var count = _counts[tree];
            if (count < 2)
                continue;
            var start = _starts[tree];
            for (var i = 0; i < count / 2; i++)
                _batch.Add(sums[start + (2 * i)], sums[start + (2 * i) + 1], start + i, sums);
            if ((count & 1) == 1)
                sums[start + (count / 2)] = sums[start + count - 1];
            _counts[tree] = (count + 1) / 2;
        }

        _batch.Flush(sums);
    }

    private static G1Affine PointOf(ReadOnlySpan<G1Affine> points, int entry) => (entry & 1) == 0 ? points[entry >> 1] : -points[entry >> 1];
}
