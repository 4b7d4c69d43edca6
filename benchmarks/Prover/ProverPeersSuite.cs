using System.Diagnostics;
using System.Globalization;
using System.Text;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Prover;
using OpenGradient.Prover.Proving;

namespace OpenGradient.Benchmarks.Prover;

/// <summary>A peer's proofs of the same model, weights and input, in the same run.</summary>
public sealed class ProverPeersSuite : BenchmarkSuite
{
    private const int Rounds = 5;
    private const int Batch = 64;
    private const string Peer = "snarkjs 0.7.6, Groth16";
    private const string PagePath = "docs/benchmarks/prover-peers.md";

    public override string Name => "prover-peers";

    public override string Description => "proofs of one model, beside snarkjs' Groth16 of a circuit with the same weights";

    public override bool IsKept => true;

    public override async Task<IReadOnlyList<string>> KeepAsync(string repositoryRoot, BenchmarkReport report, CancellationToken cancellationToken)
    {
        // What was not measured leaves the page as it is.
        if (!report.GoalsMet)
            return [];
        await File.WriteAllTextAsync(Path.Combine(repositoryRoot, PagePath), TextOf(report), cancellationToken);
        return [PagePath];
    }

    public override async Task<BenchmarkReport> RunAsync(string repositoryRoot, IProgress<string> progress, CancellationToken cancellationToken)
    {
        if (!Groth16Peer.IsInstalled(repositoryRoot))
        {
            // What was asked for and not measured was missed, and is not well done.
            return new BenchmarkReport(
                Name, Machine.Describe("none"), [ProverSuite.Figure($"{Peer}, installed", "programs", 0) with { Met = false }],
                "Not measured: snarkjs is not installed. Run npm ci in benchmarks/Prover/peers.");
        }

        var model = ProverSuite.Models.Single(model => string.Equals(model.Name, "784-56-10", StringComparison.Ordinal));
        var work = new Work(2, cancellationToken);
        var file = Path.GetTempFileName();
        ProverSubject subject;
        try
        {
            await Task.Run(() => ProverSubject.WriteSetupAsync(model, file, work), cancellationToken);
            subject = await Task.Run(() => ProverSubject.OpenAsync(model, file, work), cancellationToken);
        }
        finally
        {
            File.Delete(file);
        }

        progress.Report("ours");
        var watch = Stopwatch.StartNew();
        var cache = await Task.Run(() => VersionCache.Fill(subject.Model, progress: null, work), cancellationToken);
        var filling = watch.Elapsed.TotalMilliseconds;
        var before = Measure(subject, cache, work);
        progress.Report($"{Peer}: circuit, keys and proofs");
        var theirs = await Groth16Peer.MeasureAsync(repositoryRoot, subject, Rounds, cancellationToken);
        progress.Report("ours again");
        var ours = before.And(Measure(subject, cache, work));
        BenchmarkRow[] rows =
        [
            Beside("a proof, from the input on; ours short, nothing cached", ours.Short, theirs.Whole),
            Beside("a proof, from the input on; ours long, over the version's cache", ours.Long, theirs.Whole),
            Beside($"each of {Batch} proofs; ours short, in one proof", [.. ours.Batch.Select(time => time / Batch)], theirs.Whole),
            Beside("verifying", ours.Verify, theirs.Verify),
            Beside("once a model: the commitment; theirs the keys", ours.Commit, [theirs.SetupMs]),
            Beside("once a model: filling the cache; theirs the circuit and the keys", [filling], [theirs.CompileMs + theirs.SetupMs]),
            Beside("all bytes of a proof, input and output in them", [ours.Bytes], [theirs.Bytes]) with { Unit = "bytes" },
            Beside("what a model's prover keeps on disk; ours the cache, theirs the proving key", [cache.ByteLength], [theirs.KeyBytes]) with { Unit = "bytes" },
        ];
        return new BenchmarkReport(
            Name, Machine.Describe(theirs.Runtime), rows,
            string.Create(CultureInfo.InvariantCulture, $"{model.Name}, the same weights and input on both sides, two cores; medians of {Rounds} rounds of theirs between as many of ours, before and after. Their circuit has its "
            + $"weights as constants, {theirs.Constraints} constraints and {theirs.PublicSignals} public signals (input and output, packed), and needs keys of its own for each model, from a "
            + $"ceremony of its own. circom 2 took {theirs.CompileMs / 1000:0.#} s for it, keys {theirs.SetupMs / 1000:0.#} s, and their process {theirs.PeakMiB:0} MiB at the most."));
    }

    private static Ours Measure(ProverSubject subject, VersionCache cache, Work work)
    {
        Proof? proof = null;
        return new Ours(
            ProverSuite.Times(Rounds, () => proof = subject.ProveShort(1, work)), ProverSuite.Times(Rounds, () => subject.ProveLong(cache, 1, work)),
            ProverSuite.Times(1, () => subject.ProveShort(Batch, work)), ProverSuite.Times(Rounds, () => subject.Verify(proof!)), ProverSuite.Times(Rounds, () => subject.Commit(work)),
            proof!.Bytes.Length);
    }

    private static BenchmarkRow Beside(string name, double[] ours, double[] theirs)
    {
        Array.Sort(ours);
        Array.Sort(theirs);
        var peer = ProverSuite.RowOf(name, theirs, limit: null);
        return ProverSuite.RowOf(name, ours, limit: null) with
        {
            Baseline = peer.Value,
            BaselineSpread = peer.Spread,
            BaselineName = Peer,
            Ratio = Math.Round(theirs[theirs.Length / 2] / ours[ours.Length / 2], 2),
        };
    }

    private static string TextOf(BenchmarkReport report)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            # Proving beside a peer

            Written by `./og bench prover-peers --keep`, on {report.Machine.Processor}, {report.Machine.Cores} cores, {report.Machine.Runtime}, {report.Machine.PeerRuntime}. {report.Note}

            Times that a busy machine gives are worth little alone; ratios are of the same run. What the prover takes on a quiet machine is in [prover.md](prover.md).

            | 784-56-10 | unit | ours | {Peer} | theirs ÷ ours |
            | --- | --- | --: | --: | --: |

            """);
        foreach (var row in report.Rows)
            page.Append(CultureInfo.InvariantCulture, $"| {row.Name} | {row.Unit} | {Number(row.Value)} | {Number(row.Baseline)} | {row.Ratio:0.##} |\n");
        page.Append("""

            snarkjs and circom come from npm, are pinned in `benchmarks/Prover/peers`, and are for this benchmark and a few tests alone; `npm ci` there installs them, and without them this
            fails. Their powers of tau are made by the benchmark, once, with one contribution: safe for nothing.

            Not measured: EZKL. Its npm package, `@ezkljs/engine` 21, makes keys and proofs of circuits that are compiled already, and has no way to compile one; the program that does is not on npm.

            """);
        return page.ToString();
    }

    private static string Number(double? value) => value?.ToString(value < 100 ? "0.#" : "#,0", CultureInfo.InvariantCulture) ?? string.Empty;

    // All in milliseconds.
    private sealed record Ours(double[] Short, double[] Long, double[] Batch, double[] Verify, double[] Commit, int Bytes)
    {
        public Ours And(Ours other) => new(
            [.. Short, .. other.Short], [.. Long, .. other.Long], [.. Batch, .. other.Batch], [.. Verify, .. other.Verify], [.. Commit, .. other.Commit], Bytes);
    }
}
