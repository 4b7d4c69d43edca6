using System.Diagnostics;
using OpenGradient.Benchmarks.Indexer.Pages;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Database;

namespace OpenGradient.Benchmarks.Indexer;

/// <summary>How fast the indexer fills in, follows and answers, and how much memory it takes.</summary>
public sealed class IndexerSuite : BenchmarkSuite
{
    private const int Blocks = 6_000;
    private const int LogsPerBlock = 200;
    private const int BatchBlocks = IndexerCase.LogsPerQuestion / LogsPerBlock;
    private const int Rounds = 3;
    private const int WarmUps = 2;
    private const int TailBlocks = 100;
    private const int ListedRows = 1_000_000;
    private const int Clients = 50;
    private const int PagesEach = 60;
    private const int ViewedRequests = 250_000;
    private const int QuestionsEach = 100;
    private const int LongBlocks = 50_000;
    private const int PeerBlocks = 150;
    private const int PeerEmptyBlocks = 100;
    private const double LeastShareOfInserts = 0.7;
    private const double LeastTimesPeer = 20;
    private const double MostTailMs = 50;
    private const double MostPageMs = 20;
    private const double MostMemoryMiB = 300;

    public override string Name => "indexer";

    public override string Description => "rows a second of a back-fill over JSON-RPC, beside raw inserts and beside Ponder; block to queryable; pages of lists and views; memory";

    public override bool IsKept => true;

    public override async Task<IReadOnlyList<string>> KeepAsync(string repositoryRoot, BenchmarkReport report, CancellationToken cancellationToken) =>
        [await IndexerPage.WriteAsync(repositoryRoot, report, cancellationToken)];

    public override async Task<BenchmarkReport> RunAsync(string repositoryRoot, IProgress<string> progress, CancellationToken cancellationToken)
    {
        await using var databases = new BenchDatabases();
        var cases = new IndexerCase(databases, cancellationToken);
        List<Engine> engines = BenchDatabases.HasPostgres ? [Engine.Sqlite, Engine.Postgres] : [Engine.Sqlite];
        // First, while the process holds nothing else.
        progress.Report($"indexer: memory over {LongBlocks * LogsPerBlock:#,0} rows");
        List<BenchmarkRow> rows = [await MemoryAsync(cases, cancellationToken)];
        foreach (var engine in engines)
        {
            rows.AddRange(await FillAsync(cases, CannedLogs.Tokens(LogsPerBlock, keepsBalances: true), "ERC-20 events and balances", engine, progress, cancellationToken));
            rows.AddRange(await FillAsync(cases, CannedLogs.Tokens(LogsPerBlock), "ERC-20 events", engine, progress, cancellationToken));
            rows.AddRange(await FillAsync(cases, CannedLogs.Hub(LogsPerBlock), "our own events", engine, progress, cancellationToken));
        }

        progress.Report("indexer: Ponder beside us");
        var (peer, missing) = await PeerAsync(cases, repositoryRoot, progress, cancellationToken);
        rows.Add(peer);
        foreach (var engine in engines)
        {
            progress.Report($"indexer: block to queryable, {engine}");
            var tail = await TailCase.MeasureAsync(databases, engine, TailBlocks, cancellationToken);
            rows.AddRange([Limited($"block to queryable, {engine}, p50", tail, 50, MostTailMs), Limited($"block to queryable, {engine}, p99", tail, 99, null)]);
            progress.Report($"indexer: pages over {ListedRows:#,0} rows, {engine}");
            var pages = await ListCase.MeasureAsync(databases, engine, ListedRows, Clients, PagesEach, cancellationToken);
            foreach (var (how, times) in new[] { ("each asking ten times a second", pages.Paced), ("each asking without a pause", pages.Greedy) })
            {
                var what = $"a page of 50 of a million rows, {Clients} clients {how}, {engine}";
                rows.AddRange([Limited($"{what}, p50", times, 50, null), Limited($"{what}, p99", times, 99, MostPageMs)]);
            }

            progress.Report($"indexer: views over {ViewedRequests:#,0} requests, {engine}");
            foreach (var (what, times) in await ViewCase.MeasureAsync(databases, engine, ViewedRequests, QuestionsEach, cancellationToken))
                rows.AddRange([Limited($"{what}, of {ViewedRequests:#,0} requests, {engine}, p50", times, 50, null), Limited($"{what}, of {ViewedRequests:#,0} requests, {engine}, p99", times, 99, null)]);
        }

        return new BenchmarkReport(
            Name, Machine.Describe("Ponder 1.0.0 on its own store, a canned node in this process over HTTP"), rows,
            "A back-fill is over JSON-RPC, with every header hashed and every bloom filter checked, into tables without secondary indexes, digests and states included; beside it the same "
            + $"rows and balances, encoded beforehand, into the same tables in the same run: of {Rounds} rounds the one whose ratio is the median, both figures; and the same inserts once more while a follower reads and checks the same chain over and over, which is "
            + "what a back-fill must do at the same time, with what is left of the machine. Ponder asks the same node for the "
            + "same events and keeps rows and balances alike, from its first question for logs until it is ready. Node, clients and whoever is measured share the processor; memory is that of the "
            + "process that fills in, with its node in another." + missing);
    }

    private static async Task<IReadOnlyList<BenchmarkRow>> FillAsync(
        IndexerCase cases, CannedLogs logs, string what, Engine engine, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var chain = new CannedChain(logs, Blocks);
        await using var node = await CannedNode.StartAsync(chain, cancellationToken);
        List<double> filled = [], inserted = [], crowded = [], followed = [], decoded = [];
        for (var round = 1 - WarmUps; round <= Rounds; round++)
        {
            progress.Report(round <= 0 ? $"indexer: back-fill of {what}, {engine}, warming up" : $"indexer: back-fill of {what}, {engine}, round {round} of {Rounds}");
            var alone = await cases.FollowAsync(chain, node);
            var (encoding, inserting) = await cases.InsertAsync(chain, BatchBlocks, engine);
            var crowding = await cases.InsertWhileReadAsync(chain, node, BatchBlocks, engine);
            var filling = await cases.BackfillAsync(chain, node, engine);
            // The first rounds only warm up the code.
            if (round <= 0)
                continue;
            followed.Add(alone);
            decoded.Add(encoding);
            inserted.Add(inserting);
            crowded.Add(crowding);
            filled.Add(filling);
        }

        var (ours, raw) = MedianPair([.. filled.Zip(inserted)]);
        var row = new BenchmarkRow(
            $"back-fill of {what}, {engine}", "rows/s", Math.Round(ours), Spread(filled), Math.Round(raw), Spread(inserted),
            "raw inserts of the same rows", Math.Round(ours / raw, 2), LeastShareOfInserts, Limit: null, Met: ours / raw >= LeastShareOfInserts);
        var (beside, shared) = MedianPair([.. filled.Zip(crowded)]);
        var crowdedRow = new BenchmarkRow(
            $"the same back-fill of {what}, {engine}", "rows/s", Math.Round(beside), Spread(filled), Math.Round(shared), Spread(crowded),
            "the same inserts while the chain is read beside them", Math.Round(beside / shared, 2), Goal: null, Limit: null, Met: null);
        return engine == Engine.Sqlite
            ? [row, crowdedRow, Rate($"of which: reading and checking the chain alone, {what}", followed), Rate($"of which: decoding and digesting alone, {what}", decoded)]
            : [row, crowdedRow];
    }

    private static async Task<(BenchmarkRow Row, string Missing)> PeerAsync(IndexerCase cases, string repositoryRoot, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var chain = new CannedChain(CannedLogs.Tokens(LogsPerBlock, keepsBalances: true), PeerBlocks, PeerEmptyBlocks);
        await using var ours = await CannedNode.StartAsync(chain, cancellationToken);
        var rate = await cases.BackfillAsync(chain, ours, Engine.Sqlite);
        await using var theirs = await CannedNode.StartAsync(chain, cancellationToken);
        try
        {
            return (PeerRow(rate, await PonderPeer.MeasureAsync(repositoryRoot, theirs, PeerBlocks, PeerBlocks * LogsPerBlock, cancellationToken)), "");
        }
        catch (Exception failure) when (PonderPeer.IsFailure(failure, cancellationToken))
        {
            // What was measured of ours is not lost with the peer; the goal beside it is.
            progress.Report($"indexer: Ponder was not measured: {failure.Message}");
            return (PeerRow(rate, theirs: null), $" Ponder was not measured: {failure.Message}");
        }
    }

    /// <summary>Both rates, and whether the goal was reached: what nobody measured was not.</summary>
    internal static BenchmarkRow PeerRow(double ours, double? theirs) => new(
        "back-fill of ERC-20 events and balances, beside Ponder", "events/s", Math.Round(ours), Spread: 0, theirs is { } rate ? Math.Round(rate) : null, theirs is null ? null : 0,
        theirs is null ? "Ponder 1.0.0, not measured" : "Ponder 1.0.0", theirs is { } other ? Math.Round(ours / other, 1) : null, LeastTimesPeer, Limit: null,
        Met: ours / theirs >= LeastTimesPeer);

    /// <summary>The round whose ratio is the median: the figures that stand beside a ratio are those it is of.</summary>
    internal static (double Ours, double Raw) MedianPair(IReadOnlyList<(double Ours, double Raw)> rounds)
    {
        var sorted = rounds.OrderBy(round => round.Ours / round.Raw).ToList();
        return sorted[(sorted.Count - 1) / 2];
    }

    private static async Task<BenchmarkRow> MemoryAsync(IndexerCase cases, CancellationToken cancellationToken)
    {
        await using var node = await CannedNodeProcess.StartAsync(LongBlocks, LogsPerBlock, cancellationToken);
        using var process = Process.GetCurrentProcess();
        var most = 0L;
        await cases.BackfillAsync(CannedLogs.Tokens(LogsPerBlock).Family, (long)LongBlocks * LogsPerBlock, node.Address, Engine.Sqlite, () =>
        {
            process.Refresh();
            most = Math.Max(most, process.WorkingSet64);
        });
        var value = Math.Round(most / (double)(1 << 20));
        return new BenchmarkRow(
            $"memory at most, back-fill of {LongBlocks * LogsPerBlock:#,0} rows", "MiB", value, Spread: 0, Baseline: null, BaselineSpread: null, BaselineName: null, Ratio: null,
            Goal: null, MostMemoryMiB, Met: value <= MostMemoryMiB);
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
