using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.MultiScalar;

namespace OpenGradient.Prover.Tests.MultiScalar;

/// <summary>Sums against adding one product after the other.</summary>
public sealed class MultiScalarSumTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(33)]
    [InlineData(300)]
    public void A_sum_over_the_whole_field_is_the_sum_of_the_products(int count)
    {
        var points = TestModels.Setup.Powers[..count];
        var random = new Random(count);
        Fr[] scalars = [.. Enumerable.Range(0, count).Select(i => (i % 7) switch
        {
            0 => Fr.Zero,
            1 => -Fr.One,
            2 => Fr.FromInt64(random.Next()),
            _ => Fr.FromInt64(random.NextInt64()).Squared().Squared() - Fr.FromInt64(random.NextInt64()),
        })];
        Assert.Equal(Naive(points.Span, scalars), MultiScalarSum.Of(points, scalars, TestWork.Here).ToAffine());
        Assert.Equal(Naive(points.Span, scalars), MultiScalarSum.Of(points, scalars, TestWork.Here with { Threads = 1 }).ToAffine());
    }

    [Theory]
    [InlineData(1, 128)]
    [InlineData(200, 128)]
    [InlineData(200, 40_000)]
    [InlineData(400, int.MaxValue)]
    public void A_sum_of_small_numbers_is_the_sum_of_the_products(int count, int most)
    {
        var random = new Random(most);
        int[] scalars = [.. Enumerable.Range(0, count).Select(i => i == 5 ? int.MinValue : i == 6 ? -128 : random.Next(-most, most))];
        var points = TestModels.Setup.Powers[..count];
        Assert.Equal(
            Naive(points.Span, [.. scalars.Select(scalar => Fr.FromInt64(scalar))]), MultiScalarSum.OfSmall(points, scalars, TestWork.Here).ToAffine());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(32)]
    [InlineData(64)]
    public void A_sum_in_slices_is_the_same_sum(int slice)
    {
        var points = TestModels.Setup.Powers[..33];
        Fr[] scalars = [.. Enumerable.Range(0, 33).Select(i => -Fr.FromInt64(i).Squared())];
        Assert.Equal(Naive(points.Span, scalars), MultiScalarSum.Of(points, scalars, new UInt256[slice], new BucketRoom(), TestWork.Here).ToAffine());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(5, 32)]
    [InlineData(5, 31)]
    [InlineData(5, 0)]
    [InlineData(10, 1023)]
    [InlineData(10, 1024)]
    public void A_sum_by_multiples_is_the_same_sum(int log, int count)
    {
        var random = new Random(count);
        Fr[] scalars = [.. Enumerable.Range(0, count).Select(i => (i % 5) switch
        {
            0 => Fr.Zero,
            1 => -Fr.One,
            2 => Fr.FromInt64(-random.Next()),
            _ => Fr.FromInt64(random.NextInt64()).Squared().Squared() - Fr.FromInt64(random.NextInt64()),
        })];
        var room = new BucketRoom();
        foreach (var threads in new[] { 1, 2, 3 })
        {
            var work = TestWork.Here with { Threads = threads };
            var multiples = PointMultiples.TryCreate(TestModels.Setup.Powers, log, work);
            Assert.Equal(MultiScalarSum.Of(TestModels.Setup.Powers, scalars, work).ToAffine(), multiples!.Sum(scalars, MultiScalarSum.BufferFor(count), room, work).ToAffine());
            Assert.Throws<ArgumentOutOfRangeException>(() => multiples.Sum(new Fr[(1 << log) + 1], MultiScalarSum.BufferFor(1 << 11), room, work));
        }
    }

    // 65,536 scalars of the field are 20 windows of 13 bits, whose buckets cost 10,240 additions for each window of each part. Were the points cut into as many parts as
    // there are threads, sixteen of them would take twenty rounds of 14,336: 286,720.
    [Theory]
    [InlineData(2, 1, 757_760)]
    [InlineData(6, 2, 301_056)]
    [InlineData(16, 3, 128_341)]
    [InlineData(64, 3, 32_085)]
    public void Points_are_cut_where_the_rounds_that_are_saved_are_worth_the_buckets(int threads, int expected, int cost)
    {
        Assert.Equal((13, 20), (MultiScalarSum.WindowBitsOf(65_536), FieldDigits.WindowsOf(13)));
        var parts = MultiScalarSum.PartsOf(20, 13, 65_536, threads);
        Assert.Equal((expected, cost), (parts, (int)CostOf(20, 13, 65_536, threads, parts)));
    }

    [Fact]
    public void No_other_number_of_parts_would_cost_less()
    {
        foreach (var count in new[] { 1, 1 << 10, 1 << 14, 100_000, 1 << 21 })
        {
            var bits = MultiScalarSum.WindowBitsOf(count);
            var most = Math.Max(1, count / MultiScalarSum.LeastPart);
            foreach (var windows in new[] { 1, 2, FieldDigits.WindowsOf(bits) })
            {
                for (var threads = 1; threads <= 40; threads++)
                {
                    var parts = MultiScalarSum.PartsOf(windows, bits, count, threads);
                    Assert.InRange(parts, 1, Math.Min(most, threads));
                    for (var other = 1; other <= Math.Min(most, threads); other++)
                        Assert.True(CostOf(windows, bits, count, threads, parts) <= CostOf(windows, bits, count, threads, other), $"{count}, {windows}, {threads}, {other}");
                }
            }
        }
    }

    [Fact]
    public void A_window_that_is_alone_is_shared_by_all_threads()
    {
        Assert.Equal(16, MultiScalarSum.PartsOf(1, 8, 1 << 20, 16));
        // Five windows, of which bytes fill one.
        Assert.Equal((5, 1), (new SmallDigits(new int[3], 8, 8).Windows, new SmallDigits(new int[3], 8, 8).FullWindows));
        Assert.Equal((3, 2), (new SmallDigits(new int[3], 11, 16).Windows, new SmallDigits(new int[3], 11, 16).FullWindows));
    }

    [Fact]
    public void Multiples_that_would_take_too_much_are_not_made() =>
        // Of 2^17 points they would be 128 MiB: nothing of them is read.
        Assert.Null(PointMultiples.TryCreate(TestModels.Setup.Powers, 17, TestWork.Here));

    [Fact]
    public void Sums_of_more_than_one_chunk_and_of_parts_come_out_the_same()
    {
        // The same points again and again: sums in which equal and opposite points meet.
        var points = Enumerable.Range(0, 2 * BucketSums.ChunkLength + 77).Select(i => TestModels.Setup.Powers.Span[i % 50]).ToArray();
        int[] scalars = [.. Enumerable.Range(0, points.Length).Select(i => (i % 9) - 4)];
        var expected = new int[50];
        for (var i = 0; i < scalars.Length; i++)
            expected[i % 50] += scalars[i];
        Assert.Equal(
            Naive(points.AsSpan(0, 50), [.. expected.Select(scalar => Fr.FromInt64(scalar))]), MultiScalarSum.OfSmall(points, scalars, TestWork.Here).ToAffine());
    }

    [Fact]
    public void Buckets_are_used_again_by_the_sum_that_comes_next_and_it_comes_out_the_same()
    {
        var room = new BucketRoom();
        var first = room.Take(8);
        room.GiveBack(first);
        var random = new Random(5);
        for (var round = 0; round < 4; round++)
        {
            int[] scalars = [.. Enumerable.Range(0, 300).Select(_ => random.Next(-128, 128))];
            Assert.Equal(
                Naive(TestModels.Setup.Powers.Span[..300], [.. scalars.Select(scalar => Fr.FromInt64(scalar))]),
                MultiScalarSum.OfSmall(TestModels.Setup.Powers[..300], scalars, room, TestWork.Here with { Threads = 1 }).ToAffine());
        }

        Assert.Same(first, room.Take(8));
        room.GiveBack(first);
        // Of another width they are of no use.
        Assert.Equal(9, room.Take(9).WindowBits);
        Assert.NotSame(first, room.Take(8));
    }

    [Fact]
    public void Infinity_among_the_points_and_opposite_points_add_up()
    {
        var point = TestModels.Setup.Powers.Span[3];
        G1Affine[] points = [point, -point, G1Affine.Infinity, point, point, G1Affine.Infinity];
        Assert.Equal(((G1)point * Fr.FromInt64(2)).ToAffine(), MultiScalarSum.OfSmall(points, new[] { 1, 1, 1, 1, 1, 1 }, TestWork.Here).ToAffine());
        Assert.True(MultiScalarSum.OfSmall(points.AsMemory(0, 2), new[] { 7, 7 }, TestWork.Here).IsInfinity);
    }

    [Fact]
    public void Work_that_is_cancelled_stops()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(
            () => MultiScalarSum.OfSmall(TestModels.Setup.Powers[..64], new int[64], new Work(2, cancellation.Token)));
    }

    // In additions: the rounds that the threads take, times the points and buckets of one part of a window.
    private static double CostOf(int windows, int bits, int count, int threads, int parts)
    {
        var buckets = Math.ScaleB(1, bits - 1);
        return Math.Ceiling((double)windows * parts / threads) * (((double)count / parts) + (2 * buckets) + (32 * Math.Sqrt(buckets)));
    }

    private static G1Affine Naive(ReadOnlySpan<G1Affine> points, ReadOnlySpan<Fr> scalars)
    {
        G1 sum = default;
        for (var i = 0; i < scalars.Length; i++)
            sum += (G1)points[i] * scalars[i];
        return sum.ToAffine();
    }
}
