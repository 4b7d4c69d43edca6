using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Foundry;
using OpenGradient.Prover;
using OpenGradient.Prover.Statements;
using OpenGradient.Prover.Verifying;

namespace OpenGradient.Benchmarks.Forgeries;

/// <summary>
/// Tries to deceive the verifiers: so many forgeries of every kind against the one in C#, a tenth of them against the contract too. Any that holds, and any
/// about which the two differ, is a missed goal. It takes no times, and the same count gives the same figures on every machine.
/// </summary>
public sealed class ForgerySuite : BenchmarkSuite, ICountedSuite
{
    // What a row says of a kind, after its name and a bar.
    public const string Tried = "tried";
    public const string Held = "held";
    public const string Refused = "refused";
    public const string Shown = "shown to the contract";
    public const string Differ = "answers that differ";

    private const int DefaultCount = 100_000;
    // One in so many is shown to the contract, and a control is made for so many forgeries.
    private const int Share = 10;
    // The contract is shown as many as this where a tenth would be fewer.
    private const int FewestShown = 500;
    private const int Chunk = 2_000;

    private readonly int _count;

    public ForgerySuite()
        : this(DefaultCount)
    {
    }

    private ForgerySuite(int count) => _count = count;

    public override string Name => "forgeries";

    public override string Description => "forged proofs of every kind, counted by why each is refused, against both verifiers";

    public override bool IsKept => true;

    public BenchmarkSuite Of(int count) => new ForgerySuite(count);

    public override async Task<IReadOnlyList<string>> KeepAsync(string repositoryRoot, BenchmarkReport report, CancellationToken cancellationToken) =>
        [await ForgeryPage.WriteAsync(repositoryRoot, report, cancellationToken)];

    public override async Task<BenchmarkReport> RunAsync(string repositoryRoot, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var work = Work.OnAllCores(cancellationToken);
        var setup = await Task.Run(() => ForgeryWorld.Setup(work), cancellationToken);
        progress.Report("deploying the verifier");
        await using var contract = await ContractVerdicts.DeployAsync(repositoryRoot, setup, cancellationToken);
        var context = new ProofContext(AnvilOptions.DevelopmentChainId, contract.Verifier);
        progress.Report("proofs to forge from");
        var forger = await Task.Run(() => ForgeryWorld.Forger(setup, context, work), cancellationToken);
        var verifier = new ProofVerifier(setup.Verifier, context);
        List<BenchmarkRow> rows = [];
        foreach (var kind in forger.Kinds)
        {
            progress.Report(kind.Name);
            rows.AddRange(await TryAsync(kind, CountOf(forger, kind), verifier, contract, cancellationToken));
        }

        return new BenchmarkReport(
            Name, Machine.Describe(ContractVerdicts.Description), rows,
            $"{_count} forgeries, as many of each kind. 'Shown' and 'differ' are of the verifier contract, which answers yes or no; it is asked by eth_call.");
    }

    private int CountOf(Forger forger, ForgeryKind kind)
    {
        var alike = forger.Kinds.Where(other => other.IsControl == kind.IsControl).ToList();
        var total = kind.IsControl ? Math.Max(FewestShown, _count / Share) : _count;
        var index = alike.FindIndex(other => string.Equals(other.Name, kind.Name, StringComparison.Ordinal));
        return (int)(((long)total * (index + 1) / alike.Count) - ((long)total * index / alike.Count));
    }

    private async Task<IEnumerable<BenchmarkRow>> TryAsync(
        ForgeryKind kind, int count, ProofVerifier verifier, ContractVerdicts contract, CancellationToken cancellationToken)
    {
        var step = kind.IsControl ? 1 : Math.Clamp(_count / FewestShown, 1, Share);
        var tally = new ForgeryTally(kind);
        for (var start = 0; start < count; start += Chunk)
        {
            var forgeries = new Forgery[Math.Min(Chunk, count - start)];
            var verdicts = new ProofVerdict[forgeries.Length];
            var first = start;
            await Task.Run(
                () => Parallel.For(0, forgeries.Length, new ParallelOptions { CancellationToken = cancellationToken }, i =>
                {
                    // Of the forgery's own number: which thread makes it changes nothing.
                    forgeries[i] = kind.Make(TrueProof.RandomOf($"{kind.Name} {first + i}"));
                    verdicts[i] = verifier.Verify(forgeries[i].Statements, forgeries[i].Proof);
                }),
                cancellationToken);
            int[] shown = [.. Enumerable.Range(0, forgeries.Length).Where(i => (first + i) % step == 0)];
            var answers = await contract.AskAsync(shown.Select(i => forgeries[i]), cancellationToken);
            for (var i = 0; i < verdicts.Length; i++)
                tally.Count(verdicts[i]);
            for (var i = 0; i < shown.Length; i++)
                tally.Compare(verdicts[shown[i]], answers[i]);
        }

        return tally.Rows;
    }
}
