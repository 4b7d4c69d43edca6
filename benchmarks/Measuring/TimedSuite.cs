using System.Diagnostics;
using System.Text.Json.Nodes;

namespace OpenGradient.Benchmarks.Measuring;

/// <summary>Cases that share their data and their peer, both timed in the same run.</summary>
public abstract class TimedSuite : BenchmarkSuite
{
    // Long enough that the tiered compiler has finished with the hot loop, on both sides, before the first counted round.
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(120);

    protected abstract IReadOnlyList<BenchmarkCase> Cases { get; }

    /// <summary>What the peer needs to do the same work.</summary>
    protected abstract JsonObject PeerData { get; }

    public override async Task<BenchmarkReport> RunAsync(string repositoryRoot, IProgress<string> progress, CancellationToken cancellationToken)
    {
        await using var peer = await NodePeer.StartAsync(repositoryRoot, Name, PeerData, cancellationToken);
        List<BenchmarkRow> rows = [];
        foreach (var item in Cases)
        {
            progress.Report(item.Name);
            rows.Add(await MeasureAsync(item, peer, cancellationToken));
        }

        return new BenchmarkReport(
            Name, Machine.Describe(peer.Runtime), rows,
            $"Medians of {PairedTiming.Rounds} rounds in turn; ± is the middle half of the rounds; ratios are medians of the pairs.");
    }

    private static async Task<BenchmarkRow> MeasureAsync(BenchmarkCase item, NodePeer peer, CancellationToken cancellationToken)
    {
        var peerCase = item.PeerCase ?? item.Name;
        var ours = item.Digest();
        var theirs = await peer.DigestAsync(peerCase, cancellationToken);
        if (!string.Equals(ours, theirs, StringComparison.Ordinal))
            throw new InvalidOperationException($"'{item.Name}': the two sides computed different things: {ours} and {theirs}.");

        TimeOurs(item, WarmUp);
        await peer.TimeAsync(peerCase, WarmUp, cancellationToken);
        var timing = new PairedTiming();
        for (var round = 0; round < PairedTiming.Rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            timing.Add(TimeOurs(item, RoundTime), await peer.TimeAsync(peerCase, RoundTime, cancellationToken));
        }

        return timing.ToRow(item.Name, "ns/op", item.BaselineName, item.Goal);
    }

    private static double TimeOurs(BenchmarkCase item, TimeSpan duration)
    {
        var calls = 0L;
        var kept = 0UL;
        var started = Stopwatch.GetTimestamp();
        do
        {
            kept ^= item.Run();
            calls++;
        }
        while (Stopwatch.GetElapsedTime(started) < duration);

        var elapsed = Stopwatch.GetElapsedTime(started);
        // The result must be seen to be used, or the work might be optimised away.
        GC.KeepAlive(kept);
        return elapsed.TotalNanoseconds / (calls * (double)item.OperationsPerCall);
    }
}
