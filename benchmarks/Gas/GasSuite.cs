using OpenGradient.Benchmarks.Gas.Proofs;
using OpenGradient.Benchmarks.Measuring;

namespace OpenGradient.Benchmarks.Gas;

/// <summary>What each step of a request costs on a chain: the gas of transaction receipts, data and all.</summary>
public sealed class GasSuite : BenchmarkSuite
{
    private const string Note =
        "Gas of transaction receipts, with their data. 'First' writes memory that was empty; all else is the steady state: a node that has answered in "
        + "this hour, accounts that hold something. 'settle Proven' is with the stand-in for a verifier, which costs next to nothing; 'prove' with the real one, in "
        + "the short form. Peers' figures are their own: docs/benchmarks/gas.md says from where.";

    // What a step may cost at the most.
    private static readonly Dictionary<string, ulong> Limits = new(StringComparer.Ordinal)
    {
        ["request, 64 bytes"] = 85_000,
        ["claim"] = 55_000,
        ["settle Signed"] = 75_000,
        ["settle Signed, each of a batch of 32"] = 32_000,
        ["settle Attested, beyond Signed"] = 10_000,
        ["prove a digit (784-56-10)"] = 320_000,
        ["prove a digit, each of a batch of 16"] = 100_000,
        ["prove 784-56-10 of an input without a zero"] = 320_000,
        ["prove 784-56-10 of inputs without a zero, each of a batch of 16"] = 100_000,
        ["prove a forecast, each of a batch of 32"] = 72_000,
        ["deliver with the settlement, beside the callback's own gas"] = 12_000,
    };

    public override string Name => "gas";

    public override string Description => "what each step of a request costs on a chain, beside what peers publish";

    public override bool IsKept => true;

    public override async Task<BenchmarkReport> RunAsync(string repositoryRoot, IProgress<string> progress, CancellationToken cancellationToken)
    {
        progress.Report("deploying all contracts");
        await using var chain = await GasChain.StartAsync(repositoryRoot, cancellationToken);
        var world = new GasWorld(chain, progress);
        await RegisteringCases.RunAsync(world, cancellationToken);
        await AnsweringCases.RunAsync(world, cancellationToken);
        await ProvingCases.RunAsync(world, cancellationToken);
        await ProofCases.RunAsync(world, repositoryRoot, cancellationToken);
        await QuorumCases.RunAsync(world, cancellationToken);
        await CourtCases.RunAsync(world, cancellationToken);
        await AnsweringCases.CollectAsync(world, cancellationToken);
        var rows = world.Figures.Select(figure => RowOf(figure.Key, figure.Value));
        return new BenchmarkReport(Name, Machine.Describe(GasChain.Description), [.. rows], Note);
    }

    public override async Task<IReadOnlyList<string>> KeepAsync(string repositoryRoot, BenchmarkReport report, CancellationToken cancellationToken) =>
    [
        await GasSnapshot.WriteAsync(repositoryRoot, report, cancellationToken),
        await GasPage.WriteAsync(repositoryRoot, report, cancellationToken),
    ];

    private static BenchmarkRow RowOf(string name, ulong gas)
    {
        ulong? limit = Limits.TryGetValue(name, out var most) ? most : null;
        var peer = GasPeers.Of(name);
        return new BenchmarkRow(
            name, "gas", gas, Spread: 0, peer?.Gas, BaselineSpread: null, peer?.Name, peer is null ? null : Math.Round((double)peer.Gas / gas, 3),
            Goal: null, limit, limit is null ? null : gas <= limit);
    }
}
