using OpenGradient.Blobs;
using OpenGradient.Blobs.Addresses;
using OpenGradient.Blobs.Caching;
using OpenGradient.Blobs.Folders;
using OpenGradient.Blobs.Http;
using OpenGradient.Blobs.Reading;
using OpenGradient.Blobs.S3;
using OpenGradient.Cli.Model.Publishing;
using OpenGradient.Cli.Terminal;
using Spectre.Console;

namespace OpenGradient.Cli.Model.Storage;

/// <summary>The places that the settings name, opened for one command.</summary>
internal sealed class BlobShelf : IDisposable
{
    private const long CacheBytes = 64L << 30;

    private readonly List<IDisposable> _owned = [];
    private readonly List<IBlobStore> _stores = [];
    private readonly IReadOnlyList<IBlobSource> _sources;
    private readonly BlobUris _uris;
    private readonly StorageSettings _settings;
    private readonly string _cacheFolder;
    private readonly IAnsiConsole _screen;
    private readonly TimeProvider _clock;
    private BlobReader? _reader;
    private string? _ownFolder;

    public BlobShelf(StorageSettings settings, Checkout checkout, IAnsiConsole screen, TimeProvider clock)
    {
        (_settings, _screen, _clock) = (settings, screen, clock);
        _cacheFolder = checkout.PathOf(".og", "blob-cache");
        var strangers = Own(new HttpBlobClient());
        // What the operator named may be anywhere, such as in the same building.
        var trusted = Own(new HttpBlobClient(new HttpBlobOptions { AllowPrivateAddresses = true, AllowPlainHttp = true }));
        var s3 = settings.S3 is null ? null : Own(OpenS3(settings.S3, clock));
        var ipfs = settings.IpfsGateway is null ? null : new IpfsGateway(settings.IpfsGateway, trusted);
        if (settings.Folder is not null)
            _stores.Add(new FolderBlobStore(settings.Folder, clock: clock));
        if (s3 is not null)
            _stores.Add(s3);
        _sources = [.. _stores, .. settings.ReadFolders.Select(folder => new FolderBlobStore(folder, clock: clock)), .. settings.Gateways.Select(gateway => new HttpGateway(gateway, trusted))];
        _uris = new BlobUris(strangers, ipfs, s3);
    }

    /// <summary>Puts a blob into every store, and gives the uris under which others may have it from there.</summary>
    public async Task<IReadOnlyList<string>> StoreAsync(Stream content, string what, BlobHash hash, CancellationToken cancellationToken)
    {
        if (_stores.Count == 0)
        {
            throw new ExpectedFailureException(
                ExitCode.Usage, "There is no place to store blobs in.", $"Set {StorageSettings.FolderName}, or {StorageSettings.S3EndpointName} and what belongs to it.");
        }

        foreach (var store in _stores)
        {
            content.Position = 0;
            await using var told = new ToldStream(content, new TransferScreen(_screen, $"storing {what}", _clock));
            var stored = await store.PutAsync(told, cancellationToken) switch
            {
                BlobWriting.Stored done => done,
                BlobWriting.TooLarge large => throw Failed(store, $"it takes {Sizes.Show(large.LimitBytes)} at the most.", "Use another storage for it."),
                BlobWriting.NoRoom full => throw Failed(store, full.Reason, "Make room, and run it again."),
                BlobWriting.Failed failed => throw Failed(store, failed.Reason, "Look at the storage, and run it again: what is there already is not sent twice."),
                _ => throw new InvalidOperationException("There is an end of storing that is not known."),
            };
            if (stored.Hash != hash)
                throw new ExpectedFailureException(ExitCode.Failed, $"{what} changed while it was stored.", "Run it again when nothing writes to it.");
            _screen.MarkupLineInterpolated($"[grey]stored[/] {what} in {store.Name}, {Sizes.Show(stored.Length)}{(stored.WasThere ? " (it was there)" : string.Empty)}");
        }

        List<string> uris = [ModelMetadata.UriOf(hash)];
        if (_settings.S3 is { } s3)
            uris.Add($"s3://{s3.Bucket}/{s3.Prefix}{hash.Digits}");
        return uris;
    }

    /// <summary>Brings a blob, wherever it can be had.</summary>
    public Task<BlobReading> ReadAsync(BlobRequest request, CancellationToken cancellationToken) => Reader.ReadAsync(request, cancellationToken);

    /// <summary>What is told of a model; null where it is not to be had, or is something else.</summary>
    public async Task<ModelMetadata?> ReadMetadataAsync(string uri, CancellationToken cancellationToken)
    {
        if (ModelMetadata.BlobIn(uri) is not { } hash)
            return null;
        var reading = await ReadAsync(new BlobRequest(hash) { MaxBytes = ModelMetadata.MaxBytes }, cancellationToken);
        if (reading is not BlobReading.Found(var blob, _))
            return null;
        using (blob)
            return ModelMetadata.Read(await blob.ReadAllAsync(ModelMetadata.MaxBytes, cancellationToken));
    }

    /// <summary>Asks every place whether it has a blob, without fetching it.</summary>
    public async Task<IReadOnlyList<BlobPlace>> LocateAsync(BlobHash hash, IEnumerable<string> uris, CancellationToken cancellationToken)
    {
        List<BlobPlace> places = [];
        foreach (var source in _sources)
            places.Add(await AskAsync(source, hash, cancellationToken));
        foreach (var uri in uris)
        {
            switch (_uris.Resolve(uri))
            {
                case UriMeaning.Place(var source):
                    places.Add(await AskAsync(source, hash, cancellationToken));
                    break;
                case UriMeaning.Refused(var shown, var reason):
                    places.Add(new BlobPlace(shown, HasIt: false, reason));
                    break;
                default:
                    // Any configured place: they were asked.
                    break;
            }
        }

        return places;
    }

    public void Dispose()
    {
        foreach (var owned in Enumerable.Reverse(_owned))
            owned.Dispose();
        if (_ownFolder is not null)
            Directory.Delete(_ownFolder, recursive: true);
    }

    private BlobReader Reader => _reader ??= new BlobReader(_sources, Own(OpenCache()), _uris, clock: _clock);

    // What breaks off is gone on with from there. One process at a time has it open: a command that runs beside another does without.
    private BlobCache OpenCache()
    {
        try
        {
            return BlobCache.Open(new BlobCacheOptions { Folder = _cacheFolder, BudgetBytes = CacheBytes }, _clock);
        }
        catch (IOException)
        {
            _ownFolder = Directory.CreateTempSubdirectory("og-blobs-").FullName;
            return BlobCache.Open(new BlobCacheOptions { Folder = _ownFolder, BudgetBytes = CacheBytes }, _clock);
        }
    }

    private static async Task<BlobPlace> AskAsync(IBlobSource source, BlobHash hash, CancellationToken cancellationToken)
    {
        switch (await source.OpenAsync(hash, offset: 0, cancellationToken))
        {
            case BlobOffer.Content content:
                await content.Stream.DisposeAsync();
                return new BlobPlace(source.Name, HasIt: true, content.TotalLength is { } length ? Sizes.Show(length) : "has it");
            case BlobOffer.Failed failed:
                return new BlobPlace(source.Name, HasIt: false, failed.Reason);
            default:
                return new BlobPlace(source.Name, HasIt: false, "does not have it");
        }
    }

    private static S3BlobStore OpenS3(S3Options options, TimeProvider clock)
    {
        try
        {
            return new S3BlobStore(options, clock);
        }
        catch (ArgumentException wrong)
        {
            throw new ExpectedFailureException(ExitCode.Usage, $"The settings of the S3 storage are wrong: {wrong.Message}", $"Look at {StorageSettings.S3EndpointName} and those beside it.");
        }
    }

    private static ExpectedFailureException Failed(IBlobStore store, string reason, string remedy) =>
        new(ExitCode.Failed, $"{store.Name} did not take it: {reason}", remedy);

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}

/// <summary>A place, and whether it says that it has a blob.</summary>
public sealed record BlobPlace(string Place, bool HasIt, string Details);
