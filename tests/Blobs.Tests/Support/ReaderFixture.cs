using System.Collections.Concurrent;
using OpenGradient.Blobs.Addresses;
using OpenGradient.Blobs.Caching;
using OpenGradient.Blobs.Http;
using OpenGradient.Blobs.Reading;
using OpenGradient.Support;

namespace OpenGradient.Blobs.Tests.Support;

/// <summary>A reader over a cache of its own, at a time that the test moves.</summary>
internal sealed class ReaderFixture : IBlobObserver, IDisposable
{
    private readonly TestFolder _folder = new();

    public ReaderFixture(long budgetBytes = 1 << 24)
    {
        Options = new BlobReaderOptions();
        Cache = BlobCache.Open(new BlobCacheOptions { Folder = _folder.Path, BudgetBytes = budgetBytes }, Time);
        Http = new HttpBlobClient(new HttpBlobOptions { AllowPrivateAddresses = true, AllowPlainHttp = true });
    }

    public ManualTime Time { get; } = new();

    public BlobReaderOptions Options { get; set; }

    public BlobCache Cache { get; private set; }

    public HttpBlobClient Http { get; }

    public ConcurrentQueue<SourceFault> Faults { get; } = [];

    public ConcurrentQueue<BlobReading> Readings { get; } = [];

    public string Folder => _folder.Path;

    public BlobReader Over(params IBlobSource[] sources) =>
        new(sources, Cache, new BlobUris(Http), Options, this, Time, new Random(1));

    /// <summary>Closes the cache and opens it again, as a new process would.</summary>
    public void Reopen(long budgetBytes = 1 << 24)
    {
        Cache.Dispose();
        Cache = BlobCache.Open(new BlobCacheOptions { Folder = _folder.Path, BudgetBytes = budgetBytes }, Time);
    }

    /// <summary>Moves the time on, over and over, until something is done that only waits for time.</summary>
    public async Task<T> OutwaitAsync<T>(Task<T> work, TimeSpan step)
    {
        while (!work.IsCompleted)
        {
            Time.Advance(step);
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        return await work;
    }

    public void OnFault(BlobHash hash, SourceFault fault) => Faults.Enqueue(fault);

    public void OnReading(BlobHash hash, BlobReading reading, TimeSpan elapsed) => Readings.Enqueue(reading);

    public void Dispose()
    {
        Cache.Dispose();
        Http.Dispose();
        _folder.Dispose();
    }
}
