using OpenGradient.Benchmarks.Inference;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends.Onnx;
using OpenGradient.Inference.Measuring;
using OpenGradient.Support;

namespace OpenGradient.Contracts.Tests.Measuring;

/// <summary>What the benchmark of inference says of a GPU, and of one that is not there.</summary>
public sealed class InferenceSuiteTests
{
    [Fact]
    public void The_large_model_is_of_the_size_that_it_is_called_by()
    {
        var (artifact, parameters) = ResNet50.Make(seed: 1);

        // By the book 25,557,032, of which two for each of 26,560 channels are the normalisations': one of them is left, as the convolution's bias.
        Assert.Equal(25_557_032 - 26_560, parameters);
        var (signature, _) = Assert.IsType<ArtifactReading.Accepted>(OnnxArtifact.Inspect(artifact, ArtifactLimits.Default));
        Assert.Equal("image: Float[batch, 3, 224, 224]", signature.Inputs[0].ToString());
        Assert.Equal("logits: Float[batch, 1000]", signature.Outputs[0].ToString());
    }

    [Fact]
    public async Task A_gpu_that_was_named_and_is_not_there_fails_the_benchmark()
    {
        var suite = Assert.IsType<InferenceSuite>(((ICountedSuite)new InferenceSuite().On(Path.Combine(Path.GetTempPath(), "no-such-folder"))).Of(1));

        var missing = await Assert.ThrowsAsync<CudaUnavailableException>(() => suite.RunAsync(Repository.Root, new Progress<string>(), TestContext.Current.CancellationToken));

        Assert.Contains("no-such-folder", missing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.3, true)]
    [InlineData(1.0, true)]
    [InlineData(1.01, false)]
    public void Answers_further_apart_than_the_published_tolerance_are_a_missed_goal(double share, bool met)
    {
        var rows = InferenceSuite.RowsOf("digits", InferenceSuite.CudaToCpu, [new WaySpread("one", 1e-6, 0) { Share = share / 2 }, new WaySpread("other", 2e-6, 0) { Share = share }], isHeld: true);

        Assert.Equal([2e-6, share], rows.Select(row => row.Value));
        Assert.Equal([null, met], rows.Select(row => row.Met));
        Assert.Equal(met, Report(rows).GoalsMet);
        Assert.Contains(met ? "| digits | of CUDA to the CPU | 2E-6 |" : "(missed)", InferencePage.TextOf(Report(rows)), StringComparison.Ordinal);
        Assert.All(InferenceSuite.RowsOf("others", InferenceSuite.OnCpu, [new WaySpread("one", 1e-6, 0)], isHeld: false), row => Assert.Null(row.Met));
    }

    [Fact]
    public void The_page_has_a_table_of_cuda_where_there_is_something_to_put_into_it()
    {
        var rate = Row("digits | 8 at once | questions a second", 800) with { Baseline = 1000, Ratio = 0.8 };

        var without = InferencePage.TextOf(Report([rate, Row("digits | 8 at once | until all are answered, median", 10)]));
        var with = InferencePage.TextOf(Report([rate, Row("digits | 8 at once | questions a second on CUDA", 80_000) with { Baseline = 800, Ratio = 100 }]));

        Assert.Contains("| digits | 8 at once | 800 | 1,000 | 0.80 | 10.0 |", without, StringComparison.Ordinal);
        Assert.DoesNotContain("CUDA", without, StringComparison.Ordinal);
        Assert.Contains("| digits | 8 at once | 80,000 | 800 | 100.00 |", with, StringComparison.Ordinal);
    }

    private static BenchmarkReport Report(IReadOnlyList<BenchmarkRow> rows) => new("inference", Machine.Describe("a runtime"), rows, "A note.");

    private static BenchmarkRow Row(string name, double value) => new(name, "1/s", value, 0, null, null, null, null, null, null, null);
}
