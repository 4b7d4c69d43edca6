using Microsoft.Extensions.Logging;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Hosting;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Indexer.Gas;

/// <summary>The receipts of transactions as a node tells them, in their order; null for each that it does not have.</summary>
/// <exception cref="NodeBusyException">The node has no time, or does not answer.</exception>
internal delegate Task<IReadOnlyList<TransactionReceipt?>> ReadReceipts(IReadOnlyList<Hash32> transactions, CancellationToken cancellationToken);

/// <summary>Asks what settling took, behind the final block and beside all else: nothing waits for it, and what a node has lost is left out.</summary>
internal sealed class GasKeeper(IDatabase database, EventFamily hub, ReadReceipts readReceipts, ILogger logger, TimeProvider clock) : IAsyncDisposable
{
    private const int AskedAtOnce = 50;

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public void Start() => _running = Task.Run(() => RunAsync(_stop.Token), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    /// <summary>Asks about the next transactions; false when there are none.</summary>
    /// <exception cref="NodeBusyException">The node has no time, or tells other blocks than are indexed.</exception>
    internal async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        var next = await database.ReadAsync(NextAsync, cancellationToken);
        if (next.Count == 0)
            return false;
        foreach (var asked in next.Chunk(AskedAtOnce))
        {
            var receipts = await readReceipts([.. asked.Select(transaction => transaction.Hash)], cancellationToken);
            var told = new List<TransactionGas>(asked.Length);
            foreach (var (transaction, receipt) in asked.Zip(receipts))
            {
                if (receipt is null)
                    continue;
                // What is final here is not there: it is behind, or on another branch.
                if (receipt.TransactionHash != transaction.Hash || receipt.Block.Number != transaction.Last.Block)
                    throw new NodeBusyException($"It says that {transaction.Hash} is in block {receipt.Block}, and not in {transaction.Last.Block}.");
                told.Add(new TransactionGas(
                    transaction.Hash, receipt.Block.Number, transaction.Settlements, (long)Math.Min(receipt.GasUsed, long.MaxValue), receipt.Cost?.Value.ToBigEndian()));
            }

            await database.WriteAsync(session => GasStore.WriteAsync(session, hub, asked[^1].Last, told), cancellationToken);
        }

        return true;
    }

    private async Task<IReadOnlyList<SettlingTransaction>> NextAsync(DatabaseSession session)
    {
        var cursor = await Lanes.Table.ReadAsync(session, IndexSink.Head);
        // What is filled in later lies below the place up to which was asked.
        return cursor.IsEmpty || await FamilyStore.HasGapAsync(session, hub.Name) ? [] : await GasStore.NextAsync(session, hub, cursor.Final.Number);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan pause;
            try
            {
                pause = await StepAsync(cancellationToken) ? TimeSpan.Zero : Between;
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                logger.GasUnknown(failure.Message, AfterFailure);
                pause = AfterFailure;
            }

            await Task.Delay(pause, clock, cancellationToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }
}
