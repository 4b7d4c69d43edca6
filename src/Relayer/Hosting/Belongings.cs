using OpenGradient.Blobs;
using OpenGradient.Blobs.Addresses;
using OpenGradient.Blobs.Caching;
using OpenGradient.Blobs.Folders;
using OpenGradient.Blobs.Http;
using OpenGradient.Blobs.Reading;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Relayer.Hosting;

// What is made here is kept here, and disposed of with the rest.
#pragma warning disable CA2000

/// <summary>What a host has opened, disposed of in the opposite order, also when its start fails half-way.</summary>
internal sealed class Belongings : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _owned = new();

    public T Add<T>(T owned)
        where T : notnull
    {
        _owned.Push(owned as IAsyncDisposable ?? new Disposing((IDisposable)owned));
        return owned;
    }

    /// <summary>Endpoints, each asked once: whoever asks decides whether another is asked.</summary>
    public IReadOnlyList<EthereumClient> Connect(IReadOnlyList<Uri> endpoints, TimeProvider clock) =>
        [.. endpoints.Select(endpoint => Add(EthereumClient.Connect(endpoint, new RpcOptions { MaxAttempts = 1 }, time: clock)))];

    public BlobReader OpenBlobs(BlobPlaces places, TimeProvider clock)
    {
        var strangers = Add(new HttpBlobClient());
        // The operator's own gateways may be anywhere, such as in the same building.
        var trusted = Add(new HttpBlobClient(new HttpBlobOptions { AllowPrivateAddresses = true, AllowPlainHttp = true }));
        var cache = Add(BlobCache.Open(new BlobCacheOptions { Folder = places.CacheFolder, BudgetBytes = places.CacheBytes }, clock));
        return new BlobReader(
            [
                .. places.Folders.Select(folder => (IBlobSource)new FolderBlobStore(folder)),
                .. places.Gateways.Select(gateway => (IBlobSource)new HttpGateway(gateway, trusted)),
            ],
            cache, new BlobUris(strangers), clock: clock);
    }

    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out var owned))
            await owned.DisposeAsync();
    }

    private sealed class Disposing(IDisposable inner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            inner.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
