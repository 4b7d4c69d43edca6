using System.Globalization;
using System.Text;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Prover.Verifying;

namespace OpenGradient.Benchmarks.Forgeries;

/// <summary>The page that shows the counts.</summary>
internal static class ForgeryPage
{
    private const string Path = "docs/benchmarks/forgeries.md";

    public static async Task<string> WriteAsync(string repositoryRoot, BenchmarkReport report, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(System.IO.Path.Combine(repositoryRoot, Path), TextOf(report), cancellationToken);
        return Path;
    }

    internal static string TextOf(BenchmarkReport report)
    {
        var figures = report.Rows.ToDictionary(row => row.Name, row => row.Value, StringComparer.Ordinal);
        var kinds = report.Rows.Select(row => row.Name[..row.Name.IndexOf(" | ", StringComparison.Ordinal)]).Distinct(StringComparer.Ordinal).ToList();
        var faults = Enum.GetValues<ProofFault>();
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            # Forgeries

            Written by `./og bench forgeries --keep`. {report.Note} Proofs start from models of four shapes, both forms, one inference and three; 'commits fit' means that
            the statements say what the changed bytes reveal, so that nothing is left to refuse but what is proved. Controls must hold: they show that neither verifier refuses
            everything, and, being of drawn descriptors, accumulators and inputs at all ends of their ranges, that both compute the same of them. Who knows a setup's secret
            proves anything: the setup here is a development one. The same command gives the same counts on every machine.

            | what is tried | tried | {string.Join(" | ", faults)} | held | shown to the contract | differ |
            | --- | --: | {string.Join(" | ", faults.Select(_ => "--:"))} | --: | --: | --: |

            """);
        foreach (var kind in kinds)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {kind} | {Show(kind, ForgerySuite.Tried)} | ");
            page.AppendJoin(" | ", faults.Select(fault => Show(kind, $"{ForgerySuite.Refused}: {fault}")));
            page.Append(CultureInfo.InvariantCulture, $" | {Show(kind, ForgerySuite.Held)} | {Show(kind, ForgerySuite.Shown)} | {Show(kind, ForgerySuite.Differ)} |\n");
        }

        return page.ToString();

        string Show(string kind, string figure) =>
            figures.TryGetValue(ForgeryTally.NameOf(kind, figure), out var value) ? value.ToString("#,0", CultureInfo.InvariantCulture) : string.Empty;
    }
}
