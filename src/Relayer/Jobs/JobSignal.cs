namespace OpenGradient.Relayer.Jobs;

/// <summary>Wakes whoever waits for jobs. Rung often and heard once: what is due is in the database.</summary>
public sealed class JobSignal
{
    private TaskCompletionSource _rung = New();

    /// <summary>Something may be due. Rung while nobody waits, it is heard by the next who does.</summary>
    public void Ring() => Volatile.Read(ref _rung).TrySetResult();

    /// <summary>Returns when it rings, or after a while. For one who waits at a time.</summary>
    public async Task WaitAsync(TimeSpan longest, TimeProvider clock, CancellationToken cancellationToken)
    {
        var rung = Volatile.Read(ref _rung).Task;
        if (!rung.IsCompleted && longest > TimeSpan.Zero)
        {
            using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(rung, Task.Delay(longest, clock, done.Token));
            await done.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (rung.IsCompleted)
            Volatile.Write(ref _rung, New());
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
