using System.Globalization;
using System.Text;
using OpenGradient.Benchmarks.Measuring;

namespace OpenGradient.Benchmarks.Inference;

/// <summary>The page that shows the figures.</summary>
internal static class InferencePage
{
    private const string Path = "docs/benchmarks/inference.md";

    public static async Task<string> WriteAsync(string repositoryRoot, BenchmarkReport report, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(System.IO.Path.Combine(repositoryRoot, Path), TextOf(report), cancellationToken);
        return Path;
    }

    internal static string TextOf(BenchmarkReport report)
    {
        // A row's name is the model, how it was asked, and what was measured.
        var figures = report.Rows.Select(row => (Parts: row.Name.Split(InferenceSuite.Bar), Row: row)).Where(figure => figure.Parts.Length == 3).ToList();
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            # Inference

            Written by `./og bench inference --keep`, on {report.Machine.Processor}, {report.Machine.Cores} cores, {report.Machine.Runtime}, {report.Machine.PeerRuntime}. {report.Note}

            | model | asked | answered a second | plain session | ratio | until answered, ms | 99 of 100, ms | plain session, ms |
            | --- | --: | --: | --: | --: | --: | --: | --: |

            """);
        foreach (var group in figures.Where(figure => !IsSpread(figure.Parts)).GroupBy(figure => (Model: figure.Parts[0], Asked: figure.Parts[1])))
        {
            var (rate, wait, tail) = (Find(group, InferenceSuite.Rate), Find(group, InferenceSuite.Wait), Find(group, InferenceSuite.Tail));
            page.Append(
                CultureInfo.InvariantCulture,
                $"| {group.Key.Model} | {group.Key.Asked} | {Number(rate?.Value)} | {Number(rate?.Baseline)} | {Ratio(rate?.Ratio)} | {Number(wait?.Value)} | {Number(tail?.Value)} | {Number(wait?.Baseline)} |\n");
        }

        AddCuda(page, figures);
        page.Append("""

            How far answers are apart:

            | model | between ways of running it | greatest difference | of the tolerance |
            | --- | --- | --: | --: |

            """);
        foreach (var group in figures.Where(figure => IsSpread(figure.Parts)).GroupBy(figure => (Model: figure.Parts[0], Between: figure.Parts[1])))
        {
            var share = Find(group, InferenceSuite.OfTolerance);
            var held = share is null ? "none published" : $"{Small(share.Value)}{(share.Met == false ? " (missed)" : string.Empty)}";
            page.Append(
                CultureInfo.InvariantCulture,
                $"| {group.Key.Model} | {group.Key.Between[(InferenceSuite.Spread.Length + 1)..]} | {Small(Find(group, InferenceSuite.Absolute)?.Value ?? 0)} | {held} |\n");
        }

        return page.ToString();
    }

    private static void AddCuda(StringBuilder page, List<(string[] Parts, BenchmarkRow Row)> figures)
    {
        if (!figures.Exists(figure => figure.Parts[2] == InferenceSuite.CudaRate))
            return;
        page.Append("""

            | model | asked | answered a second on CUDA | on the CPU, one thread | ratio | until answered on CUDA, ms |
            | --- | --: | --: | --: | --: | --: |

            """);
        foreach (var group in figures.GroupBy(figure => (Model: figure.Parts[0], Asked: figure.Parts[1])))
        {
            if (Find(group, InferenceSuite.CudaRate) is { } rate)
            {
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"| {group.Key.Model} | {group.Key.Asked} | {Number(rate.Value)} | {Number(rate.Baseline)} | {Ratio(rate.Ratio)} | {Number(Find(group, InferenceSuite.CudaWait)?.Value)} |\n");
            }
        }
    }

    private static bool IsSpread(string[] parts) => parts[1].StartsWith(InferenceSuite.Spread, StringComparison.Ordinal);

    private static BenchmarkRow? Find(IEnumerable<(string[] Parts, BenchmarkRow Row)> group, string what) =>
        group.Where(figure => figure.Parts[2] == what).Select(figure => figure.Row).FirstOrDefault();

    private static string Ratio(double? value) => value?.ToString("0.00", CultureInfo.InvariantCulture) ?? string.Empty;

    // Three digits are as many as mean anything.
    private static string Number(double? value) => value switch
    {
        null => string.Empty,
        >= 100 => value.Value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 1 => value.Value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.000", CultureInfo.InvariantCulture),
    };

    private static string Small(double value) => value == 0 ? "0" : value.ToString("0.##E+0", CultureInfo.InvariantCulture);
}
