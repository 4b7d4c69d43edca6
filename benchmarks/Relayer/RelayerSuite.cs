using System.Diagnostics;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Foundry;

namespace OpenGradient.Benchmarks.Relayer;

/// <summary>What the relayer adds to model and chain, and how much it gets through.</summary>
public sealed class RelayerSuite : BenchmarkSuite
{
    private const string Overhead = "relayer.overhead.duration";
    private const double NeededPerSecond = 300;
    private const double MostMedianMs = 5;
    private const double MostTailMs = 25;
    private const int Requests = 1_500;
    private const int ClaimedRequests = 6_000;
    private const int NaiveRequests = 100;
    private const int Singles = 150;
    private const int Triples = 50;
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
        progress.Report($"a process of its own, {Backlog} requests waiting");
        rows.AddRange(await BacklogCase.MeasureAsync(repositoryRoot, Backlog, cancellationToken));
        return new BenchmarkReport(
            Name, Machine.Describe($"anvil {FoundryPrograms.Version}"), rows,
            "Everything shares the machine's cores: chain, relayer, model and whoever asks. Rates are from the relayer's start with all requests mined to the last "
            + "one settled, on a chain with a block a second; the baseline settles one after another without storing anything, on a chain that mines each transaction "
            + "at once. Overhead is from the request's being told to the commit of its settlement's order, less the model's time, without waiting for company: the pipeline's "
            + "own word, as of preparing and filing, two of its steps. Over the backlog the relayer is a process of its own, by an operator's settings: resident memory is that "
            + "process's, settled is when it has seen so, and deadlines are in no order. An answer has overtaken a request when that has an earlier deadline, was known three seconds before, and is answered later; "
            + "256 are in hand at once, in any order. What the relayer sent for claimed requests is sent once more to the chain as it was, in two waves, all claims and then all batches, without computing "
            + "or signing: what chain and sending take of it. Batches that were sent while claims still come would be quicker. The model is a 16-64-32-3 network in integers.");
    }

    private static async Task<IReadOnlyList<BenchmarkRow>> OverheadAsync(string root, CancellationToken stop)
    {
        await using var network = await BenchNetwork.StartAsync(root, TimeSpan.FromSeconds(1), stop);
        await using var relayer = await BenchRelayer.StartAsync(root, network, batch: 1, TimeSpan.Zero, stop);
        // The first one loads the model.
        await network.SettledAsync(await network.AskAsync(1, assigned: true, stop), stop);
        using var alone = new StepTimes();
        await AskInTurnsAsync(network, Singles, each: 1, stop);
        alone.Dispose();
        using var together = new StepTimes();
        await AskInTurnsAsync(network, Triples, each: 3, stop);
        return
        [
            Row("overhead of a request, until its order is on the disk, median", "ms", alone.MedianMs(Overhead), limit: MostMedianMs),
            Row("overhead of a request, until its order is on the disk, 99 of 100", "ms", alone.HundredthMs(Overhead, 99), limit: MostTailMs),
            Row("preparing, median: admitted, fetched and run", "ms", alone.MedianMs("relayer.prepare.duration"), limit: null),
            Row("filing, median: an answer, or a batch that is signed and ordered", "ms", alone.MedianMs("relayer.filing.duration"), limit: null),
            Row("overhead of three in a block, each with an order of its own, median", "ms", together.MedianMs(Overhead), limit: null),
            Row("overhead of three in a block, each with an order of its own, 99 of 100", "ms", together.HundredthMs(Overhead, 99), limit: MostTailMs),
        ];
    }

    private static async Task AskInTurnsAsync(BenchNetwork network, int turns, int each, CancellationToken stop)
    {
        List<Hash32> asked = [];
        for (var i = 0; i < turns; i++)
            asked.AddRange(await network.AskAsync(each, assigned: true, stop));
        await network.SettledAsync(asked, stop);
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

    private static BenchmarkRow RateRow(string name, double rate, double naive, bool isGoal) => new(
        name, "1/s", Math.Round(rate, 1), 0, Math.Round(naive, 1), 0, "one at a time", Math.Round(rate / naive, 2), Goal: null, Limit: null,
        Met: isGoal ? rate >= NeededPerSecond : null);

    private static BenchmarkRow Row(string name, string unit, double value, double? limit) => new(
        name, unit, Math.Round(value, 2), 0, Baseline: null, BaselineSpread: null, BaselineName: null, Ratio: null, Goal: null, limit,
        Met: limit is { } most ? value <= most : null);
}
