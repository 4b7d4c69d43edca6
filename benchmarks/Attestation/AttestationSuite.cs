using System.Diagnostics;
using OpenGradient.Attestation;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Benchmarks.Measuring;

namespace OpenGradient.Benchmarks.Attestation;

/// <summary>How much evidence one core checks, and what that allocates. Every signature, chain and list is checked anew for each.</summary>
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
            $"Medians of {Rounds} rounds of {RoundTime.TotalMilliseconds:0} ms on one thread; emulated evidence, which has as many signatures as the genuine. Collateral is read "
            + "once, and checked for every verdict."));
    }

    private static IEnumerable<BenchmarkRow> Measure(TeeType type, EmulatedEvidence evidence, AttestationVerifier verifier)
    {
        var collateral = CollateralSet.Read(evidence.Collateral);
        var policy = new AttestationPolicy { AllowEmulated = true, Nitro = new NitroPolicy { MaxAgeSeconds = 3600 } };
        Run(WarmUp);
        List<double> rates = [];
        List<double> allocated = [];
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var (count, elapsed) = Run(RoundTime);
            rates.Add(count / elapsed.TotalSeconds);
            allocated.Add((GC.GetAllocatedBytesForCurrentThread() - before) / 1024.0 / count);
        }

        yield return Row($"{type}: verdicts", "1/s", rates);
        yield return Row($"{type}: allocated for each", "KiB", allocated);

        (long Count, TimeSpan Elapsed) Run(TimeSpan time)
        {
            var count = 0L;
            var started = Stopwatch.GetTimestamp();
            do
            {
                var verdict = verifier.Verify(evidence.Kind, evidence.Evidence, collateral, policy);
                if (!verdict.Accepted)
                    throw new InvalidOperationException($"{type} was refused: {verdict.Reasons[0]}");
                count++;
            }
            while (Stopwatch.GetElapsedTime(started) < time);
            return (count, Stopwatch.GetElapsedTime(started));
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
