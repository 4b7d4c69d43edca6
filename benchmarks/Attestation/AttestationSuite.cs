using System.Security.Cryptography;
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
    private const int RoundCount = 9;
    private const int SignedBytes = 600;

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
            rows.AddRange(Measure(type, attester.Attest(type, []), verifier, SignaturesAlone(type)));
        }

        return Task.FromResult(new BenchmarkReport(
            Name, Machine.Describe("the signatures of a verdict alone, by .NET's ECDsa"), rows,
            $"Medians of {RoundCount} rounds of {RoundTime.TotalMilliseconds:0} ms, a second of the processor's time. Emulated evidence, which has as many signatures as the genuine. Unless it "
            + "says otherwise collateral is kept: what it says is checked for every verdict, its signatures once. The baseline verifies as many signatures as such a verdict needs, each "
            + "with the import of its key, and nothing else: what is missing to 1 is reading, hashing and checking."));
    }

    // A quote: its own, its quoting enclave's, three certificates. A document: its own, three certificates. A GPU: its own, five certificates.
    private static Action SignaturesAlone(TeeType type)
    {
        var isP256 = type is TeeType.Sgx or TeeType.Tdx;
        var count = type switch { TeeType.Sgx or TeeType.Tdx => 5, TeeType.Nitro => 4, TeeType.Snp => 1, _ => 6 };
        var hash = isP256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA384;
        var data = new byte[SignedBytes];
        byte[] spki, signature;
        using (var key = ECDsa.Create(isP256 ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384))
            (spki, signature) = (key.ExportSubjectPublicKeyInfo(), key.SignData(data, hash));
        return () =>
        {
            for (var i = 0; i < count; i++)
            {
                using var key = ECDsa.Create();
                key.ImportSubjectPublicKeyInfo(spki, out _);
                if (!key.VerifyData(data, signature, hash))
                    throw new InvalidOperationException("A signature of our own does not hold.");
            }
        };
    }

    private static IEnumerable<BenchmarkRow> Measure(TeeType type, EmulatedEvidence evidence, AttestationVerifier verifier, Action signatures)
    {
        var collateral = CollateralSet.Read(evidence.Collateral);
        var policy = new AttestationPolicy { AllowEmulated = true, Nitro = new NitroPolicy { MaxAgeSeconds = 3600 } };
        var baseline = Rounds(signatures);
        yield return Row($"{type}: verdicts", "1/s", Rounds(() => Judge(collateral)), baseline);
        if (evidence.Collateral.Count > 0)
            yield return Row($"{type}: verdicts, collateral read anew", "1/s", Rounds(() => Judge(CollateralSet.Read(evidence.Collateral))), baseline);
        yield return Row($"{type}: allocated for each verdict", "KiB", Rounds(() => Judge(collateral), allocated: true), baseline: null);

        void Judge(CollateralSet against)
        {
            var verdict = verifier.Verify(evidence.Kind, evidence.Evidence, against, policy);
            if (!verdict.Accepted)
                throw new InvalidOperationException($"{type} was refused: {verdict.Reasons[0]}");
        }
    }

    private static List<double> Rounds(Action work, bool allocated = false)
    {
        Run(work, WarmUp);
        List<double> values = [];
        for (var round = 0; round < RoundCount; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var (count, elapsed) = Run(work, RoundTime);
            values.Add(allocated ? (GC.GetAllocatedBytesForCurrentThread() - before) / 1024.0 / count : count / elapsed.TotalSeconds);
        }

        values.Sort();
        return values;
    }

    // By the processor's time: other programs on the machine then change little.
    private static (long Count, TimeSpan Elapsed) Run(Action work, TimeSpan time)
    {
        var count = 0L;
        var started = Environment.CpuUsage.TotalTime;
        TimeSpan elapsed;
        do
        {
            work();
            count++;
            elapsed = Environment.CpuUsage.TotalTime - started;
        }
        while (elapsed < time);
        return (count, elapsed);
    }

    private static BenchmarkRow Row(string name, string unit, List<double> values, List<double>? baseline)
    {
        var (median, alone) = (MedianOf(values), baseline is null ? (double?)null : MedianOf(baseline));
        return new BenchmarkRow(
            name, unit, Math.Round(median, 1), SpreadOf(values), Baseline: alone is { } value ? Math.Round(value, 1) : null, baseline is null ? null : SpreadOf(baseline),
            baseline is null ? null : "signatures alone", alone is { } other ? Math.Round(median / other, 2) : null, Goal: null, Limit: null, Met: null);
    }

    private static double MedianOf(List<double> sorted) => sorted[RoundCount / 2];

    private static double SpreadOf(List<double> sorted) => Math.Round((sorted[RoundCount * 3 / 4] - sorted[RoundCount / 4]) / MedianOf(sorted), 3);
}
