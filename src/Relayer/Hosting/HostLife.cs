using Microsoft.Extensions.Logging;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Operations;

namespace OpenGradient.Relayer.Hosting;

// What is made here is kept here, and disposed of with the rest.
#pragma warning disable CA2000

/// <summary>
/// What a host has opened, and what runs in it. All of it stops when it is asked to, or when a part ends that should not; then what was opened is disposed of in
/// the opposite order, also where the start failed half-way.
/// </summary>
internal sealed class HostLife(ILogger logger) : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _owned = new();
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Cancelled when it is to stop.</summary>
    public CancellationToken Stopping => _stop.Token;

    public HealthReport Health { get; set; } = null!;

    /// <summary>All that runs; completed before anything does.</summary>
    public Task Running { get; set; } = Task.CompletedTask;

    public T Own<T>(T owned)
        where T : notnull
    {
        _owned.Push(owned as IAsyncDisposable ?? new Disposing((IDisposable)owned));
        return owned;
    }

    /// <summary>Endpoints, each asked once: whoever asks decides whether another is asked.</summary>
    public IReadOnlyList<EthereumClient> Connect(IReadOnlyList<Uri> endpoints, TimeProvider clock) =>
        [.. endpoints.Select(endpoint => Own(EthereumClient.Connect(endpoint, new RpcOptions { MaxAttempts = 1 }, time: clock)))];

    public Task StopAsync() => _stop.CancelAsync();

    /// <summary>Runs one part until it is asked to stop. One that ends before is the end of all: the others would work on without what it does.</summary>
    public async Task LoopAsync(string name, Func<CancellationToken, Task> run, CancellationToken stopping)
    {
        try
        {
            await Task.Run(() => run(stopping), CancellationToken.None);
            if (!stopping.IsCancellationRequested)
                await StopAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // As it was asked to.
        }
        catch (Exception failure)
        {
            logger.LoopBroke(failure, name);
            Health.Stopped ??= $"The {name} broke: {failure.Message}";
            await StopAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        while (_owned.TryPop(out var owned))
            await owned.DisposeAsync();
        _stop.Dispose();
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
