using System.Globalization;
using System.Text;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Prover.Layout;

namespace OpenGradient.Benchmarks.Prover;

/// <summary>The page that shows the figures.</summary>
internal static class ProverPage
{
    private const string Path = "docs/benchmarks/prover.md";

    public static async Task<string> WriteAsync(string repositoryRoot, BenchmarkReport report, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(System.IO.Path.Combine(repositoryRoot, Path), TextOf(report), cancellationToken);
        return Path;
    }

    internal static string TextOf(BenchmarkReport report)
    {
        var figures = report.Rows.ToDictionary(row => row.Name, row => row, StringComparer.Ordinal);
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            # Proving

            Written by `./og bench prover --keep`, on {report.Machine.Processor}, {report.Machine.Cores} cores, {report.Machine.VectorBits}-bit vectors, {report.Machine.Runtime}. {report.Note}

            | model | form | answers | ms, 1 thread | ms, 2 threads | at the most | proof, bytes |
            | --- | --- | --: | --: | --: | --: | --: |

            """);
        foreach (var model in ProverSuite.Models)
        {
            foreach (var form in new[] { "short", "long" })
            {
                foreach (var batch in ProverSuite.Batches)
                {
                    var (one, two) = (Find($"{model.Name}, {form}, {batch}, threads 1"), Find($"{model.Name}, {form}, {batch}, threads 2"));
                    if (one is null && two is null)
                        continue;
                    var limit = two?.Limit is { } most ? Number(most) + (two.Met == true ? string.Empty : " (missed)") : string.Empty;
                    page.Append(CultureInfo.InvariantCulture, $"| {model.Name} | {form} | {batch} | {Show(one)} | {Show(two)} | {limit} | {Show(Find($"{model.Name}, {form}, {batch}: proof"))} |\n");
                }
            }
        }

        page.Append("""

            A proof of 64 answers beside one of one answer, on two threads, how many times as long; each round has both, and there are 25, of large models 5.

            | model | short | long | at the most |
            | --- | --: | --: | --: |

            """);
        foreach (var model in ProverSuite.Models)
        {
            BenchmarkRow?[] beside = [Find(ProverSuite.BatchName(model, ProofForm.Short)), Find(ProverSuite.BatchName(model, ProofForm.Long))];
            if (Array.Find(beside, row => row is not null) is not { } known)
                continue;
            page.Append(CultureInfo.InvariantCulture, $"| {model.Name} | {string.Join(" | ", beside.Select(row => row is null ? string.Empty : $"{Times(row.Value)}{(row.Met == false ? " (missed)" : string.Empty)}"))} | {Times(known.Limit ?? 0)} |\n");
        }

        page.Append("""

            | model | reading the setup, ms | commitment, ms | filling the cache, ms | verifying, ms | memory of reading the setup, MiB | of long proofs, MiB | of short ones, MiB | at the most |
            | --- | --: | --: | --: | --: | --: | --: | --: | --: |

            """);
        foreach (var model in ProverSuite.Models)
        {
            string[] columns = ["reading the setup", "commitment", "filling the cache", "verifying the last", "memory of reading the setup", "memory of long proofs", "memory of short proofs"];
            var limit = model.MemoryLimitMiB is { } most ? Number(most) + (columns.Any(column => Find($"{model.Name}, {column}")?.Met == false) ? " (missed)" : string.Empty) : string.Empty;
            page.Append(CultureInfo.InvariantCulture, $"| {model.Name} | {string.Join(" | ", columns.Select(column => Show(Find($"{model.Name}, {column}"))))} | {limit} |\n");
        }

        page.Append(CultureInfo.InvariantCulture, $"""

            Receipt gas of settling an answer by a proof: `settleProven` of the hub, with the verifier's check, payment, events and data, on a local chain with all contracts; of a batch, each answer's part. The
            requests are assigned to the node, which needs no claim, and ask for no callback. Nodes take transactions of at most {ProverGas.MostBytes:#,0} bytes: where a batch would have more, its bytes stand here, and
            it goes as several.

            | model | form |{string.Concat(ProverSuite.Batches.Select(batch => batch == 1 ? " 1 answer |" : $" each of {batch} |"))}
            | --- | --- |{string.Concat(ProverSuite.Batches.Select(_ => " --: |"))}

            """);
        foreach (var model in ProverSuite.Models)
        {
            foreach (var form in new[] { ProofForm.Short, ProofForm.Long })
            {
                var cells = ProverSuite.Batches.Select(batch =>
                    Find(ProverGas.NameOf(model.Name, form, batch)) is { } gas ? Number(gas.Value)
                    : Find(ProverGas.NameOfLength(model.Name, form, batch)) is { } length ? $"too long: {Number(length.Value)} bytes" : string.Empty).ToList();
                if (cells.Exists(cell => cell.Length > 0))
                    page.Append(CultureInfo.InvariantCulture, $"| {model.Name} | {(form == ProofForm.Long ? "long" : "short")} | {string.Join(" | ", cells)} |\n");
            }
        }

        return page.ToString();

        BenchmarkRow? Find(string name) => figures.GetValueOrDefault(name);
    }

    private static string Show(BenchmarkRow? row) => row is null ? string.Empty : Number(row.Value);

    private static string Times(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString(value < 100 ? "0.#" : "#,0", CultureInfo.InvariantCulture);
}
