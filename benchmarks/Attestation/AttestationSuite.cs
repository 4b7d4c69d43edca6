using OpenGradient.Attestation;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Benchmarks.Measuring;

namespace OpenGradient.Benchmarks.Attestation;

/// <summary>How much evidence one core checks, and what that allocates. Chains, dates, lists and policy are checked for each; signatures of collateral that is kept are verified once.</summary>
public sealed class AttestationSuite : BenchmarkSuite
{
    private const int Rounds = 9;

    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(200);

    public override string Name => "attestation";

    public override string Description => "verdicts a second on one core, of each kind of evidence, and what they allocate";

    public override Task<BenchmarkReport> RunAsync(string repositoryRoot, IProgress<string> progress, CancellationToken cancellationToken)
    {
        using var roots = EmulatedRoots.Generate();
        var verifier = new AttestationVerifier(TrustAnchors.Production.With(roots.Anchors), TimeProvider.System);
        var attester = new EmulatedAttester(roots, TimeProvider.System);
        List<BenchmarkRow> rows = [];
        foreach (var type in Enum.GetValues<TeeType>())
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress.Report($"{type}");
            rows.AddRange(Measure(type, attester.Attest(type, []), verifier));
        }

        return Task.FromResult(new BenchmarkReport(
            Name, Machine.Describe("no peer"), rows,
            $"Medians of {Rounds} rounds of {RoundTime.TotalMilliseconds:0} ms, a second of the processor's time. Emulated evidence, which has as many signatures as the genuine. Unless it "
            + "says otherwise collateral is kept: what it says is checked for every verdict, its signatures once."));
    }

    private static IEnumerable<BenchmarkRow> Measure(TeeType type, EmulatedEvidence evidence, AttestationVerifier verifier)
    {
        var collateral = CollateralSet.Read(evidence.Collateral);
        var policy = new AttestationPolicy { AllowEmulated = true, Nitro = new NitroPolicy { MaxAgeSeconds = 3600 } };
        yield return Rate($"{type}: verdicts", () => collateral);
        if (evidence.Collateral.Count > 0)
            yield return Rate($"{type}: verdicts, collateral read anew", () => CollateralSet.Read(evidence.Collateral));
        yield return Row($"{type}: allocated for each verdict", "KiB", Rounded(() => collateral, allocated: true));

        BenchmarkRow Rate(string name, Func<CollateralSet> read) => Row(name, "1/s", Rounded(read, allocated: false));

        List<double> Rounded(Func<CollateralSet> read, bool allocated)
        {
            Run(read, WarmUp);
            List<double> values = [];
            for (var round = 0; round < Rounds; round++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var (count, elapsed) = Run(read, RoundTime);
                values.Add(allocated ? (GC.GetAllocatedBytesForCurrentThread() - before) / 1024.0 / count : count / elapsed.TotalSeconds);
            }

            return values;
        }

        // By the processor's time: other programs on the machine then change little.
        (long Count, TimeSpan Elapsed) Run(Func<CollateralSet> read, TimeSpan time)
        {
            var count = 0L;
            var started = Environment.CpuUsage.TotalTime;
            TimeSpan elapsed;
            do
            {
                var verdict = verifier.Verify(evidence.Kind, evidence.Evidence, read(), policy);
                if (!verdict.Accepted)
                    throw new InvalidOperationException($"{type} was refused: {verdict.Reasons[0]}");
                count++;
                elapsed = Environment.CpuUsage.TotalTime - started;
            }
            while (elapsed < time);
            return (count, elapsed);
        }
    }

    private static BenchmarkRow Row(string name, string unit, List<double> values)
    {
        values.Sort();
        var median = values[Rounds / 2];
        return new BenchmarkRow(
            name, unit, Math.Round(median, 1), Math.Round((values[Rounds * 3 / 4] - values[Rounds / 4]) / median, 3), Baseline: null, BaselineSpread: null, BaselineName: null,
            Ratio: null, Goal: null, Limit: null, Met: null);
    }
}
