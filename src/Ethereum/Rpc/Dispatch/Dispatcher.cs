using System.Diagnostics.CodeAnalysis;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>
/// Sends calls through a transport: at most so many messages at once, each with its attempts. What has to wait for a free slot shares a
/// message with others that wait, so that batches form under load and delay nothing. A batch that is refused is split.
/// </summary>
internal sealed class Dispatcher(IRpcTransport transport, RpcOptions options, TimeProvider time, Random random) : IAsyncDisposable
{
    private readonly SlotQueue _slots = new(options.MaxConcurrency, options.QueueLimit);

    // Never disposed, which it does not need without a timer: a message may be let out while the client is being disposed.
    [SuppressMessage("Usage", "CA2213", Justification = "See above.")]
    private readonly CancellationTokenSource _stopping = new();
    private BatchSizing _batches = new(options.MaxBatchSize);
    private bool _isDisposed;

    /// <summary>The most calls that are sent in one message now.</summary>
    public int BatchLimit => Volatile.Read(ref _batches).Limit;

    public async Task<RpcResult<T>> SendAsync<T>(RpcCall<T> call, CancellationToken cancellationToken)
    {
        var pending = new PendingCall<T>(call);
        await SendAllAsync([pending], cancellationToken);
        return await pending.End;
    }

    /// <summary>Returns when each call has ended; throws only for a cancelled token, a disposed client, or a bug.</summary>
    public async Task SendAllAsync(IReadOnlyList<PendingCall> calls, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed), typeof(EthereumClient));
        var deadline = time.GetTimestamp() + (long)(options.TotalTimeout.TotalSeconds * time.TimestampFrequency);
        foreach (var call in calls)
            call.Deadline = deadline;

        using var cancellation = cancellationToken.UnsafeRegister(static (calls, token) => Cancel(calls, token), calls);
        await using var limit = time.CreateTimer(
            static state => TimeOut(state), (calls, options.TotalTimeout), options.TotalTimeout, Timeout.InfiniteTimeSpan);
        foreach (var part in calls.Chunk(BatchLimit))
            _ = RunAsync([.. part], attempt: 1);
        foreach (var call in calls)
            await call.Over;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
            return;

        _slots.Close();
        await _stopping.CancelAsync();
        await transport.DisposeAsync();
    }

    private static void Cancel(object? calls, CancellationToken cancellationToken)
    {
        foreach (var call in (IReadOnlyList<PendingCall>)calls!)
            call.Cancel(cancellationToken);
    }

    private static void TimeOut(object? state)
    {
        var (calls, limit) = ((IReadOnlyList<PendingCall>, TimeSpan))state!;
        foreach (var call in calls)
            call.Abandon(new RpcError.Timeout(limit));
    }

    /// <summary>Brings calls to their end, whatever that is: nobody awaits this.</summary>
    private async Task RunAsync(List<PendingCall> calls, int attempt)
    {
        try
        {
            while (calls.Count > 0)
            {
                var ticket = new SlotQueue.Ticket(calls, isSmall: attempt == 1 && calls is [{ Call.IsHeavy: false }]);
                switch (await _slots.EnterAsync(ticket))
                {
                    case SlotQueue.Entry.Absorbed:
                        return;
                    case SlotQueue.Entry.Full:
                        End(calls, new RpcError.Overloaded(options.QueueLimit));
                        return;
                    case SlotQueue.Entry.Closed:
                        FaultDisposed(calls);
                        return;
                }

                using var group = new CallGroup(calls, _stopping.Token);
                var fault = await AttemptInSlotAsync(group);
                if (BatchRefusal.Of(fault, calls) is { } refusal && (!refusal.CountsAsAttempt || attempt < options.MaxAttempts))
                {
                    FinishWithout(calls, refusal.Calls);
                    await SplitAsync(refusal, attempt);
                    return;
                }

                if (fault is null && calls.Exists(call => call.Error is null))
                    Learn(static (batches, answered) => batches.Answered(answered), calls.Count);
                calls = await PauseAsync(group, attempt);
                attempt++;
            }
        }
        catch (OperationCanceledException)
        {
            FaultDisposed(calls);
        }
        catch (Exception bug)
        {
            calls.ForEach(call => call.Fault(bug));
        }
    }

    private async Task<RpcError?> AttemptInSlotAsync(CallGroup group)
    {
        try
        {
            return await AttemptAsync(group);
        }
        finally
        {
            _slots.Leave(BatchLimit);
        }
    }

    /// <summary>Sends a message once and settles its calls; gives the error of the whole message, if it is one.</summary>
    private async Task<RpcError?> AttemptAsync(CallGroup group)
    {
        var calls = group.Calls;
        var message = RpcMessage.Of([.. calls.Select(call => call.Call)]);
        foreach (var call in calls)
            call.Forget();

        var started = time.GetTimestamp();
        using var timeout = new CancellationTokenSource(options.AttemptTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(group.Abandoned, timeout.Token);
        RpcError? fault;
        try
        {
            using var reply = await transport.SendAsync(message, either.Token);
            fault = reply.Error ?? ReadReply(reply, calls, message.FirstId);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !group.Abandoned.IsCancellationRequested)
        {
            fault = new RpcError.Timeout(options.AttemptTimeout);
        }

        foreach (var call in calls.Where(call => !call.IsAnswered))
            call.Fail(fault ?? new RpcError.Malformed("no answer to this call of the batch"));
        options.Observe?.Invoke(new RpcAttempt(
            transport.Endpoint.Name, calls[0].Call.Method, calls.Count, time.GetElapsedTime(started), fault ?? FaultOf(calls)));
        return fault;
    }

    private RpcError? ReadReply(RpcReply reply, IReadOnlyList<PendingCall> calls, long firstId) =>
        StatusVerdict.Of(reply, AnswerReader.Read(reply.Body.Span, calls, firstId, transport.Endpoint, options.MaxJsonDepth), calls);

    // What says something about the endpoint, and not about the question.
    private static RpcError? FaultOf(IReadOnlyList<PendingCall> calls) =>
        calls.Select(call => call.Error).FirstOrDefault(error => error is RpcError.RateLimited or RpcError.Malformed or RpcError.Transport);

    [SuppressMessage("Security", "CA5394", Justification = "Spreads retries; no secret depends on it.")]
    private double Chance()
    {
        lock (random)
            return random.NextDouble();
    }

    /// <summary>Ends what has ended, waits, and gives what is to be tried again.</summary>
    private async Task<List<PendingCall>> PauseAsync(CallGroup group, int attempt)
    {
        var chance = Chance();
        var again = new List<PendingCall>();
        var pause = TimeSpan.Zero;
        foreach (var call in group.Calls)
        {
            var delay = call.Error is null
                ? null
                : RetryPolicy.DelayAfter(options, call.Error, call.Call.IsRepeatable, attempt, chance);

            // What would come too late is not waited for: the reason is known now.
            if (delay is not { } wait || wait >= time.GetElapsedTime(time.GetTimestamp(), call.Deadline))
            {
                call.Finish();
                continue;
            }

            again.Add(call);
            pause = wait > pause ? wait : pause;
        }

        if (again.Count > 0)
            await Task.Delay(pause, time, group.Abandoned);
        return again;
    }

    private async Task SplitAsync(BatchRefusal refusal, int attempt)
    {
        var calls = refusal.Calls;
        var half = calls.Count / 2;
        var next = refusal.CountsAsAttempt ? attempt + 1 : attempt;
        await Task.WhenAll(RunAsync(calls.GetRange(0, half), next), RunAsync(calls.GetRange(half, calls.Count - half), next));

        // What an endpoint refuses in every size, it did not refuse for its size.
        if (refusal.IsLimit && calls.Exists(call => call.Error is null))
            Learn(static (batches, taken) => batches.Refused(taken), half);
    }

    private void Learn(Func<BatchSizing, int, BatchSizing> lesson, int calls)
    {
        while (true)
        {
            var before = Volatile.Read(ref _batches);
            var after = lesson(before, calls);
            if (ReferenceEquals(after, before) || ReferenceEquals(Interlocked.CompareExchange(ref _batches, after, before), before))
                return;
        }
    }

    private static void FaultDisposed(List<PendingCall> calls)
    {
        var gone = new ObjectDisposedException(nameof(EthereumClient));
        calls.ForEach(call => call.Fault(gone));
    }

    private static void FinishWithout(IReadOnlyList<PendingCall> calls, List<PendingCall> open)
    {
        foreach (var call in calls.Where(call => !open.Contains(call)))
            call.Finish();
    }

    private static void End(List<PendingCall> calls, RpcError error)
    {
        foreach (var call in calls)
        {
            call.Fail(error);
            call.Finish();
        }
    }
}
