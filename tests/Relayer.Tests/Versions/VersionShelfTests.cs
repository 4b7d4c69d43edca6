using System.Runtime.CompilerServices;
using OpenGradient.Blobs;
using OpenGradient.Blobs.Addresses;
using OpenGradient.Blobs.Caching;
using OpenGradient.Blobs.Http;
using OpenGradient.Blobs.Reading;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Integer;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Relayer.Versions;
using OpenGradient.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Relayer.Tests.Versions;

/// <summary>Versions that strangers publish are loaded once, held within a budget, and waited for so long and no longer.</summary>
public sealed class VersionShelfTests(SqliteFixture fixture) : IClassFixture<SqliteFixture>, IAsyncLifetime
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private static readonly byte[] Artifact = File.ReadAllBytes(Repository.PathOf("models", "volatility", "model.ogq"));
    private static readonly IntegerModel Model = Assert.IsType<IntegerReading.Accepted>(IntegerModel.Read(Artifact, ArtifactLimits.Default)).Model;

    private readonly string _folder = Directory.CreateTempSubdirectory("shelf-").FullName;
    private readonly SlowPlace _place = new();
    private readonly HttpBlobClient _http = new();
    private readonly ManualTime _clock = new();
    private OperationsScene _scene = null!;
    private BlobCache _cache = null!;

    public async ValueTask InitializeAsync()
    {
        _scene = await OperationsScene.OpenAsync(fixture);
        _cache = BlobCache.Open(new BlobCacheOptions { Folder = Path.Combine(_folder, "cache"), BudgetBytes = 1 << 30 }, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        _place.Open();
        _cache.Dispose();
        _http.Dispose();
        await _scene.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Thirty_versions_of_strangers_stay_within_the_budget()
    {
        _place.Open();
        const long Budget = 150_000;
        await using var shelf = Shelf(new ShelfOptions { MemoryBytes = Budget });

        for (var number = 0; number < 30; number++)
        {
            await RunAsync(shelf, number);
            Assert.InRange(shelf.Bytes, 1, Budget);
        }

        // Each takes 16 KiB and more.
        Assert.InRange(shelf.Kept, 1, 8);
        // The last is still there, and the first is had again.
        await RunAsync(shelf, 29);
        await RunAsync(shelf, 0);
    }

    [Fact]
    public async Task What_is_in_use_counts_until_it_is_gone_and_is_found_meanwhile()
    {
        _place.Open();
        // One may be kept while another is loaded, and no third.
        await using var shelf = Shelf(new ShelfOptions { MemoryBytes = 70_000 });
        var (first, second) = (await ReadyAsync(shelf, 1), await ReadyAsync(shelf, 2));

        var third = Assert.IsType<VersionOnShelf.Unavailable>(await shelf.TakeAsync(Published(3), Stop));

        Assert.Contains("in use", third.Details, StringComparison.Ordinal);
        Assert.Same(first, await ReadyAsync(shelf, 1));
        Assert.Same(second, await ReadyAsync(shelf, 2));
        GC.KeepAlive(first);
        GC.KeepAlive(second);
    }

    [Fact]
    public async Task An_artifact_that_the_budget_cannot_hold_is_refused_before_it_is_in_memory()
    {
        _place.Open();
        await using var shelf = Shelf(new ShelfOptions { MemoryBytes = 20_000 });

        Assert.IsType<VersionOnShelf.Refused>(await shelf.TakeAsync(Published(1), Stop));

        Assert.Equal(0, shelf.Bytes);
    }

    [Fact]
    public async Task Many_who_ask_at_once_get_one_and_the_same()
    {
        await using var shelf = Shelf(new ShelfOptions());
        var takings = Enumerable.Range(0, 16).Select(_ => shelf.TakeAsync(Published(1), Stop)).ToList();
        await _place.WasAsked;
        _place.Open();

        var versions = (await Task.WhenAll(takings)).Select(taken => Assert.IsType<VersionOnShelf.Ready>(taken).Version).ToList();

        Assert.All(versions, version => Assert.Same(versions[0], version));
        Assert.Equal(1, _place.Asked);
    }

    [Fact]
    public async Task Who_asks_waits_so_long_and_finds_it_the_next_time()
    {
        await using var shelf = Shelf(new ShelfOptions { Patience = TimeSpan.FromSeconds(30) });
        var first = shelf.TakeAsync(Published(1), Stop);
        await _place.WasAsked;

        _clock.Advance(TimeSpan.FromSeconds(31));

        Assert.IsType<VersionOnShelf.Unavailable>(await first);
        _place.Open();
        await Eventually.UntilAsync(async () => await shelf.TakeAsync(Published(1), Stop) is VersionOnShelf.Ready, "it is loaded", Stop);
        Assert.Equal(1, _place.Asked);
    }

    [Fact]
    public async Task Getting_a_version_ends_when_it_takes_too_long()
    {
        await using var shelf = Shelf(new ShelfOptions { Patience = TimeSpan.FromHours(1), LoadLimit = TimeSpan.FromMinutes(10) });
        var taking = shelf.TakeAsync(Published(1), Stop);
        await _place.WasAsked;

        _clock.Advance(TimeSpan.FromMinutes(11));

        Assert.Contains("600 s", Assert.IsType<VersionOnShelf.Unavailable>(await taking).Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_more_are_fetched_at_once_than_may_be()
    {
        await using var shelf = Shelf(new ShelfOptions { MostLoading = 1 });
        var first = shelf.TakeAsync(Published(1), Stop);
        await _place.WasAsked;

        Assert.IsType<VersionOnShelf.Unavailable>(await shelf.TakeAsync(Published(2), Stop));

        _place.Open();
        Assert.IsType<VersionOnShelf.Ready>(await first);
        Assert.IsType<VersionOnShelf.Ready>(await shelf.TakeAsync(Published(2), Stop));
    }

    private VersionShelf Shelf(ShelfOptions options) => new(
        _scene.Database, new BlobReader([_place], _cache, new BlobUris(_http, ipfs: null, s3: null), clock: TimeProvider.System), ServedVersions.All, ArtifactLimits.Default,
        options, _clock);

    // Its reference to the version must not outlive the call.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task RunAsync(VersionShelf shelf, int number) => await ReadyAsync(shelf, number);

    private static async Task<LoadedVersion> ReadyAsync(VersionShelf shelf, int number) =>
        Assert.IsType<VersionOnShelf.Ready>(await shelf.TakeAsync(Published(number), Stop)).Version;

    // What a stranger does at no cost: the same weights as often as it likes.
    private static KnownVersion Published(int number) => new(
        OperationsScene.Id(number + 1), Hash32.Zero, VersionStatus.Active,
        new IModelRegistryContract.Version(
            1, (uint)number, ArtifactSource.HashOf(Artifact), Model.Signature.Hash, Address.Zero,
            new IModelRegistryContract.Semantics((byte)SemanticsKind.Integer, Model.Descriptor.Hash, Hash32.Zero, UInt256.Zero, UInt256.Zero), []));

    /// <summary>A place that has the artifact, and gives it to nobody before it is opened.</summary>
    private sealed class SlowPlace : IBlobSource
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _times;

        public string Name => "slow";

        public Task WasAsked => _asked.Task.WaitAsync(TimeSpan.FromSeconds(60), Stop);

        public int Asked => Volatile.Read(ref _times);

        public void Open() => _open.TrySetResult();

        public async Task<BlobOffer> OpenAsync(BlobHash hash, long offset, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _times);
            _asked.TrySetResult();
            await _open.Task.WaitAsync(cancellationToken);
            return new BlobOffer.Content(new MemoryStream(Artifact, writable: false), 0, Artifact.Length);
        }
    }
}
