using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Database;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Benchmarks.Indexer.Pages;

/// <summary>How long pages of a list over many rows take, by HTTP, asked for by several clients at once.</summary>
internal static class ListCase
{
    // Code that serves is made faster while it serves: who asks without a pause is measured when that is over.
    private const int PacedWarmUps = 20;
    private const int GreedyWarmUps = 400;
    private const int GreedyTimes = 5;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>Milliseconds for each page, where each client asks for its next when it has the one before, and where each asks ten times a second.</summary>
    public static async Task<(List<double> Greedy, List<double> Paced)> MeasureAsync(BenchDatabases databases, Engine engine, int rows, int clients, int pagesEach, CancellationToken cancellationToken)
    {
        var family = CannedLogs.Tokens(1).Family;
        await using var database = await databases.OpenAsync(engine, family, cancellationToken);
        await LoadedRows.FillAsync(database, family, rows, cancellationToken);
        await FamilyStore.IndexAsync(database, [family], cancellationToken);
        await database.SettleAsync();
        var api = new IndexApi(
            database, IndexerCase.Chain, [family], new ApiOptions { Listen = new Uri("http://127.0.0.1:0"), RequestsPerSecond = 100_000 },
            new FollowingStatus(TimeProvider.System), new CommitSignal(), TimeProvider.System);
        await using var application = await ApiServer.StartAsync(api, console: null, readBlock: null, NullLoggerFactory.Instance, cancellationToken);
        var address = new Uri(application.Urls.First());
        return (await AllAsync(pace: null), await AllAsync(Pace));

        async Task<List<double>> AllAsync(TimeSpan? pace)
        {
            var times = await Task.WhenAll(Enumerable.Range(0, clients).Select(
                client => Task.Run(() => AskAsync(address, client, rows, pagesEach, pace, cancellationToken), cancellationToken)));
            return [.. times.SelectMany(each => each)];
        }
    }

    private static async Task<List<double>> AskAsync(Uri address, int seed, int rows, int pages, TimeSpan? pace, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = address };
        var random = new Random(seed);
        // Whoever does not wait has asked a lot within a moment, in which a single pause of the machine would be one page in a hundred.
        (var warmUps, pages) = pace is null ? (GreedyWarmUps, pages * GreedyTimes) : (PacedWarmUps, pages);
        var times = new List<double>(pages);
        // Clients do not keep step with each other.
        var due = Stopwatch.GetTimestamp() + (long)(random.NextDouble() * (pace ?? TimeSpan.Zero).TotalSeconds * Stopwatch.Frequency);
        for (var i = 0; i < pages + warmUps; i++)
        {
            var account = LoadedRows.Account(random.Next(LoadedRows.Accounts));
            var path = (i % 4) switch
            {
                0 => "/v1/events/token_transfer?limit=50",
                1 => $"/v1/events/token_transfer?limit=50&from_address={account}",
                2 => $"/v1/events/token_transfer?limit=50&to_address={account}&order=asc",
                _ => $"/v1/events/token_transfer?limit=50&block.le={random.Next(1, rows / LoadedRows.RowsPerBlock)}",
            };
            var started = Stopwatch.GetTimestamp();
            if (pace is { } step)
            {
                var early = Stopwatch.GetElapsedTime(started, due);
                if (early > TimeSpan.Zero)
                    await Task.Delay(early, cancellationToken);
                // From when it was due, or when a timer came late: waiting behind the page before counts, the timer does not.
                started = early > TimeSpan.Zero ? Stopwatch.GetTimestamp() : due;
                due += (long)(step.TotalSeconds * Stopwatch.Frequency);
            }

            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
            await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(cancellationToken);
            if (i >= warmUps)
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return times;
    }
}
