using System.Text.Json;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>A call on its way: what the last attempt brought, and whoever waits for the end.</summary>
internal abstract class PendingCall(RpcCall call)
{
    public RpcCall Call { get; } = call;

    /// <summary>Why the last attempt brought nothing; null once there is a value.</summary>
    public RpcError? Error { get; private set; }

    /// <summary>Whether the current attempt brought something, good or bad.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Whether nobody waits any more.</summary>
    public abstract bool IsOver { get; }

    /// <summary>When its time is up, as <see cref="TimeProvider.GetTimestamp"/> counts.</summary>
    public long Deadline { get; set; }

    /// <summary>Completes when the call has ended, however it did.</summary>
    public abstract Task Over { get; }

    /// <summary>The group that carries this call; told when nobody waits any more.</summary>
    public CallGroup? Group { get; set; }

    public void Forget()
    {
        IsAnswered = false;
        Error = null;
    }

    public void Fail(RpcError error)
    {
        Error = error;
        IsAnswered = true;
    }

    public void Succeed(ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
    {
        ReadValue(ref reader, text);
        Error = null;
        IsAnswered = true;
    }

    /// <summary>Hands over what the last attempt brought.</summary>
    public abstract void Finish();

    /// <summary>Ends with an error whatever the attempts are doing.</summary>
    public abstract void Abandon(RpcError error);

    public abstract void Cancel(CancellationToken cancellationToken);

    public abstract void Fault(Exception bug);

    protected abstract void ReadValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> text);

    protected void NobodyWaits() => Group?.MemberLeft();
}

/// <inheritdoc cref="PendingCall"/>
internal sealed class PendingCall<T>(RpcCall<T> call) : PendingCall(call)
{
    private readonly RpcCall<T> _call = call;
    private readonly TaskCompletionSource<RpcResult<T>> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _value;

    /// <summary>What the last attempt brought, if there is no <see cref="PendingCall.Error"/>.</summary>
    public T Value => _value!;

    public Task<RpcResult<T>> End => _end.Task;

    public override Task Over => _end.Task;

    public override bool IsOver => _end.Task.IsCompleted;

    public override void Finish() => _end.TrySetResult(Error is null ? new RpcResult<T>(_value!) : new RpcResult<T>(Error));

    public override void Abandon(RpcError error)
    {
        if (_end.TrySetResult(new RpcResult<T>(error)))
            NobodyWaits();
    }

    public override void Cancel(CancellationToken cancellationToken)
    {
        if (_end.TrySetCanceled(cancellationToken))
            NobodyWaits();
    }

    public override void Fault(Exception bug) => _end.TrySetException(bug);

    protected override void ReadValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> text) => _value = _call.Read(ref reader, text);
}
