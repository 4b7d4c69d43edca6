using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Blobs;
using OpenGradient.Blobs.Folders;
using OpenGradient.Database;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Tests.Following.Simulation;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Api.Search;
using OpenGradient.Indexer.Api.Sql;
using OpenGradient.Indexer.Fetching;
using OpenGradient.Indexer.Gas;
using OpenGradient.Indexer.Storage;
using OpenGradient.Support;

namespace OpenGradient.Explorer.Tests.Chain;

/// <summary>An indexed chain of a test's own, with API and pages on a port of 127.0.0.1.</summary>
internal sealed class ServedPages : IAsyncDisposable
{
    private readonly SimulatedChain _blocks = new(1);
    private readonly LeapingClock _clock = new();
    private readonly FollowingStatus _status = new(TimeProvider.System);
    private readonly CommitSignal _commits = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("og-pages-").FullName;
    private readonly ManualTime _patience = new();
    private BlobDesk _desk = BlobDesk.None;
    private BlobFetcher _fetcher = null!;
    private IDatabase _database = null!;
    private ChainFollower _follower = null!;
    private WebApplication _application = null!;

    public Uri Address { get; private set; } = null!;

    private string Store => Path.Combine(_folder, "published");

    public HttpClient Client { get; private set; } = null!;

    /// <param name="database">Where the rows are.</param>
    /// <param name="isIndexed">Whether the back-fill is over.</param>
    /// <param name="options">How the pages show things.</param>
    /// <param name="blobs">Whether there is a source of blobs, at first an empty one.</param>
    /// <param name="tipAge">From which age of the last block on the index says that it is not ready; any when null.</param>
    /// <param name="lookedRows">At how many rows a page of a view looks, where no index leads to what is asked for.</param>
    public static async Task<ServedPages> StartAsync(DatabaseOptions database, bool isIndexed = true, ExplorerOptions? options = null, bool blobs = false, TimeSpan? tipAge = null, int lookedRows = 1_000)
    {
        var stop = TestContext.Current.CancellationToken;
        var served = new ServedPages { _database = await DatabaseFactory.OpenAsync(IndexerSchema.Used(database), [IndexerSchema.Migrations, GasStore.Migrations, BlobTable.Migrations], cancellationToken: stop) };
        await FamilyStore.PrepareAsync(served._database, Story.ChainId, Story.Families, cancellationToken: stop);
        if (isIndexed)
            await FamilyStore.IndexAsync(served._database, Story.Families, stop);
        served._follower = new ChainFollower(
            [new SimulatedEndpoint(served._blocks)], new IndexSink(served._database, Story.ChainId, IndexSink.Head, Story.Families, clock: served._clock),
            new LogFilterSet([.. Story.Families.Select(family => family.Filter)]), new FollowerOptions { SlowVoteGrace = Timeout.InfiniteTimeSpan }, clock: served._clock, spread: () => 0.5);
        var fetching = blobs ? new FetchOptions { Folders = [served.Store], CacheFolder = Path.Combine(served._folder, "cache") } : FetchOptions.None;
        served._desk = BlobDesk.Open(fetching, NullLogger.Instance, served._patience);
        served._fetcher = new BlobFetcher(served._database, Story.Families, served._desk, fetching, served._commits, NullLogger.Instance, served._patience, new Random(1));
        var api = new IndexApi(
            served._database, Story.ChainId, Story.Families, new ApiOptions { RequestsPerSecond = 10_000, ReadyTipAge = tipAge, MaxLookedRows = lookedRows, Listen = new Uri("http://127.0.0.1:0") },
            served._status, served._commits, TimeProvider.System)
        {
            Blobs = served._desk,
        };
        served._application = await ApiServer.StartAsync(
            api, new SqliteConsole(database, ApiServer.TablesOf(api), api.Options, TimeProvider.System), served.ReadBlockAsync, NullLoggerFactory.Instance, stop,
            (application, client) => ExplorerPages.Map(application, client, options ?? new ExplorerOptions(), new StoryClock()),
            findTransaction: served.FindTransactionAsync);
        served.Address = new Uri(served._application.Urls.First());
        served.Client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CheckCertificateRevocationList = true }) { BaseAddress = served.Address, Timeout = TimeSpan.FromMinutes(2) };
        return served;
    }

    /// <summary>Adds blocks and indexes them.</summary>
    public async Task MineAsync(IEnumerable<IReadOnlyList<Log>> blocks)
    {
        foreach (var logs in blocks)
            _blocks.Mine(logs);
        for (var i = 0; i < 400; i++)
        {
            var outcome = await _follower.StepAsync(TestContext.Current.CancellationToken);
            _status.OnStep(outcome, TimeSpan.Zero);
            if (outcome is StepOutcome.UpToDate(var cursor, _) && cursor.Tip == _blocks.Head.Header.Ref)
            {
                _commits.Ring();
                return;
            }

            _clock.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Fail("The chain was not indexed to its end.");
    }

    /// <summary>Publishes blobs.</summary>
    public async Task PublishAsync(params IReadOnlyList<byte[]> contents)
    {
        var store = new FolderBlobStore(Store);
        foreach (var bytes in contents)
        {
            using var content = new MemoryStream(bytes);
            Assert.IsType<BlobWriting.Stored>(await store.PutAsync(content, TestContext.Current.CancellationToken));
        }
    }

    /// <summary>Fetches what is due.</summary>
    public async Task FetchAsync()
    {
        _patience.Advance(TimeSpan.FromMinutes(1));
        await _fetcher.StepAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A page's text, which must come with this status.</summary>
    public async Task<string> GetAsync(string path, int status = 200)
    {
        using var answer = await Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)answer.StatusCode == status, $"{path}: {(int)answer.StatusCode} {text}");
        return text;
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (_application is not null)
            await _application.DisposeAsync();
        if (_follower is not null)
            await _follower.DisposeAsync();
        await _fetcher.DisposeAsync();
        await _desk.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<TransactionPlace> FindTransactionAsync(Hash32 hash, CancellationToken cancellationToken) => Task.FromResult(new TransactionPlace(
        true, _blocks.Canonical.SelectMany(block => block.Logs).FirstOrDefault(log => log.TransactionHash == hash)?.Block.Number));

    private Task<(BlockHeader Header, IReadOnlyList<Receipt> Receipts)?> ReadBlockAsync(Hash32 hash, CancellationToken cancellationToken) =>
        Task.FromResult<(BlockHeader Header, IReadOnlyList<Receipt> Receipts)?>(_blocks.Find(hash) is { } block ? (block.Header.Header, block.Receipts) : null);

    // The simulated chain's own day.
    private sealed class StoryClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(1_700_000_000 + 7_200);
    }
}
