using OpenGradient.Benchmarks.Measuring;

namespace OpenGradient.Benchmarks.Indexer;

/// <summary>How fast the indexer fills in, follows and answers.</summary>
public sealed class IndexerSuite : BenchmarkSuite
{
    private const int Blocks = 1_500;
    private const int LogsPerBlock = 200;
    private const int BatchBlocks = 100;
    private const int Rounds = 3;
    private const int TailBlocks = 100;
    private const int ListedRows = 1_000_000;
    private const int Pages = 400;
    private const double LeastShareOfInserts = 0.7;
    private const double MostTailMs = 50;
    private const double MostPageMs = 20;

    public override string Name => "indexer";

    public override string Description => "rows a second of a back-fill over JSON-RPC, block to queryable, and pages of a list over a million rows";

    public override async Task<BenchmarkReport> RunAsync(string repositoryRoot, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("og-bench-indexer-");
        try
        {
            var cases = new IndexerCase(folder.FullName, cancellationToken);
            progress.Report($"indexer: writing {Blocks * LogsPerBlock:#,0} logs");
            var chain = new CannedChain(Blocks, LogsPerBlock);
            await using var node = await CannedNode.StartAsync(chain, cancellationToken);
            List<double> filled = [];
            List<double> inserted = [];
            List<double> followed = [];
            List<double> decoded = [];
            for (var round = 0; round <= Rounds; round++)
            {
                // The first round only warms up the code.
                progress.Report(round == 0 ? "indexer: back-fill, warming up" : $"indexer: back-fill, round {round} of {Rounds}");
                if (round == 1)
                    new[] { filled, inserted, followed, decoded }.ToList().ForEach(figures => figures.Clear());
                decoded.Add(IndexerCase.Decode(chain, BatchBlocks));
                followed.Add(await cases.FollowAsync(node, Blocks * LogsPerBlock));
                inserted.Add(await cases.InsertAsync(chain, BatchBlocks));
                filled.Add(await cases.BackfillAsync(node, Blocks * LogsPerBlock));
            }

            progress.Report("indexer: block to queryable");
            var small = new CannedChain(10, 20);
            await using var live = await CannedNode.StartAsync(small, cancellationToken);
            live.Unfinal = 5;
            var tail = await cases.TailAsync(small, live, TailBlocks);
            progress.Report($"indexer: pages over {ListedRows:#,0} rows");
            var pages = await cases.ListAsync(ListedRows, Pages);
            return new BenchmarkReport(
                Name, Machine.Describe("a canned node in this process, over HTTP"),
                [
                    Filled(filled, inserted), Rate("of which: reading and checking the chain alone", followed), Rate("of which: decoding and digesting alone", decoded),
                    Limited("block to queryable, p50", tail, 50, MostTailMs), Limited("block to queryable, p99", tail, 99, null),
                    Limited("a page of 50 of a million rows, p50", pages, 50, null), Limited("a page of 50 of a million rows, p99", pages, 99, MostPageMs),
                ],
                "Back-fill: transfers and approvals over JSON-RPC with every header hashed and every bloom filter checked, into SQLite without secondary indexes, digests and "
                + "states included; beside it the same rows, encoded beforehand, into the same tables. The node is in the same process and takes its share of the processor.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static BenchmarkRow Filled(List<double> filled, List<double> inserted)
    {
        var ratio = Percentile([.. filled.Zip(inserted, (ours, raw) => ours / raw)], 50);
        return new BenchmarkRow(
            "back-fill of ERC-20 events, SQLite", "rows/s", Math.Round(Percentile(filled, 50)), Spread(filled), Math.Round(Percentile(inserted, 50)), Spread(inserted),
            "raw inserts of the same rows", Math.Round(ratio, 2), LeastShareOfInserts, Limit: null, Met: ratio >= LeastShareOfInserts);
    }

    private static BenchmarkRow Rate(string name, List<double> rates) => new(
        name, "rows/s", Math.Round(Percentile(rates, 50)), Spread(rates), Baseline: null, BaselineSpread: null, BaselineName: null, Ratio: null, Goal: null, Limit: null, Met: null);

    private static BenchmarkRow Limited(string name, List<double> times, int percent, double? most)
    {
        var value = Math.Round(Percentile(times, percent), 2);
        return new BenchmarkRow(
            name, "ms", value, Spread: 0, Baseline: null, BaselineSpread: null, BaselineName: null, Ratio: null, Goal: null, most, Met: most is null ? null : value <= most);
    }

    private static double Percentile(List<double> values, int percent)
    {
        var sorted = values.Order().ToList();
        return sorted[(((sorted.Count * percent) + 99) / 100) - 1];
    }

    private static double Spread(List<double> values) => Math.Round((values.Max() - values.Min()) / 2 / Percentile(values, 50), 3);
}
