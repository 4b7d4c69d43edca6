using OpenGradient.Benchmarks.Indexer;
using OpenGradient.Benchmarks.Indexer.Pages;
using OpenGradient.Database;

namespace OpenGradient.Contracts.Tests.Measuring;

/// <summary>That every question about views is one that finds rows, at a size that takes no time.</summary>
public sealed class ViewCaseTests
{
    [Fact]
    public async Task Every_question_is_answered_and_measured()
    {
        await using var databases = new BenchDatabases();

        // Throws where one finds nothing.
        var measured = await ViewCase.MeasureAsync(databases, Engine.Sqlite, requests: 21_000, times: 2, TestContext.Current.CancellationToken);

        foreach (var (what, times) in measured)
            TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {times.Min():0.0} ms");
        Assert.Equal(measured.Count, measured.Select(question => question.What).Distinct(StringComparer.Ordinal).Count());
        Assert.Contains(measured, question => question.What.StartsWith("requests", StringComparison.Ordinal));
        Assert.Contains(measured, question => question.What.StartsWith("receipts", StringComparison.Ordinal));
        Assert.All(measured, question => Assert.True(question.Times.Count == 2 && question.Times.TrueForAll(time => time > 0)));
    }
}
