using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Database;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Benchmarks.Indexer.Pages;

/// <summary>How long what pages ask of views takes, by HTTP, one question after another: views put each row together from several tables.</summary>
internal static class ViewCase
{
    private const int WarmUps = 3;
    private const long BucketSeconds = 48 * 3_600;

    /// <summary>Milliseconds for each question, by what is asked.</summary>
    public static async Task<IReadOnlyList<(string What, List<double> Times)>> MeasureAsync(BenchDatabases databases, Engine engine, int requests, int times, CancellationToken cancellationToken)
    {
        var family = new EventFamily("hub", OurFamilies.Hub(), [CannedLogs.Emitter], new(1));
        await using var database = await databases.OpenAsync(engine, family, cancellationToken);
        await LoadedRequests.FillAsync(database, family, requests, cancellationToken);
        await FamilyStore.IndexAsync(database, [family], cancellationToken);
        await database.SettleAsync();
        var api = new IndexApi(
            database, IndexerCase.Chain, [family], new ApiOptions { Listen = new Uri("http://127.0.0.1:0"), RequestsPerSecond = 100_000, QueryTimeout = TimeSpan.FromSeconds(60) },
            new FollowingStatus(TimeProvider.System), new CommitSignal(), TimeProvider.System);
        await using var application = await ApiServer.StartAsync(api, console: null, readBlock: null, NullLoggerFactory.Instance, cancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(application.Urls.First()), Timeout = TimeSpan.FromMinutes(2) };
        List<(string What, List<double> Times)> measured = [];
        // A page of what none are in ends where so many rows were looked at, and goes on behind them.
        var empty = requests > api.Options.MaxLookedRows ? Page.EmptyAndGoesOn : Page.EmptyAndWhole;
        foreach (var (what, pathOf, expected) in Questions(requests, empty))
        {
            var each = new List<double>(times);
            for (var i = 0; i < times + WarmUps; i++)
            {
                var took = await AskAsync(client, pathOf(i), expected, cancellationToken);
                if (i >= WarmUps)
                    each.Add(took);
            }

            measured.Add((what, each));
        }

        return measured;
    }

    private static IEnumerable<(string What, Func<int, string> PathOf, Page Expected)> Questions(int requests, Page empty)
    {
        var last = LoadedRequests.FirstTime + ((long)requests / LoadedRequests.PerBlock * LoadedRequests.BlockSeconds);
        var since = (last - BucketSeconds).ToString(CultureInfo.InvariantCulture);
        return
        [
            .. Filled(since).Select(question => (question.What, question.PathOf, Page.Filled)),
            // Whatever was claimed was settled, and no index says so.
            ("requests of a stage that none are in", _ => "/v1/requests?limit=50&stage=claimed", empty),
        ];
    }

    private static IEnumerable<(string What, Func<int, string> PathOf)> Filled(string since) =>
    [
        ("requests, the newest", _ => "/v1/requests?limit=50"),
        ("requests of one requester", i => $"/v1/requests?limit=50&requester={LoadedRequests.Requester(i)}"),
        ("requests of a node with many answers", _ => $"/v1/requests?limit=50&node={LoadedRequests.BusyNode}"),
        ("requests of a node with few answers", _ => $"/v1/requests?limit=50&node={LoadedRequests.RareNode}"),
        ("requests of a stage that most are in", _ => "/v1/requests?limit=50&stage=settled"),
        ("requests of a stage that few are in", _ => "/v1/requests?limit=50&stage=overturned"),
        ("receipts, the newest", _ => "/v1/receipts?limit=50"),
        ("receipts of a node with many answers", _ => $"/v1/receipts?limit=50&node={LoadedRequests.BusyNode}"),
        ("receipts of a node with few answers", _ => $"/v1/receipts?limit=50&node={LoadedRequests.RareNode}"),
        ("hourly latencies of receipts, of 48 hours", _ => $"/v1/receipts/buckets?every=hour&value=latency_seconds&settled_at.ge={since}"),
    ];

    private static async Task<double> AskAsync(HttpClient client, string path, Page expected, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        var body = await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(cancellationToken);
        var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        // What finds nothing measures nothing, but where that is the question.
        using var page = JsonDocument.Parse(body);
        var found = page.RootElement.GetProperty("items").GetArrayLength() > 0
            ? Page.Filled
            : page.RootElement.TryGetProperty("next", out var next) && next.ValueKind == JsonValueKind.String ? Page.EmptyAndGoesOn : Page.EmptyAndWhole;
        return found == expected ? took : throw new InvalidOperationException($"{path} is {found}, and not {expected}.");
    }

    private enum Page
    {
        Filled,
        EmptyAndGoesOn,
        EmptyAndWhole,
    }
}
