namespace OpenGradient.Sending;

/// <summary>Wakes whoever waits in this process. A call while nobody waits is kept for the next who does.</summary>
internal sealed class ChangeSignal : IDisposable
{
    private readonly SemaphoreSlim _raised = new(0, 1);

    public void Raise()
    {
        try
        {
            _raised.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody is about to be woken anyway.
        }
    }

    /// <summary>Returns when it was raised, or after <paramref name="limit"/>: what other processes do is not heard.</summary>
    public async Task WaitAsync(TimeSpan limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var raised = _raised.WaitAsync(done.Token);
        await Task.WhenAny(raised, Task.Delay(limit, clock, done.Token));
        await done.CancelAsync();
        try
        {
            await raised;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The limit came first.
        }
    }

    public void Dispose() => _raised.Dispose();
}
