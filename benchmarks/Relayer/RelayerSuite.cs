using System.Diagnostics;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Foundry;

namespace OpenGradient.Benchmarks.Relayer;

/// <summary>What the relayer adds to model and chain, and how much it gets through.</summary>
public sealed class RelayerSuite : BenchmarkSuite
{
    private const double NeededPerSecond = 300;
    private const double MostMedianMs = 5;
    private const double MostTailMs = 25;
    private const int Requests = 1_500;
    private const int ClaimedRequests = 6_000;
    private const int NaiveRequests = 100;
    private const int Singles = 300;
    private const int Backlog = 10_000;

    public override string Name => "relayer";

    public override string Description => "the relayer's own time per request, settled requests a second, and memory over a backlog";

    public override async Task<BenchmarkReport> RunAsync(string repositoryRoot, IProgress<string> progress, CancellationToken cancellationToken)
    {
        progress.Report("one transaction for each request, waiting for each");
        var naive = await NaiveNode.MeasureAsync(repositoryRoot, NaiveRequests, cancellationToken);
        List<BenchmarkRow> rows = [];
        progress.Report("overhead of single requests");
        rows.AddRange(await OverheadAsync(repositoryRoot, cancellationToken));
        foreach (var batch in (int[])[1, 8, 64])
        {
            progress.Report($"{Requests} requests, in batches of {batch}");
            var rate = await AssignedAsync(repositoryRoot, batch, cancellationToken);
            rows.Add(RateRow($"assigned requests, batches of {batch}", rate, naive, batch == 64));
        }

        progress.Report($"{ClaimedRequests} requests that are claimed first");
        rows.AddRange(await ClaimedAsync(repositoryRoot, naive, cancellationToken));
        progress.Report($"memory over a backlog of {Backlog}");
        rows.AddRange(await BacklogAsync(repositoryRoot, cancellationToken));
        return new BenchmarkReport(
            Name, Machine.Describe($"anvil {FoundryPrograms.Version}"), rows,
            "Everything shares the machine's cores: chain, relayer, model and whoever asks. Rates are from the relayer's start with all requests mined to the last "
            + "one settled, on a chain with a block a second; the baseline settles one after another without storing anything, on a chain that mines each transaction "
            + "at once. Overhead is from the request's being told to its settlement's being ordered, less the model's time, without waiting for company; preparing and filing are the "
            + "pipeline's own word of two of its steps. What the relayer sent for claimed requests is sent once more to the chain as it was, in two waves, all claims and then all batches, without computing "
            + "or signing: what chain and sending take of it. Batches that were sent while claims still come would be quicker. The model is a 16-64-32-3 network in integers.");
    }

    private static async Task<IReadOnlyList<BenchmarkRow>> OverheadAsync(string root, CancellationToken stop)
    {
        await using var network = await BenchNetwork.StartAsync(root, TimeSpan.FromSeconds(1), stop);
        var started = Stopwatch.GetTimestamp();
        using var steps = new StepTimes();
        await using var relayer = await BenchRelayer.StartAsync(root, network, batch: 1, TimeSpan.Zero, stop);
        var startMs = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        List<Hash32> asked = [.. await network.AskAsync(1, assigned: true, stop)];
        await network.SettledAsync(asked, stop);
        for (var i = 0; i < Singles; i += 3)
            asked.AddRange(await network.AskAsync(3, assigned: true, stop));
        await network.SettledAsync(asked, stop);
        // The first one loads the model.
        var all = (await OverheadsAsync(relayer, stop)).Skip(1).Order().ToList();
        var (median, tail) = (all[all.Count / 2], all[all.Count * 99 / 100]);
        return
        [
            Row("overhead of a request, median", "ms", median, limit: MostMedianMs),
            Row("overhead of a request, 99 of 100", "ms", tail, limit: MostTailMs),
            Row("preparing, median: admitted, fetched and run", "ms", steps.MedianMs("relayer.prepare.duration"), limit: null),
            Row("filing, median: an answer, or a batch that is signed and ordered", "ms", steps.MedianMs("relayer.filing.duration"), limit: null),
            Row("start, to the first page served", "ms", startMs, limit: null),
        ];
    }

    private static async Task<IReadOnlyList<double>> OverheadsAsync(BenchRelayer relayer, CancellationToken stop)
    {
        await using var database = await DatabaseFactory.OpenAsync(DatabaseOptions.Parse(relayer.DatabaseAddress), [], cancellationToken: stop);
        return await database.ReadAsync(
            session => session.QueryAsync<double>(
                """
                SELECT transactions.created_at - jobs.found_at - jobs.compute_us / 1000.0
                FROM jobs JOIN transactions ON transactions.id = jobs.settlement_order
                WHERE jobs.settlement_attempt = 1 ORDER BY jobs.found_at
                """),
            stop);
    }

    private static async Task<double> AssignedAsync(string root, int batch, CancellationToken stop)
    {
        await using var network = await BenchNetwork.StartAsync(root, TimeSpan.FromSeconds(1), stop);
        var asked = await network.AskAsync(Requests, assigned: true, stop);
        var started = Stopwatch.GetTimestamp();
        await using var relayer = await BenchRelayer.StartAsync(root, network, batch, TimeSpan.FromMilliseconds(200), stop);
        await network.SettledAsync(asked, stop);
        return Requests / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<IReadOnlyList<BenchmarkRow>> ClaimedAsync(string root, double naive, CancellationToken stop)
    {
        await using var network = await BenchNetwork.StartAsync(root, TimeSpan.FromSeconds(1), stop);
        var asked = await network.AskAsync(ClaimedRequests, assigned: false, stop);
        var snapshot = await network.SnapshotAsync(stop);
        var started = Stopwatch.GetTimestamp();
        double rate;
        IReadOnlyList<SentCall> claims, batches;
        await using (var relayer = await BenchRelayer.StartAsync(root, network, batch: 64, TimeSpan.FromMilliseconds(200), stop))
        {
            await network.SettledAsync(asked, stop);
            rate = ClaimedRequests / Stopwatch.GetElapsedTime(started).TotalSeconds;
            // Until the sender has seen all of them in blocks.
            await Task.Delay(TimeSpan.FromSeconds(3), stop);
            (claims, batches) = (await relayer.SentAsync("claim", stop), await relayer.SentAsync("settle", stop));
        }

        await network.RevertAsync(snapshot, stop);
        var signed = await network.SignAsNodeAsync([.. claims, .. batches], stop);
        started = Stopwatch.GetTimestamp();
        // Nothing is settled in the second of its claim, by the hub's rule; it takes until the last claim is mined anyway.
        await network.SendRawAsync([.. signed.Take(claims.Count)], stop);
        await network.SendRawAsync([.. signed.Skip(claims.Count)], stop);
        await network.SettledAsync(asked, stop);
        var raw = ClaimedRequests / Stopwatch.GetElapsedTime(started).TotalSeconds;
        return
        [
            RateRow("claimed requests, batches of 64", rate, naive, isGoal: true),
            RateRow("the same claims and batches, signed beforehand, in two waves", raw, naive, isGoal: false),
        ];
    }

    private static async Task<IReadOnlyList<BenchmarkRow>> BacklogAsync(string root, CancellationToken stop)
    {
        await using var network = await BenchNetwork.StartAsync(root, TimeSpan.FromSeconds(1), stop);
        var asked = await network.AskAsync(Backlog, assigned: true, stop);
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        long highest = 0;
        var started = Stopwatch.GetTimestamp();
        await using var relayer = await BenchRelayer.StartAsync(root, network, batch: 64, TimeSpan.FromMilliseconds(200), stop);
        var settled = network.SettledAsync(asked, stop);
        while (!settled.IsCompleted)
        {
            highest = Math.Max(highest, GC.GetTotalMemory(forceFullCollection: true));
            await Task.WhenAny(settled, Task.Delay(1_000, stop));
        }

        await settled;
        var rate = Backlog / Stopwatch.GetElapsedTime(started).TotalSeconds;
        return
        [
            Row($"memory in use at most, {Backlog} requests waiting", "MiB", Math.Round((highest - before) / 1048576.0, 1), limit: null),
            Row($"settled a second, {Backlog} requests waiting", "1/s", Math.Round(rate, 1), limit: null),
        ];
    }

    private static BenchmarkRow RateRow(string name, double rate, double naive, bool isGoal) => new(
        name, "1/s", Math.Round(rate, 1), 0, Math.Round(naive, 1), 0, "one at a time", Math.Round(rate / naive, 2), Goal: null, Limit: null,
        Met: isGoal ? rate >= NeededPerSecond : null);

    private static BenchmarkRow Row(string name, string unit, double value, double? limit) => new(
        name, unit, Math.Round(value, 2), 0, Baseline: null, BaselineSpread: null, BaselineName: null, Ratio: null, Goal: null, limit,
        Met: limit is { } most ? value <= most : null);
}
