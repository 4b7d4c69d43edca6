using System.Collections.Concurrent;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Cli.Up;

/// <summary>The hub's events as the follower tells them, and a way to wait for one.</summary>
internal sealed class HubEvents : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly ConcurrentDictionary<(Hash32 Signature, Hash32 RequestId), TaskCompletionSource<LocatedLog>> _awaited = new();
    private readonly CancellationTokenSource _stop;
    private readonly MemorySink _sink;
    private readonly ChainFollower _follower;
    private readonly Task<FollowerStop> _following;
    private readonly TimeProvider _clock;

    public HubEvents(EthereumClient client, Address hub, TimeProvider clock, CancellationToken cancellationToken)
    {
        _clock = clock;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _sink = new MemorySink(Tell);
        _follower = new ChainFollower(
            [new RpcChainSource(client)], _sink, new LogFilterSet(LogFilter.Of(hub)),
            new FollowerOptions { Polling = new PollPolicy { Shortest = TimeSpan.FromMilliseconds(20) } });
        _following = _follower.RunAsync(_stop.Token);
    }

    /// <summary>All that was told so far.</summary>
    public IReadOnlyList<LocatedLog> All => _sink.Logs;

    /// <summary>Waits for an event about a request, and reads it.</summary>
    public async Task<(TEvent Event, LocatedLog Log)> NextAsync<TEvent>(Hash32 requestId, CancellationToken cancellationToken)
        where TEvent : class, IContractEvent<TEvent>
    {
        var signature = TEvent.SignatureTopic ?? throw new InvalidOperationException("An anonymous event cannot be waited for.");
        var arrival = Awaited(signature, requestId).Task.WaitAsync(Limit, _clock, cancellationToken);
        // A follower that gives up would otherwise show only as an event that never comes.
        if (await Task.WhenAny(arrival, _following) == _following)
            throw new InvalidOperationException($"The follower stopped: {await _following}");

        var log = await arrival;
        return TEvent.TryDecode(log.Content, out var read) ? (read, log) : throw new InvalidOperationException($"An event does not decode: {log}");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await _follower.DisposeAsync();
        _stop.Dispose();
    }

    // Each event of the hub that this waits for has the request for its first indexed argument.
    private void Tell(LocatedLog log)
    {
        if (log.Content.Topics.Count >= 2)
            Awaited(log.Content.Topics[0], log.Content.Topics[1]).TrySetResult(log);
    }

    private TaskCompletionSource<LocatedLog> Awaited(Hash32 signature, Hash32 requestId) => _awaited.GetOrAdd(
        (signature, requestId), _ => new TaskCompletionSource<LocatedLog>(TaskCreationOptions.RunContinuationsAsynchronously));
}
