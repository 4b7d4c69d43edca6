using System.Globalization;
using OpenGradient.Benchmarks.Gas;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Support;

namespace OpenGradient.Contracts.Tests.Gas;

/// <summary>No step of a request gets dearer without somebody saying so.</summary>
public sealed class GasSnapshotTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_step_costs_more_than_what_is_kept()
    {
        var report = await new GasSuite().RunAsync(Repository.Root, new Progress<string>(), Stop);
        var kept = await GasSnapshot.ReadAsync(Repository.Root, Stop);

        Assert.True(kept.Count > 40, $"{kept.Count} figures are kept.");
        Assert.Empty(GasSnapshot.FindGrowth(kept, report));
    }

    [Fact]
    public async Task The_page_shows_every_figure_that_is_kept()
    {
        var page = await File.ReadAllTextAsync(Repository.PathOf("docs", "benchmarks", "gas.md"), Stop);
        var kept = await GasSnapshot.ReadAsync(Repository.Root, Stop);

        Assert.All(kept, figure => Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"| {figure.Key} | {figure.Value:#,0} |"), page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(102_000, 0)]
    [InlineData(102_001, 1)]
    [InlineData(1, 0)]
    public void Tells_of_growth_by_more_than_a_fiftieth(ulong now, int problems) =>
        Assert.Equal(problems, GasSnapshot.FindGrowth(Kept(("claim", 100_000)), Measured(("claim", now))).Count);

    [Theory]
    [InlineData(31_900, 32_000, 0)]
    [InlineData(31_900, 32_001, 1)]
    [InlineData(32_001, 32_002, 0)]
    public void Tells_of_a_goal_that_was_met_and_is_not_any_more(ulong before, ulong now, int problems)
    {
        var measured = Measured(("batch", now));
        measured = measured with { Rows = [measured.Rows[0] with { Limit = 32_000 }] };

        Assert.Equal(problems, GasSnapshot.FindGrowth(Kept(("batch", before)), measured).Count);
    }

    [Fact]
    public void Tells_of_figures_that_are_missing_on_either_side()
    {
        var problems = GasSnapshot.FindGrowth(Kept(("claim", 1)), Measured(("settle", 1)));

        Assert.Equal(2, problems.Count);
        Assert.Contains("'claim'", problems[0], StringComparison.Ordinal);
        Assert.Contains("'settle'", problems[1], StringComparison.Ordinal);
        Assert.All(problems, problem => Assert.Contains("./og bench gas --keep", problem, StringComparison.Ordinal));
    }

    private static Dictionary<string, ulong> Kept(params (string Name, ulong Gas)[] figures) =>
        figures.ToDictionary(figure => figure.Name, figure => figure.Gas, StringComparer.Ordinal);

    private static BenchmarkReport Measured(params (string Name, ulong Gas)[] figures) => new(
        "gas", Machine.Describe("a chain"),
        [.. figures.Select(figure => new BenchmarkRow(figure.Name, "gas", figure.Gas, 0, null, null, null, null, null, null, null))], string.Empty);
}
