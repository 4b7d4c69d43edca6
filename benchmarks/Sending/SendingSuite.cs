using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Foundry;

namespace OpenGradient.Benchmarks.Sending;

/// <summary>How many orders a second one key sends, from the queue to a block, beside a sender that sends one after another.</summary>
public sealed class SendingSuite : BenchmarkSuite
{
    // What 300 settled requests a second need: a claim of each, and their settlements in batches of 32.
    private const double NeededOrdersPerSecond = 310;
    private const int Orders = 6_000;
    private const int NaiveOrders = 150;
    private const int Rounds = 3;

    public override string Name => "sending";

    public override string Description => "orders a second of one key, from the queue to a block of a local chain";

    public override async Task<BenchmarkReport> RunAsync(string repositoryRoot, IProgress<string> progress, CancellationToken cancellationToken)
    {
        List<double> naive = [];
        List<double> ours = [];
        for (var round = 1; round <= Rounds; round++)
        {
            progress.Report($"sending, round {round} of {Rounds}");
            naive.Add(await NaiveSender.MeasureAsync(repositoryRoot, NaiveOrders, cancellationToken));
            ours.Add(await QueuedSender.MeasureAsync(repositoryRoot, Orders, cancellationToken));
        }

        return new BenchmarkReport(
            Name, Machine.Describe($"anvil {FoundryPrograms.Version}"),
            [RowOf("orders from the queue to confirmed, SQLite", ours, naive)],
            "Orders a second: each a transfer, given 50 to a database transaction, of one key. Ours on a chain that makes a block a second; the one-at-a-time sender on "
            + "one that makes a block for each transaction at once, which is the best it can get: on a chain with a block a second it comes to one order a second.");
    }

    private static BenchmarkRow RowOf(string name, List<double> ours, List<double> naive)
    {
        var value = Median(ours);
        var ratios = ours.Zip(naive, (mine, other) => mine / other).ToList();
        return new BenchmarkRow(
            name, "orders/s", Math.Round(value, 1), Spread(ours), Math.Round(Median(naive), 1), Spread(naive), "one at a time", Math.Round(Median(ratios), 2), Goal: null, Limit: null,
            Met: value >= NeededOrdersPerSecond);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private static double Spread(List<double> values) => Math.Round((values.Max() - values.Min()) / 2 / Median(values), 3);
}
