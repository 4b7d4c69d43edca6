using Microsoft.Extensions.Logging;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Indexer.Api;

namespace OpenGradient.Indexer.Hosting;

/// <summary>
/// Hears of new heads over a WebSocket and wakes the follower. What is heard is a reason to look and nothing else: the follower polls as it would, and asks
/// its own endpoints, so that a subscription that lies, stalls or is not to be had costs time at the most.
/// </summary>
internal sealed class HeadListener(EthereumClient client, HeadSignal signal, FollowingStatus status, ILogger logger) : IAsyncDisposable
{
    // A connection can die without a word, and a new one is cheap.
    private static readonly SubscriptionOptions Options = new() { BufferSize = 64, StallTimeout = TimeSpan.FromMinutes(5) };

    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public void Start() => _running = Task.Run(() => ListenAsync(_stop.Token), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in client.Subscriptions(Options).NewHeadsAsync(cancellationToken))
            {
                if (item is SubscriptionItem<SealedHeader>.Value)
                    status.OnHead();
                else if (item is SubscriptionItem<SealedHeader>.Gap { Cause: not (GapCause.Started or GapCause.Stalled) } gap)
                    logger.HeadsMissed(client.Endpoint.Name, gap.Detail);
                signal.Wake();
            }
        }
        catch (RpcException refused)
        {
            logger.HeadsRefused(client.Endpoint.Name, refused.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It was told to stop.
        }
    }
}
