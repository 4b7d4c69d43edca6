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
    private readonly CancellationTokenSource _broken = new();

    /// <summary>Cancelled when it is to stop.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>Cancelled when it is to stop because a part ended that should not: others work on without what that did, and take nothing more.</summary>
    public CancellationToken Broken => _broken.Token;

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
                await BreakAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // As it was asked to.
        }
        catch (Exception failure)
        {
            logger.LoopBroke(failure, name);
            Health.Stopped ??= $"The {name} broke: {failure.Message}";
            await BreakAsync();
            throw;
        }
    }

    /// <summary>
    /// Waits until it is to stop, and whoever asked last was answered; then says that nobody asks any more. Where a part broke that is said at once: what would settle their answers
    /// may be what broke.
    /// </summary>
    /// <param name="answerLast">Lets nobody in any more, and answers who is inside.</param>
    /// <param name="unasked">Says it; twice, perhaps.</param>
    public async Task UntilUnaskedAsync(Func<Task> answerLast, Action unasked)
    {
        await using var atOnce = Broken.Register(unasked);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await answerLast();
        }
        finally
        {
            unasked();
        }
    }

    private async Task BreakAsync()
    {
        await _broken.CancelAsync();
        await StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        while (_owned.TryPop(out var owned))
            await owned.DisposeAsync();
        _stop.Dispose();
        _broken.Dispose();
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
