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
