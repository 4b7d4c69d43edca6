using System.Buffers.Binary;
using System.Collections.Immutable;
using OpenGradient.Inference.Measuring;
using OpenGradient.Inference.Tensors;
using OpenGradient.Inference.Tests.Backends;
using OpenGradient.Samples;
using OpenGradient.Support;

namespace OpenGradient.Inference.Tests.Measuring;

public sealed class SpreadMeasurementTests
{
    private static readonly SpreadOptions Few = new() { RandomQuestions = 12, Threads = [1, 2], Batches = [1, 5] };

    [Fact]
    public void Measures_every_way_and_suggests_ten_times_the_spread()
    {
        var artifact = File.ReadAllBytes(Repository.PathOf("models", "digits-cnn", "model.onnx"));

        var report = SpreadMeasurement.Measure(artifact, [], Few, TestContext.Current.CancellationToken);

        // Two levels, two counts of threads, two batches; the first is what the others are compared with.
        Assert.Equal(7, report.Ways.Length);
        Assert.Equal(12, report.Questions);
        Assert.Contains("CUDA", Assert.Single(report.LeftOut), StringComparison.Ordinal);
        // The runtime's optimised convolution sums in another order than its plain one, on most machines.
        Assert.InRange(report.Absolute, 0, 1e-3);
        Assert.InRange((double)report.Suggested.Absolute / 1e18, 10 * report.Absolute, 1e-2);
        Assert.InRange((double)report.Suggested.Relative / 1e18, 10 * report.Relative, 1e-2);
    }

    [Theory]
    [InlineData(1e-4, 2e-3, 2, 1_000_000_000_000_000, 20_000_000_000_000_000)]
    [InlineData(1.234e-4, 0, 2, 1_300_000_000_000_000, 10_000_000_000_000)]
    [InlineData(0, 0, 50, 500_000_000_000_000, 10_000_000_000_000)]
    [InlineData(0, 0, 0, 1, 10_000_000_000_000)]
    public void Suggests_two_digits_upwards_and_never_nothing(double absolute, double relative, double greatest, long suggestedAbsolute, long suggestedRelative)
    {
        var report = new SpreadReport(1, greatest, [new WaySpread("quiet", 0, 0), new WaySpread("other", absolute, relative)], []);

        // The last digits are those of a double.
        Assert.InRange((double)report.Suggested.Absolute / suggestedAbsolute, 1 - 1e-12, 1.1);
        Assert.InRange((double)report.Suggested.Relative / suggestedRelative, 1 - 1e-12, 1.1);
    }

    [Fact]
    public void Refuses_to_measure_nothing() => Assert.Throws<MeasurementException>(() =>
        SpreadMeasurement.Measure(TestModels.Root(), [], Few with { RandomQuestions = 0 }, TestContext.Current.CancellationToken));

    [Fact]
    public void Joins_nothing_where_rows_would_mix()
    {
        var report = SpreadMeasurement.Measure(
            TestModels.Running(), [[TestModels.Rows(1, 2, 3, 4, 5, 6, 7, 8)]], Few, TestContext.Current.CancellationToken);

        Assert.Equal(13, report.Questions);
        Assert.All(report.Ways, way => Assert.Contains("1 rows", way.Way, StringComparison.Ordinal));
        // Nothing strays here; elsewhere it may, and so the tolerance is not zero.
        Assert.Equal(0, report.Absolute);
        Assert.NotEqual(0u, report.Suggested.Relative);
    }

    [Fact]
    public void Cuda_that_was_named_is_measured_or_nothing_is()
    {
        var missing = Assert.Throws<MeasurementException>(() => SpreadMeasurement.Measure(
            TestModels.Scaling(2), [], Few with { CudaFolder = Path.Combine(Path.GetTempPath(), "no-such-folder") }, TestContext.Current.CancellationToken));

        Assert.Contains("no-such-folder", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whole_numbers_are_taken_from_inputs_as_they_are_asked_and_never_drawn()
    {
        var artifact = File.ReadAllBytes(SampleModels.SileroPath(Repository.Root)!);
        var rate = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(rate, 16_000);
        ImmutableArray<Tensor> given =
        [
            new("input", DataType.Float, [1, 512], new byte[512 * sizeof(float)]), new("sr", DataType.Int64, [], rate), new("state", DataType.Float, [2, 1, 128], new byte[256 * sizeof(float)]),
        ];

        var missing = Assert.Throws<MeasurementException>(() => SpreadMeasurement.Measure(artifact, [], Few, TestContext.Current.CancellationToken));
        var report = SpreadMeasurement.Measure(artifact, [given], Few with { RandomQuestions = 3 }, TestContext.Current.CancellationToken);

        Assert.Contains("sr", missing.Message, StringComparison.Ordinal);
        Assert.Equal(4, report.Questions);
        Assert.InRange(report.Absolute, 0, 1e-3);
    }

    [Fact]
    public void Holds_the_spread_against_a_tolerance_that_is_named()
    {
        var artifact = File.ReadAllBytes(Repository.PathOf("models", "digits-cnn", "model.onnx"));

        var wide = SpreadMeasurement.Measure(artifact, [], Few with { Tolerance = new Tolerance(UInt128.One << 60, 0) }, TestContext.Current.CancellationToken);

        Assert.All(wide.Ways, way => Assert.InRange(way.Share, 0, way.Absolute));
        Assert.Equal(wide.Absolute > 0, wide.Ways.Any(way => way.Share > 0));
    }

    [Fact]
    public void Refuses_to_measure_what_is_not_finite() => Assert.Throws<MeasurementException>(() =>
        SpreadMeasurement.Measure(TestModels.Root(), [[TestModels.Rows(-1, 2, 3, 4)]], Few, TestContext.Current.CancellationToken));
}
