using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OpenGradient.Cli.Chain;
using OpenGradient.Database;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Explorer;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Fetching;
using OpenGradient.Indexer.Hosting;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Cli.Up.Local;

// The loggers go to the indexer, and are disposed of with it, also when its start fails half-way.
#pragma warning disable CA2000

/// <summary>The indexer in this process, with its API and its pages.</summary>
internal sealed class LocalIndexer : IAsyncDisposable
{
    private const int UsualPort = 8090;
    private const string Decoded = "data-evidence=\"decoded\"";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly LocalSystem _system;
    private readonly IndexerHost _host;
    private readonly ILoggerFactory _loggers;

    private LocalIndexer(LocalSystem system, IndexerHost host, ILoggerFactory loggers) => (_system, _host, _loggers) = (system, host, loggers);

    /// <summary>Where the pages are; the API lies below.</summary>
    public Uri Pages => _host.Address;

    /// <summary>Completes when it has stopped.</summary>
    public Task Completion => _host.Completion;

    public static async Task<LocalIndexer> StartAsync(
        LocalSystem system, IReadOnlyList<LocalNode> nodes, string folder, string blobFolder, NodeLogs logs, CancellationToken cancellationToken)
    {
        var loggers = LoggerFactory.Create(logging => logging.AddProvider(logs).SetMinimumLevel(LogLevel.Warning));
        try
        {
            return new LocalIndexer(system, await StartAsync(OptionsFor(system, nodes, folder, blobFolder), loggers, cancellationToken), loggers);
        }
        catch
        {
            loggers.Dispose();
            throw;
        }
    }

    /// <summary>Whether the index has every event of the hub, and shows every request, once it has taken what the chain has.</summary>
    public async Task<UpCheck> CheckAsync(IReadOnlyList<UpRequest> requests, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (hub, client) = (_system.Deployment.Hub, _system.Network.Client);
        var head = await client.GetHeaderAsync(BlockTag.Latest, cancellationToken) ?? throw new InvalidOperationException("The chain has no block.");
        var events = await LogSearch.FindAsync(client, _system.Deployment.FirstBlock, LogFilter.Of(hub), cancellationToken);
        var told = events.Count(log => log.Block.Number <= head.Number);
        using var http = CommandHttp.Open(Pages);
        var started = clock.GetTimestamp();
        while (!await IsReadyAsync(http, head.Number, cancellationToken))
        {
            if (clock.GetElapsedTime(started) > Limit)
                return new UpCheck("The index tells what happened", Held: false, $"It was not ready within {Limit.TotalSeconds:0} s.");
            await Task.Delay(BetweenLooks, clock, cancellationToken);
        }

        var kept = await CountAsync(http, cancellationToken);
        var shown = 0;
        foreach (var request in requests)
        {
            using var page = await http.GetAsync(new Uri($"/requests/{request.RequestId}", UriKind.Relative), cancellationToken);
            shown += page.IsSuccessStatusCode && (await page.Content.ReadAsStringAsync(cancellationToken)).Contains(request.RequestId, StringComparison.Ordinal) ? 1 : 0;
        }

        return new UpCheck("The index tells what happened", kept >= told && shown == requests.Count, $"{Math.Min(kept, told)} of {told} events of the hub, pages of {shown} of {requests.Count} requests");
    }

    /// <summary>Whether it has fetched what is told of the models, and shows the evidence behind the attested key field by field.</summary>
    public async Task<UpCheck> CheckBlobsAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        const string Title = "Evidence and descriptions are fetched and shown";
        using var http = CommandHttp.Open(Pages);
        var started = clock.GetTimestamp();
        while (true)
        {
            var models = await ItemsAsync(http, "/v1/models", cancellationToken);
            var described = models.Count(model => model.GetProperty("metadata_name").ValueKind == JsonValueKind.String);
            var keys = await ItemsAsync(http, "/v1/attested_keys", cancellationToken);
            var decoded = 0;
            foreach (var key in keys)
            {
                using var page = await http.GetAsync(new Uri($"/keys/{key.GetProperty("signer").GetString()}", UriKind.Relative), cancellationToken);
                decoded += (await page.Content.ReadAsStringAsync(cancellationToken)).Contains(Decoded, StringComparison.Ordinal) ? 1 : 0;
            }

            var held = models.Count > 0 && described == models.Count && keys.Count > 0 && decoded == keys.Count;
            if (held || clock.GetElapsedTime(started) > Limit)
                return new UpCheck(Title, held, $"{described} of {models.Count} models, {decoded} of {keys.Count} keys (emulated)");
            await Task.Delay(BetweenLooks, clock, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _loggers.Dispose();
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, BlockNumber head, CancellationToken cancellationToken)
    {
        using var ready = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), cancellationToken);
        var status = await http.GetFromJsonAsync<JsonElement>(new Uri("/v1/status", UriKind.Relative), cancellationToken);
        return ready.IsSuccessStatusCode && status.GetProperty("tip") is { ValueKind: JsonValueKind.Number } tip && tip.GetUInt64() >= head.Value;
    }

    private static async Task<List<JsonElement>> ItemsAsync(HttpClient http, string path, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        return answer.IsSuccessStatusCode
            ? [.. (await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("items").EnumerateArray()]
            : [];
    }

    private static async Task<long> CountAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using var question = new StringContent("SELECT SUM(row_count) FROM index_digests WHERE family = 'hub'");
        using var answer = await http.PostAsync(new Uri("/v1/sql", UriKind.Relative), question, cancellationToken);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("rows")[0][0].GetInt64();
    }

    // Where people expect it, if nothing else is there; else wherever there is room.
    private static async Task<IndexerHost> StartAsync(IndexerOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        try
        {
            return await IndexerHost.StartAsync(options, loggers, cancellationToken: cancellationToken);
        }
        catch (IOException)
        {
            return await IndexerHost.StartAsync(options with { Api = options.Api with { Listen = AddressOf(0) } }, loggers, cancellationToken: cancellationToken);
        }
    }

    private static IndexerOptions OptionsFor(LocalSystem system, IReadOnlyList<LocalNode> nodes, string folder, string blobFolder)
    {
        var explorer = new ExplorerOptions { Relayers = [.. nodes.Select(node => node.Page)] };
        return new IndexerOptions
        {
            ChainId = system.Network.ChainId,
            Endpoints = [system.Network.HttpUrl],
            HeadEndpoints = [system.Network.WebSocketUrl],
            Families = OurFamilies.Of(system.Deployment),
            Database = DatabaseOptions.Parse($"sqlite:{Path.Combine(folder, "indexer.db")}"),
            Api = new ApiOptions { Listen = AddressOf(UsualPort) },
            // What is published beside the nodes, and what they publish.
            Blobs = new FetchOptions { Folders = [blobFolder], CacheFolder = Path.Combine(folder, "blobs") },
            Pages = (application, api) => ExplorerPages.Map(application, api, explorer),
            Following = new FollowerOptions { Polling = new PollPolicy { Shortest = TimeSpan.FromMilliseconds(50), Longest = TimeSpan.FromMilliseconds(250) } },
        };
    }

    private static Uri AddressOf(int port) => new($"http://127.0.0.1:{port}");
}
