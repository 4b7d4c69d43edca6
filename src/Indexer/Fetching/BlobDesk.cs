using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using OpenGradient.Blobs;
using OpenGradient.Blobs.Addresses;
using OpenGradient.Blobs.Caching;
using OpenGradient.Blobs.Folders;
using OpenGradient.Blobs.Http;
using OpenGradient.Blobs.Reading;
using OpenGradient.Blobs.S3;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Indexer.Fetching;

/// <summary>
/// The sources that are asked, the cache, and what is told of them. Strangers choose hashes, and nothing else: only the operator's sources are asked, and
/// no uri from the chain is followed.
/// </summary>
internal sealed class BlobDesk : IBlobObserver, IAsyncDisposable
{
    private const int MostNews = 256;

    private readonly List<IDisposable> _owned = [];
    private readonly ConcurrentQueue<BlobHash> _evicted = new();
    // One that is asked for again and again is recalled once.
    private readonly ConcurrentDictionary<BlobHash, bool> _recalled = new();
    private readonly ILogger? _logger;
    private readonly BlobCache? _cache;
    private long _fetched;
    private long _failed;
    private long _waiting;
    private long _givenUp;

    private BlobDesk()
    {
    }

    /// <param name="sources">In the order in which they are asked.</param>
    /// <param name="cache">Where blobs from afar are kept; the desk's from now on.</param>
    /// <param name="options">Limits.</param>
    /// <param name="logger">Is told who lies.</param>
    /// <param name="clock">The clock of limits.</param>
    public BlobDesk(IReadOnlyList<NamedSource> sources, BlobCache cache, FetchOptions options, ILogger logger, TimeProvider clock)
    {
        (Sources, _cache, _logger) = (sources, cache, logger);
        cache.OnEvicted += (hash, _) => _evicted.Enqueue(hash);
        _owned.Add(cache);
        var strangers = new HttpBlobClient();
        _owned.Add(strangers);
        Reader = new BlobReader(
            sources, cache, new BlobUris(strangers),
            // What fails is tried again by the table, and not here. No uri is ever given.
            new BlobReaderOptions { MaxBytes = FetchOptions.MaxEvidenceBytes, MaxUris = 0, AttemptsPerSource = 1, SourceTimeout = options.SourceTimeout }, this, clock);
    }

    /// <summary>Nothing is fetched.</summary>
    public static BlobDesk None { get; } = new();

    public IReadOnlyList<NamedSource> Sources { get; } = [];

    /// <summary>Null where there is no source.</summary>
    public BlobReader? Reader { get; }

    /// <summary>Over which sources there are.</summary>
    public Hash32 Fingerprint => new(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Sources.Select(source => source.Place)))));

    public BlobFigures Figures => new(
        Volatile.Read(ref _fetched), Volatile.Read(ref _failed), Volatile.Read(ref _waiting), Volatile.Read(ref _givenUp), _cache?.UsedBytes ?? 0, _cache?.BudgetBytes ?? 0);

    /// <exception cref="IndexerException">A folder cannot be used, or another process has the cache open.</exception>
    public static BlobDesk Open(FetchOptions options, ILogger logger, TimeProvider clock)
    {
        if (!options.HasSource)
        {
            logger.NothingFetched();
            return None;
        }

        List<IDisposable> opened = [];
#pragma warning disable CA2000 // What is opened is kept by the desk, and disposed of where that cannot be made.
        try
        {
            // The operator's own may be anywhere, such as in the same building.
            var trusted = Own(new HttpBlobClient(new HttpBlobOptions { AllowPrivateAddresses = true, AllowPlainHttp = true }));
            List<NamedSource> sources =
            [
                .. options.Folders.Select((folder, i) => new NamedSource($"folder {i + 1}", new FolderBlobStore(folder, clock: clock))),
                .. options.S3 is { } s3 ? [new NamedSource("storage", Own(new S3BlobStore(s3, clock)))] : (NamedSource[])[],
                .. options.Gateways.Select((gateway, i) => new NamedSource($"gateway {i + 1}", new HttpGateway(gateway, trusted))),
            ];
            var cache = Own(BlobCache.Open(new BlobCacheOptions { Folder = options.CacheFolder, BudgetBytes = options.CacheBytes }, clock));
            var desk = new BlobDesk(sources, cache, options, logger, clock);
            desk._owned.InsertRange(0, opened.Where(owned => owned != cache));
            foreach (var source in sources)
                logger.SourceNamed(source.Name, source.Place);
            return desk;
        }
        catch (Exception failure)
        {
            opened.ForEach(owned => owned.Dispose());
            if (failure is not (IOException or UnauthorizedAccessException or ArgumentException))
                throw;
            throw new IndexerException($"Blobs cannot be fetched: {failure.Message}", "Look at OG_BLOB_… and at the folder that OG_INDEXER_BLOBS names; each process has a folder of its own.");
        }

#pragma warning restore CA2000
        T Own<T>(T owned)
            where T : IDisposable
        {
            opened.Add(owned);
            return owned;
        }
    }

    /// <summary>Asks that a blob which was here once is fetched again. Beyond some at once, that is forgotten.</summary>
    public void Recall(BlobHash hash)
    {
        if (_recalled.Count < MostNews)
            _recalled.TryAdd(hash, true);
    }

    /// <summary>Whether there is more news than was taken.</summary>
    public bool HasNews => !_evicted.IsEmpty || !_recalled.IsEmpty;

    /// <summary>What left the cache, and what was asked for in vain, since this was last taken.</summary>
    public (IReadOnlyList<BlobHash> Evicted, IReadOnlyList<BlobHash> Recalled) TakeNews() =>
        (TakeEvicted(), [.. _recalled.Keys.Where(hash => _recalled.TryRemove(hash, out _))]);

    public void Count(bool isFetched)
    {
        if (isFetched)
            Interlocked.Increment(ref _fetched);
        else
            Interlocked.Increment(ref _failed);
    }

    public void Tell(long waiting, long givenUp)
    {
        Volatile.Write(ref _waiting, waiting);
        Volatile.Write(ref _givenUp, givenUp);
    }

    public void OnFault(BlobHash hash, SourceFault fault)
    {
        if (fault.Kind == SourceFaultKind.Corrupt)
            _logger?.SourceLied(fault.Source, hash.ToString(), fault.Reason);
        else if (fault.Kind != SourceFaultKind.Missing)
            _logger?.SourceFailed(fault.Source, hash.ToString(), fault.Reason);
    }

    public void OnReading(BlobHash hash, BlobReading reading, TimeSpan elapsed)
    {
        // The fetcher counts what it asked for; what pages ask for is in the cache, as a rule.
    }

    public ValueTask DisposeAsync()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
            _owned[i].Dispose();
        return ValueTask.CompletedTask;
    }

    private List<BlobHash> TakeEvicted()
    {
        var taken = new List<BlobHash>();
        while (taken.Count < MostNews && _evicted.TryDequeue(out var hash))
            taken.Add(hash);
        return taken;
    }
}

/// <summary>What was fetched, and what is held.</summary>
/// <param name="Fetched">Blobs that came, since the start.</param>
/// <param name="Failed">Attempts in vain, since the start.</param>
/// <param name="Waiting">Blobs that are still to come.</param>
/// <param name="GivenUp">Blobs that were tried often enough.</param>
/// <param name="Bytes">What the cache takes; what lies in folders of this machine is not copied.</param>
/// <param name="BudgetBytes">What it may take.</param>
internal sealed record BlobFigures(long Fetched, long Failed, long Waiting, long GivenUp, long Bytes, long BudgetBytes);
