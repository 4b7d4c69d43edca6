using Microsoft.Extensions.Logging;
using OpenGradient.Database;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Sending;

namespace OpenGradient.Relayer.Pipeline;

/// <summary>Follows what becomes of transactions, and wakes their jobs where they failed; what succeeded is told by the chain.</summary>
public sealed class OrderWatch(IDatabase database, ITransactionQueue queue, QueuedOrders orders, JobSignal signal, ILogger<OrderWatch> logger, TimeProvider clock)
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly BackoffPolicy Backoff = new() { First = TimeSpan.FromMilliseconds(250), Longest = TimeSpan.FromSeconds(15) };

    public async Task RunAsync(CancellationToken stopping)
    {
        for (var failures = 0; !stopping.IsCancellationRequested;)
        {
            try
            {
                await queue.WaitForChangeAsync(Poll, stopping);
                if (await database.WriteAsync(session => orders.FollowAsync(session, clock.GetUtcNow()), Durability.Relaxed, stopping))
                    signal.Ring();
                failures = 0;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (DatabaseException failure)
            {
                failures++;
                logger.FollowingOrdersFailed(failure, failures);
                await Backoff.RestAsync(failures, clock, stopping);
            }
        }
    }
}
