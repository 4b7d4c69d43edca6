using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Cli.Up;

/// <summary>The hub's events as the follower tells them, when it told them, and a way to wait for one.</summary>
internal sealed class HubEvents : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(Hash32 Signature, Hash32 RequestId), List<(LocatedLog Log, long At)>> _told = [];
    private readonly CancellationTokenSource _stop;
    private readonly MemorySink _sink;
    private readonly ChainFollower _follower;
    private readonly Task<FollowerStop> _following;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _clock;
    private TaskCompletionSource _news = NewSignal();

    /// <param name="client">The chain.</param>
    /// <param name="hub">Whose events.</param>
    /// <param name="limit">How long an event is waited for.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancellationToken">Ends the following.</param>
    public HubEvents(EthereumClient client, Address hub, TimeSpan limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        (_limit, _clock) = (limit, clock);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _sink = new MemorySink(Tell);
        _follower = new ChainFollower(
            [new RpcChainSource(client)], _sink, new LogFilterSet(LogFilter.Of(hub)),
            new FollowerOptions { Polling = new PollPolicy { Shortest = TimeSpan.FromMilliseconds(20), Longest = TimeSpan.FromMilliseconds(100) } });
        _following = _follower.RunAsync(_stop.Token);
    }

    /// <summary>All that was told so far.</summary>
    public IReadOnlyList<LocatedLog> All => _sink.Logs;

    /// <summary>Waits for an event about a request, and reads it.</summary>
    /// <param name="requestId">Which request.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="number">Which of several such events: the first is 1.</param>
    public async Task<TEvent> NextAsync<TEvent>(Hash32 requestId, CancellationToken cancellationToken, int number = 1)
        where TEvent : class, IContractEvent<TEvent>
    {
        var signature = TEvent.SignatureTopic ?? throw new InvalidOperationException("An anonymous event cannot be waited for.");
        var started = _clock.GetTimestamp();
        while (true)
        {
            Task news;
            lock (_gate)
            {
                if (_told.TryGetValue((signature, requestId), out var told) && told.Count >= number)
                    return TEvent.TryDecode(told[number - 1].Log.Content, out var read) ? read : throw new InvalidOperationException($"An event does not decode: {told[number - 1].Log}");
                news = _news.Task;
            }

            // A follower that gives up would otherwise show only as an event that never comes.
            if (_following.IsCompleted)
                throw new InvalidOperationException($"The follower stopped: {await _following}");
            var left = _limit - _clock.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
                throw new TimeoutException($"No {typeof(TEvent).Name[..^"Event".Length]} of {requestId} came within {_limit.TotalSeconds:0} s.");
            await Task.WhenAny(news, _following, Task.Delay(left, _clock, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>How long the first of one event came after the first of another; null where either is missing.</summary>
    public TimeSpan? Between(Hash32 signature, Hash32 later, Hash32 requestId)
    {
        lock (_gate)
        {
            return _told.TryGetValue((signature, requestId), out var first) && _told.TryGetValue((later, requestId), out var second)
                ? _clock.GetElapsedTime(first[0].At, second[0].At)
                : null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await _follower.DisposeAsync();
        _stop.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Each event of the hub that is waited for has the request for its first indexed argument.
    private void Tell(LocatedLog log)
    {
        if (log.Content.Topics.Count < 2)
            return;
        TaskCompletionSource news;
        lock (_gate)
        {
            var key = (log.Content.Topics[0], log.Content.Topics[1]);
            if (!_told.TryGetValue(key, out var told))
                _told.Add(key, told = []);
            told.Add((log, _clock.GetTimestamp()));
            (news, _news) = (_news, NewSignal());
        }

        news.TrySetResult();
    }
}
