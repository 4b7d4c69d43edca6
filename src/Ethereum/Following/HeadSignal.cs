namespace OpenGradient.Ethereum.Following;

/// <summary>Wakes a follower that waits for the next block: called by whoever hears of new heads, such as a subscription.</summary>
public sealed class HeadSignal
{
    private TaskCompletionSource _woken = New();

    /// <summary>A new head may be there. A call during a step makes the follower look again right after it.</summary>
    public void Wake() => Volatile.Read(ref _woken).TrySetResult();

    internal async Task WaitAsync(TimeSpan limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Volatile.Read(ref _woken).Task, Task.Delay(limit, clock, done.Token));
        await done.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (_woken.Task.IsCompleted)
            Volatile.Write(ref _woken, New());
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
