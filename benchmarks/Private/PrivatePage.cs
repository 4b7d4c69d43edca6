using System.Globalization;
using System.Text;
using OpenGradient.Benchmarks.Measuring;

namespace OpenGradient.Benchmarks.Private;

/// <summary>The page that shows the figures.</summary>
internal static class PrivatePage
{
    private const string Path = "docs/benchmarks/private.md";

    public static async Task<string> WriteAsync(string repositoryRoot, BenchmarkReport report, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(System.IO.Path.Combine(repositoryRoot, Path), TextOf(report), cancellationToken);
        return Path;
    }

    internal static string TextOf(BenchmarkReport report)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            # What privacy costs

            Written by `./og bench private --keep`, on {report.Machine.Processor}, {report.Machine.Cores} cores, {report.Machine.Runtime}. {report.Note}

            | what | private, ms | plain HTTP, ms | times as long |
            | --- | --: | --: | --: |

            """);
        foreach (var row in report.Rows)
            page.Append(CultureInfo.InvariantCulture, $"| {row.Name} | {row.Value:0.00} | {row.Baseline:0.00} | {(row.Ratio is { } ratio ? (1 / ratio).ToString("0.0", CultureInfo.InvariantCulture) : string.Empty)} |\n");
        return page.ToString();
    }
}
