using OpenGradient.Blobs;
using OpenGradient.Blobs.Addresses;
using OpenGradient.Blobs.Caching;
using OpenGradient.Blobs.Folders;
using OpenGradient.Blobs.Http;
using OpenGradient.Blobs.Reading;
using OpenGradient.Blobs.S3;

namespace OpenGradient.Relayer.Hosting;

/// <summary>Where blobs are had and kept.</summary>
/// <param name="CacheFolder">Where those from afar are kept.</param>
/// <param name="CacheBytes">The most that those take.</param>
/// <param name="Folders">The operator's own, asked first.</param>
/// <param name="Gateways">Asked next, after the storage.</param>
/// <param name="MaxInputBytes">The largest input that is fetched.</param>
public sealed record BlobPlaces(
    string CacheFolder, long CacheBytes, IReadOnlyList<string> Folders, IReadOnlyList<Uri> Gateways, long MaxInputBytes = 64 << 20)
{
    /// <summary>Through which ipfs: uris are read; null for none.</summary>
    public Uri? IpfsGateway { get; init; }

    /// <summary>The operator's S3-compatible storage; null for none.</summary>
    public S3Options? S3 { get; init; }
}

/// <summary>These places, opened: one process at a time has a cache open.</summary>
public sealed class OpenedBlobs : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    private OpenedBlobs()
    {
    }

    public BlobReader Reader { get; private set; } = null!;

    /// <summary>The places that are asked over the network.</summary>
    public IReadOnlyList<IBlobSource> Afar { get; private set; } = [];

    /// <summary>The places that something is published in: the first folder, and the storage.</summary>
    public IReadOnlyList<IBlobStore> Stores { get; private set; } = [];

    /// <exception cref="IOException">A folder cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static OpenedBlobs Open(BlobPlaces places, TimeProvider clock)
    {
        var opened = new OpenedBlobs();
        try
        {
            var strangers = opened.Own(new HttpBlobClient());
            // The operator's own may be anywhere, such as in the same building.
            var trusted = opened.Own(new HttpBlobClient(new HttpBlobOptions { AllowPrivateAddresses = true, AllowPlainHttp = true }));
            var cache = opened.Own(BlobCache.Open(new BlobCacheOptions { Folder = places.CacheFolder, BudgetBytes = places.CacheBytes }, clock));
            var storage = places.S3 is null ? null : opened.Own(new S3BlobStore(places.S3, clock));
            var ipfs = places.IpfsGateway is null ? null : new IpfsGateway(places.IpfsGateway, trusted);
            opened.Afar = [.. new IBlobSource?[] { storage }.OfType<IBlobSource>(), .. places.Gateways.Select(gateway => new HttpGateway(gateway, trusted))];
            List<FolderBlobStore> folders = [.. places.Folders.Select(folder => new FolderBlobStore(folder))];
            opened.Stores = [.. folders.Take(1), .. new IBlobStore?[] { storage }.OfType<IBlobStore>()];
            opened.Reader = new BlobReader(
                [.. folders, .. opened.Afar], cache, new BlobUris(strangers, ipfs, storage), clock: clock);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
            _owned[i].Dispose();
    }

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
