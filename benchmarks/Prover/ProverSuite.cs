using System.Diagnostics;
using OpenGradient.Benchmarks.Gas;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Prover;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Proving;

namespace OpenGradient.Benchmarks.Prover;

/// <summary>How long proofs of dense models take, how large they are and what memory they need.</summary>
public sealed class ProverSuite : BenchmarkSuite
{
    private const int Rounds = 5;
    private const int CommitRounds = 3;
    // What takes tens of milliseconds varies by as many.
    private const int QuickRounds = 25;
    private const int LargeBatch = 64;

    // Of a proof of 64 answers: how much longer than of one it may take.
    private const double BatchLimit = 1.3;

    // Cold: the short form. Warm: the long form over the version's cache. In milliseconds, on two threads.
    internal static readonly IReadOnlyList<ProvedModel> Models =
    [
        new("196-25-10", [196, 25, 10], ColdLimitMs: null, WarmLimitMs: null),
        new("784-56-10", [784, 56, 10], ColdLimitMs: 400, WarmLimitMs: 50),
        new("784-128-10", [784, 128, 10], ColdLimitMs: null, WarmLimitMs: null),
        new("1000-1000-10 (1M)", [1000, 1000, 10], ColdLimitMs: null, WarmLimitMs: 600),
        new("2000-2000-10 (4M)", [2000, 2000, 10], ColdLimitMs: null, WarmLimitMs: 1500, MemoryLimitMiB: 1024),
    ];

    public override string Name => "prover";

    // How many answers go into one proof.
    internal static readonly IReadOnlyList<int> Batches = [1, 8, LargeBatch];

    public override string Description => "the time, memory, bytes and receipt gas that proofs of dense models take, alone and in batches";

    public override bool IsKept => true;

    public override async Task<IReadOnlyList<string>> KeepAsync(string repositoryRoot, BenchmarkReport report, CancellationToken cancellationToken) =>
        [await ProverPage.WriteAsync(repositoryRoot, report, cancellationToken)];

    public override Task<BenchmarkReport> RunAsync(string repositoryRoot, IProgress<string> progress, CancellationToken cancellationToken) =>
        Task.Run(() => MeasureAllAsync(repositoryRoot, progress, cancellationToken), cancellationToken);

    private async Task<BenchmarkReport> MeasureAllAsync(string repositoryRoot, IProgress<string> progress, CancellationToken cancellationToken)
    {
        List<BenchmarkRow> rows = [];
        var both = new Work(2, cancellationToken);
        var file = Path.GetTempFileName();
        progress.Report("deploying all contracts");
        await using var gas = await ProverGas.OpenAsync(repositoryRoot, new Unheard(), cancellationToken);
        try
        {
            foreach (var model in Models)
            {
                progress.Report($"{model.Name}: making a setup");
                await ProverSubject.WriteSetupAsync(model, file, both);
                PeakMemory.Forget();
                progress.Report($"{model.Name}: reading the setup, and commitment");
                var watch = Stopwatch.StartNew();
                var subject = await ProverSubject.OpenAsync(model, file, both);
                rows.Add(Figure($"{model.Name}, reading the setup", "ms", watch.Elapsed.TotalMilliseconds));
                rows.Add(Memory(model, "memory of reading the setup"));
                var cache = Measure(model, subject, rows, progress, both);
                progress.Report($"{model.Name}: settling proofs");
                rows.AddRange(await gas.MeasureAsync(model.Name, subject.Model, cache, Batches, both));
            }
        }
        finally
        {
            File.Delete(file);
        }

        return new BenchmarkReport(
            Name, Machine.Describe("none"), rows,
            "Random weights of eight bits. Short proofs start from the commitment alone, long ones from the version's cache; each is verified. Times are of "
            + $"the wall clock, on a machine that should do nothing else: medians of {Rounds} rounds ({CommitRounds} of commitments) after one that is not counted. What takes long is done once, cold: "
            + "short proofs of the models of 1M and 4M, reading setups, filling caches. Memory is the most that the process held in that step, with all that an operator's process "
            + $"holds then; the setup is read from its file and checked, as by an operator. Gas is that of transaction receipts on {GasChain.Description}.");
    }

    // Its steps are this suite's.
    private sealed class Unheard : IProgress<string>
    {
        public void Report(string value)
        {
        }
    }

    private static VersionCache Measure(ProvedModel model, ProverSubject subject, List<BenchmarkRow> rows, IProgress<string> progress, Work both)
    {
        PeakMemory.Forget();
        rows.Add(RowOf($"{model.Name}, commitment", Times(CommitRounds, () => subject.Commit(both)), limit: null));
        progress.Report($"{model.Name}: long proofs");
        var watch = Stopwatch.StartNew();
        var cache = VersionCache.Fill(subject.Model, progress: null, both);
        rows.Add(Figure($"{model.Name}, filling the cache", "ms", watch.Elapsed.TotalMilliseconds));
        foreach (var threads in new[] { 1, 2 })
        {
            var work = both with { Threads = threads };
            foreach (var batch in Batches)
            {
                var limit = threads == 2 && batch == 1 ? model.WarmLimitMs : null;
                Proof? proof = null;
                rows.Add(RowOf($"{model.Name}, long, {batch}, threads {threads}", Times(Rounds, () => proof = subject.ProveLong(cache, batch, work)), limit));
                subject.Verify(proof!);
                if (threads == 1)
                    rows.Add(Figure($"{model.Name}, long, {batch}: proof", "bytes", proof!.Bytes.Length));
            }
        }

        rows.Add(Memory(model, "memory of long proofs"));
        rows.Add(BatchRow(model, ProofForm.Long, batch => subject.ProveLong(cache, batch, both)));
        PeakMemory.Forget();
        progress.Report($"{model.Name}: short proofs");
        // A short proof of a large model takes half a minute: once is enough to say so.
        var rounds = model.IsLarge ? 1 : Rounds;
        Proof? shortProof = null;
        foreach (var threads in model.IsLarge ? [2] : new[] { 1, 2 })
        {
            var work = both with { Threads = threads };
            foreach (var batch in model.IsLarge ? [1] : Batches)
            {
                var limit = threads == 2 && batch == 1 ? model.ColdLimitMs : null;
                rows.Add(RowOf($"{model.Name}, short, {batch}, threads {threads}", Times(rounds, () => shortProof = subject.ProveShort(batch, work)), limit));
                if (threads == 2)
                    rows.Add(Figure($"{model.Name}, short, {batch}: proof", "bytes", shortProof!.Bytes.Length));
            }
        }

        if (!model.IsLarge)
            rows.Add(BatchRow(model, ProofForm.Short, batch => subject.ProveShort(batch, both)));
        rows.Add(RowOf($"{model.Name}, verifying the last", Times(Rounds, () => subject.Verify(shortProof!)), limit: null));
        rows.Add(Memory(model, "memory of short proofs"));
        return cache;
    }

    // One beside the other in each round, so that a machine that changes its speed changes the ratio little.
    private static BenchmarkRow BatchRow(ProvedModel model, ProofForm form, Action<int> prove)
    {
        var ratios = new double[model.IsLarge ? Rounds : QuickRounds];
        for (var i = 0; i < ratios.Length; i++)
        {
            var one = Times(1, () => prove(1))[0];
            ratios[i] = Times(1, () => prove(LargeBatch))[0] / one;
        }

        Array.Sort(ratios);
        var median = Math.Round(ratios[ratios.Length / 2], 2);
        return Figure(BatchName(model, form), "times", 0) with { Value = median, Limit = BatchLimit, Met = median <= BatchLimit };
    }

    internal static string BatchName(ProvedModel model, ProofForm form) => $"{model.Name}, {(form == ProofForm.Long ? "long" : "short")}: {LargeBatch} answers beside one";

    /// <summary>How long each round took, from the shortest on. One round before them is not counted: it compiles the code. What is done once is done as it comes.</summary>
    internal static double[] Times(int rounds, Action action)
    {
        if (rounds > 1)
            action();
        var times = new double[rounds];
        for (var i = 0; i < rounds; i++)
        {
            var watch = Stopwatch.StartNew();
            action();
            times[i] = watch.Elapsed.TotalMilliseconds;
        }

        Array.Sort(times);
        return times;
    }

    internal static BenchmarkRow RowOf(string name, double[] sorted, double? limit)
    {
        var median = sorted[sorted.Length / 2];
        var spread = (sorted[sorted.Length * 3 / 4] - sorted[sorted.Length / 4]) / median;
        return Figure(name, "ms", median) with { Spread = Math.Round(spread, 3), Limit = limit, Met = limit is null ? null : median <= limit };
    }

    private static BenchmarkRow Memory(ProvedModel model, string name)
    {
        var used = PeakMemory.MiB;
        return Figure($"{model.Name}, {name}", "MiB", used) with { Limit = model.MemoryLimitMiB, Met = model.MemoryLimitMiB is null ? null : used <= model.MemoryLimitMiB };
    }

    internal static BenchmarkRow Figure(string name, string unit, double value) =>
        new(name, unit, Math.Round(value, 1), Spread: 0, Baseline: null, BaselineSpread: null, BaselineName: null, Ratio: null, Goal: null, Limit: null, Met: null);
}
