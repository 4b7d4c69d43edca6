namespace OpenGradient.Ethereum.Rpc;

/// <summary>Calls that travel in one message. The message is given up when nobody waits for any of them.</summary>
internal sealed class CallGroup : IDisposable
{
    private readonly CancellationTokenSource _abandoned;

    public CallGroup(IReadOnlyList<PendingCall> calls, CancellationToken stopping)
    {
        Calls = calls;
        _abandoned = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        foreach (var call in calls)
            call.Group = this;

        // Whoever left before the group was set told nobody.
        MemberLeft();
    }

    public IReadOnlyList<PendingCall> Calls { get; }

    public CancellationToken Abandoned => _abandoned.Token;

    public void MemberLeft()
    {
        if (Calls.Any(call => !call.IsOver))
            return;
        try
        {
            _abandoned.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The message came to its end at the same moment.
        }
    }

    public void Dispose() => _abandoned.Dispose();
}
