using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Database;

namespace OpenGradient.Benchmarks.Relayer;

/// <summary>A relayer of its own process is started on a chain where many requests wait, with deadlines in no order.</summary>
internal static class BacklogCase
{
    // As many jobs as a relayer has in hand at a time: within these it answers in any order.
    private const int InHand = 256;

    // What was answered is taken by the order of so long ago at the most.
    private const long LeasedBeforeMs = 3_000;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MostSilence = TimeSpan.FromMinutes(3);

    public static async Task<IReadOnlyList<BenchmarkRow>> MeasureAsync(string root, int backlog, CancellationToken stop)
    {
        await using var network = await BenchNetwork.StartAsync(root, TimeSpan.FromSeconds(1), stop);
        // A step that has no factor in common with their number puts them in no order.
        var asked = await network.AskAsync(backlog, assigned: true, stop, i => (ulong)(i * 7_919L % backlog));
        var started = Stopwatch.GetTimestamp();
        await using var relayer = await RelayerProgram.StartAsync(root, network, stop);
        var settled = network.SettledAsync(asked, stop);
        await using var database = await DatabaseFactory.OpenAsync(relayer.Database, [], cancellationToken: stop);
        List<(long Done, double MiB)> memory = [];
        var done = 0L;
        while (!settled.IsCompleted)
        {
            done = await CountAsync(database, "settled_at IS NOT NULL", stop);
            memory.Add((done, relayer.ResidentMiB));
            await Task.WhenAny(settled, Task.Delay(Look, stop));
        }

        await settled;
        var rate = backlog / Stopwatch.GetElapsedTime(started).TotalSeconds;
        // The chain has them: soon the relayer has seen so.
        var patience = new Patience(MostSilence, TimeProvider.System);
        for (long left, before = -1; (left = backlog - await CountAsync(database, "settled_at IS NOT NULL", stop)) > 0; before = left)
        {
            if (left != before)
                patience.Renew();
            patience.Spend(() => $"Of {left} of {backlog} requests the relayer has not seen that they are settled");
            await Task.Delay(Look, stop);
        }

        var jobs = await database.ReadAsync(
            session => session.QueryAsync<Job>("SELECT deadline AS Deadline, found_at AS FoundAt, answered_at AS AnsweredAt, settled_at AS SettledAt FROM jobs"), stop);
        var times = jobs.Select(job => (job.SettledAt - job.FoundAt) / 1000.0).Order().ToList();
        return
        [
            Row("start of a process, to the first answer of its health page", "ms", relayer.StartTook.TotalMilliseconds, limit: null),
            Row($"settled a second, {backlog} requests waiting, from the process's start", "1/s", rate, limit: null),
            Row($"found to settled, {backlog} requests waiting, median", "s", times[times.Count / 2], limit: null),
            Row($"found to settled, {backlog} requests waiting, 99 of 100", "s", times[times.Count * 99 / 100], limit: null),
            Row("answered too early by deadline, at most, in requests", "", TooEarly(jobs), limit: InHand),
            Row("resident memory of the process, a quarter settled", "MiB", At(memory, backlog / 4), limit: null),
            Row("resident memory of the process, nine tenths settled", "MiB", At(memory, backlog * 9 / 10), limit: null),
            Row("resident memory of the process, at most", "MiB", relayer.PeakMiB, limit: null),
        ];
    }

    // How many requests with an earlier deadline an answer has overtaken, of those that were known long before it was taken.
    private static int TooEarly(IReadOnlyList<Job> jobs) => jobs.AsParallel().Max(one => jobs.Count(
        other => other.Deadline < one.Deadline && other.AnsweredAt > one.AnsweredAt && other.FoundAt < one.AnsweredAt - LeasedBeforeMs));

    private static double At(List<(long Done, double MiB)> memory, int done) => memory.Where(sample => sample.Done >= done).Select(sample => sample.MiB).FirstOrDefault(memory[^1].MiB);

    private static Task<long> CountAsync(IDatabase database, string condition, CancellationToken stop) =>
        database.ReadAsync(session => session.QuerySingleAsync<long>($"SELECT COUNT(*) FROM jobs WHERE {condition}"), stop);

    private static BenchmarkRow Row(string name, string unit, double value, double? limit) => new(
        name, unit, Math.Round(value, 2), 0, Baseline: null, BaselineSpread: null, BaselineName: null, Ratio: null, Goal: null, limit,
        Met: limit is { } most ? value <= most : null);

    [SuppressMessage("Performance", "CA1812", Justification = "It is made from rows.")]
    private sealed class Job
    {
        public long Deadline { get; init; }

        public long FoundAt { get; init; }

        public long AnsweredAt { get; init; }

        public long SettledAt { get; init; }
    }
}
