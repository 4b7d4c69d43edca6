using System.Globalization;
using System.Text;
using OpenGradient.Benchmarks.Measuring;

namespace OpenGradient.Benchmarks.Gas;

/// <summary>The page that shows the figures.</summary>
internal static class GasPage
{
    private const string Path = "docs/benchmarks/gas.md";

    public static async Task<string> WriteAsync(string repositoryRoot, BenchmarkReport report, CancellationToken cancellationToken)
    {
        var file = new FileInfo(System.IO.Path.Combine(repositoryRoot, Path));
        file.Directory!.Create();
        await File.WriteAllTextAsync(file.FullName, TextOf(report), cancellationToken);
        return Path;
    }

    private static string TextOf(BenchmarkReport report)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            # Gas

            Written by `./og bench gas --keep`, on {report.Machine.PeerRuntime}. A test fails when a figure grows by more than 2 %, or misses a goal that it met.

            All figures are the gas of transaction receipts: execution, data and their floor price. *First* writes memory that was empty before. All else is
            the steady state: a node that has answered in this hour, accounts that hold something. Inputs have 64 bytes, outputs 46, and the token is an
            ordinary one. *Prove* is settling by a proof of the short form that the deployed verifier checks, of samples (models): pictures of digits are four
            fifths zeros, which are cheaper to send and to check. Other proofs are a stand-in's, which costs next to nothing. What summoning
            costs depends on the draw, by some tens of gas, and is rounded up to thousands. A batch of requests is one `multicall`: a deposit, and requests that
            are paid from the account, each another question. What each step pays for stands in docs/decisions/0009-what-settling-pays-for.md,
            docs/decisions/0058-terms-that-point-at-nothing.md and docs/decisions/0065-equal-questions-are-counted.md.

            | step | gas | at the most | beside | theirs |
            | --- | --: | --: | --- | --: |

            """);
        foreach (var row in report.Rows)
        {
            var limit = row.Limit is { } most ? Number(most) + (row.Met == true ? string.Empty : " (missed)") : string.Empty;
            var theirs = row.Baseline is { } figure ? Number(figure) : string.Empty;
            page.Append(CultureInfo.InvariantCulture, $"| {row.Name} | {Number(row.Value)} | {limit} | {row.BaselineName} | {theirs} |\n");
        }

        page.Append("""

            Peers' figures are from the gas snapshots in their own repositories. Forge measures calls inside tests there, and not transactions: what a
            transaction and its data cost may be missing from them. No two networks do the same in one step: each figure stands beside the nearest of ours.


            """);
        foreach (var row in report.Rows)
        {
            if (GasPeers.Of(row.Name) is { } peer)
                page.Append(CultureInfo.InvariantCulture, $"- {peer.Name}: {peer.Source}.\n");
        }

        return page.ToString();
    }

    private static string Number(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
