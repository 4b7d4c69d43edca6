namespace OpenGradient.Indexer.Api;

/// <summary>Rung when something was committed; whoever waits then looks for itself.</summary>
public sealed class CommitSignal
{
    private TaskCompletionSource _next = New();

    public void Ring() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    /// <summary>To be taken before one looks, so that nothing is missed in between.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
