using System.Globalization;
using System.Text;
using OpenGradient.Benchmarks.Measuring;

namespace OpenGradient.Benchmarks.Indexer;

/// <summary>The page that shows the figures.</summary>
internal static class IndexerPage
{
    private const string Path = "docs/benchmarks/indexer.md";

    public static async Task<string> WriteAsync(string repositoryRoot, BenchmarkReport report, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(System.IO.Path.Combine(repositoryRoot, Path), TextOf(report), cancellationToken);
        return Path;
    }

    internal static string TextOf(BenchmarkReport report)
    {
        var machine = report.Machine;
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            # Indexing

            Written by `./og bench indexer --keep`, on {machine.Processor}, {machine.Cores} cores, {machine.Runtime}; {machine.PeerRuntime}.

            {report.Note}

            | what | unit | ours | beside it | whose | ratio | goal |
            | --- | --- | --: | --: | --- | --: | --- |

            """);
        foreach (var row in report.Rows)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"| {row.Name} | {row.Unit} | {Number(row.Value)} | {(row.Baseline is { } baseline ? Number(baseline) : string.Empty)} | {row.BaselineName} | {row.Ratio:0.##} | {GoalOf(row)} |\n");
        }

        return page.ToString();
    }

    private static string GoalOf(BenchmarkRow row)
    {
        var goal = row.Goal is { } least ? $"≥ {Number(least)}×" : row.Limit is { } most ? $"≤ {Number(most)}" : string.Empty;
        return row.Met switch { true => goal + ", met", false => goal + ", missed", null => goal };
    }

    private static string Number(double value) => value.ToString(value < 100 ? "0.##" : "#,0", CultureInfo.InvariantCulture);
}
