using OpenGradient.Inference.Measuring;
using OpenGradient.Inference.Tests.Backends;
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
        // The runtime's optimised convolution sums in another order than its plain one.
        Assert.InRange(report.Absolute, 1e-9, 1e-3);
        Assert.InRange((double)report.Suggested.Absolute / 1e18, 10 * report.Absolute, 1e-2);
        Assert.InRange((double)report.Suggested.Relative / 1e18, 10 * report.Relative, 1e-2);
    }

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
    public void Refuses_to_measure_what_is_not_finite() => Assert.Throws<MeasurementException>(() =>
        SpreadMeasurement.Measure(TestModels.Root(), [[TestModels.Rows(-1, 2, 3, 4)]], Few, TestContext.Current.CancellationToken));
}
