using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Blobs;
using OpenGradient.Blobs.Caching;
using OpenGradient.Database;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Fetching;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;
using OpenGradient.Indexer.Tests.Rows;
using OpenGradient.Indexer.Tests.Storage;
using OpenGradient.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Fetching;

/// <summary>A chain of models and keys, what indexes it, and what fetches the blobs that it names.</summary>
internal sealed class BlobScene : IAsyncDisposable
{
    private static readonly Address Contract = Address.Parse("0x00000000000000000000000000000000000000e5");
    private static readonly Random Random = new(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("og-blobs-").FullName;
    private readonly IndexedChain _chain = new();
    private readonly CommitSignal _commits = new();
    private IDatabase _database = null!;
    private BlobFetcher _fetcher = null!;
    private WebApplication? _application;

    private BlobScene(FetchOptions options, ScriptedSource[] sources) => (Options, Sources) = (options, sources);

    /// <summary>Where the cache is.</summary>
    public string Folder => _folder;

    /// <summary>Takes a blob out of the cache behind the index's back.</summary>
    public void Lose(BlobHash hash)
    {
        foreach (var file in Directory.EnumerateFiles(_folder, hash.Digits, SearchOption.AllDirectories))
            File.Delete(file);
    }

    public static IReadOnlyList<EventFamily> Families { get; } =
    [
        new("models", OurFamilies.Models(), [Contract], new(0)), new("keys", OurFamilies.Keys(), [Contract], new(0)), new("nodes", OurFamilies.Nodes(), [Contract], new(0)),
    ];

    public FetchOptions Options { get; }

    public ScriptedSource[] Sources { get; set; }

    /// <summary>How long one question of the API may take; counts from the next start on.</summary>
    public TimeSpan QueryTimeout { get; set; } = TimeSpan.FromMinutes(1);

    public ManualTime Clock { get; private init; } = new();

    public BlobDesk Desk { get; private set; } = BlobDesk.None;

    public IndexedChain Chain => _chain;

    public IDatabase Database => _database;

    public HttpClient Client { get; private set; } = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static Task<BlobScene> StartAsync(IDatabaseFixture databases, params ScriptedSource[] sources) => StartAsync(databases, new FetchOptions { CacheFolder = "" }, sources);

    public static Task<BlobScene> StartAsync(IDatabaseFixture databases, FetchOptions options, params ScriptedSource[] sources) => StartAsync(databases, options, new ManualTime(), sources);

    public static async Task<BlobScene> StartAsync(IDatabaseFixture databases, FetchOptions options, ManualTime clock, params ScriptedSource[] sources)
    {
        var scene = new BlobScene(options with { Backoff = new BackoffPolicy { First = TimeSpan.FromSeconds(20), Longest = TimeSpan.FromMinutes(2) } }, sources)
        {
            Clock = clock,
            _database = await DatabaseFactory.OpenAsync(await databases.CreateAsync(), [IndexerSchema.Migrations, BlobTable.Migrations], cancellationToken: Stop),
        };
        await FamilyStore.PrepareAsync(scene._database, IndexedChain.Chain, Families, cancellationToken: Stop);
        await FamilyStore.IndexAsync(scene._database, Families, Stop);
        await scene.RestartAsync();
        return scene;
    }

    /// <summary>As after a crash: nothing is left but what is stored.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        if (Sources.Length > 0)
        {
            Desk = new BlobDesk(
                [.. Sources.Select((source, i) => new NamedSource($"source {i + 1}", source))],
                BlobCache.Open(new BlobCacheOptions { Folder = _folder, BudgetBytes = Options.CacheBytes }, Clock), Options, NullLogger.Instance, Clock);
        }

        _fetcher = new BlobFetcher(_database, Families, Desk, Options, _commits, NullLogger.Instance, Clock, new Random(1));
        var api = new IndexApi(
            _database, IndexedChain.Chain, Families, new ApiOptions { RequestsPerSecond = 10_000, QueryTimeout = QueryTimeout, Listen = new Uri("http://127.0.0.1:0") }, new FollowingStatus(Clock), _commits, Clock)
        {
            Blobs = Desk,
        };
        _application = await ApiServer.StartAsync(api, console: null, readBlock: null, NullLoggerFactory.Instance, Stop);
        Client = new HttpClient { BaseAddress = new Uri(_application.Urls.First()), Timeout = TimeSpan.FromMinutes(2) };
    }

    public async Task MineAsync(params Log[] logs)
    {
        _chain.Blocks.Mine(logs);
        await _chain.SettleAsync(_database, Families);
        _commits.Ring();
    }

    /// <summary>Lets the fetcher go by itself.</summary>
    public void Fetch() => _fetcher.Start();

    public Task StepAsync() => _fetcher.StepAsync(Stop);

    /// <summary>Steps when the time of the next attempt has come.</summary>
    public async Task LaterAsync(TimeSpan time)
    {
        Clock.Advance(time);
        await StepAsync();
    }

    public async Task<BlobRow> RowAsync(BlobHash hash) => await FindAsync(hash) ?? throw new InvalidOperationException($"{hash} is not known.");

    public Task<BlobRow?> FindAsync(BlobHash hash) => _database.ReadAsync(session => BlobTable.FindAsync(session, hash), Stop);

    public async Task<(int Status, JsonElement Body)> GetAsync(string path)
    {
        using var answer = await Client.GetAsync(new Uri(path, UriKind.Relative), Stop);
        return ((int)answer.StatusCode, JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(Stop)));
    }

    public static Hash32 Model(int number) => Hash32.FromUInt256((ulong)(0xB000 + number));

    public static Log Created(int model, string uri) =>
        Of("models_created", (0, new AbiValue.Bytes(Model(model).ToArray())), (2, new AbiValue.String("model"u8.ToArray())), (3, new AbiValue.String(System.Text.Encoding.UTF8.GetBytes(uri))));

    public static Log Changed(int model, string uri) =>
        Of("models_metadata_changed", (0, new AbiValue.Bytes(Model(model).ToArray())), (1, new AbiValue.String(System.Text.Encoding.UTF8.GetBytes(uri))));

    public static Address Node(int number) => new(Model(number).ToArray().AsSpan(12));

    public static Log NodeRegistered(int node, string uri) =>
        Of("nodes_registered", (0, new AbiValue.Address(Node(node))), (4, new AbiValue.String("https://node.example"u8.ToArray())), (5, new AbiValue.String(System.Text.Encoding.UTF8.GetBytes(uri))));

    public static Log NodeChanged(int node, string uri) =>
        Of("nodes_changed", (0, new AbiValue.Address(Node(node))), (2, new AbiValue.String("https://node.example"u8.ToArray())), (3, new AbiValue.String(System.Text.Encoding.UTF8.GetBytes(uri))));

    public static Log Registered(BlobHash evidence)
    {
        var table = Families.SelectMany(family => family.Tables).Single(known => known.Name == "keys_registered");
        var registration = ((AbiValue.Tuple)RandomValues.Of(table.Event.Inputs.Components[3].Type, Random)).Items;
        return Of("keys_registered", (3, new AbiValue.Tuple(registration.SetItem(3, new AbiValue.Bytes(evidence.Value.ToArray())))));
    }

    public static string UriOf(BlobHash hash) => $"blob:{hash}";

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _chain.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StopAsync()
    {
        Client?.Dispose();
        if (_application is not null)
            await _application.DisposeAsync();
        if (_fetcher is not null)
            await _fetcher.DisposeAsync();
        await Desk.DisposeAsync();
    }

    private static Log Of(string name, params (int Place, AbiValue Value)[] values)
    {
        var table = Families.SelectMany(family => family.Tables).Single(known => known.Name == name);
        var all = table.Event.Inputs.Components.Select(parameter => RandomValues.Of(parameter.Type, Random)).ToArray();
        foreach (var (place, value) in values)
            all[place] = value;
        return table.Event.Encode(Contract, all);
    }
}
