using Microsoft.Extensions.Logging;
using OpenGradient.Database;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Hosting;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Indexer.Gas;

/// <summary>
/// Asks what settling took, behind the final block and beside all else: nothing waits for it, and what a node has lost is left out. One node is asked
/// until it fails, and then the next.
/// </summary>
/// <param name="database">Where the answers go.</param>
/// <param name="hub">Whose settlements it is about.</param>
/// <param name="nodes">Who is asked; at least one.</param>
/// <param name="logger">Told of what a node does not say.</param>
/// <param name="clock">The time.</param>
internal sealed class GasKeeper(IDatabase database, EventFamily hub, IReadOnlyList<GasNode> nodes, ILogger logger, TimeProvider clock) : IAsyncDisposable
{
    // The follower asks the same nodes, and must not find their patience used up.
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly Queue<SettlingTransaction> _waiting = new();
    private int _node;
    private Task _running = Task.CompletedTask;

    public void Start() => _running = Task.Run(() => RunAsync(_stop.Token), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    /// <summary>Asks one node about the next transactions, and keeps what it said; false when there are none.</summary>
    /// <exception cref="NodeBusyException">It did not say all that it was asked; the next time another one is asked.</exception>
    internal async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        if (_waiting.Count == 0)
        {
            foreach (var transaction in await database.ReadAsync(NextAsync, cancellationToken))
                _waiting.Enqueue(transaction);
        }

        if (_waiting.Count == 0)
            return false;
        var node = nodes[_node];
        List<SettlingTransaction> asked = [.. _waiting.Take(node.AtOnce)];
        var (receipts, failure) = await node.ReadAsync(asked, cancellationToken);
        if (receipts.Count > 0)
        {
            receipts = await AskOthersAsync(asked, receipts, cancellationToken);
            var told = asked.Zip(receipts).Where(pair => pair.Second is not null).Select(pair => TransactionGas.Of(pair.First, pair.Second!)).ToList();
            await database.WriteAsync(session => GasStore.WriteAsync(session, hub, asked[receipts.Count - 1].Last, told), cancellationToken);
            if (told.Count < receipts.Count)
                logger.ReceiptsLost(node.Name, receipts.Count - told.Count, asked[0].Block.Number.Value, asked[receipts.Count - 1].Block.Number.Value);
            for (var i = 0; i < receipts.Count; i++)
                _waiting.Dequeue();
        }

        if (failure is null)
            return true;
        _node = (_node + 1) % nodes.Count;
        var left = asked[Math.Min(receipts.Count, asked.Count - 1)];
        throw new NodeBusyException($"{node.Name}, of {left.Hash} in block {left.Block.Number}: {failure}");
    }

    // What one node has lost another may have, and an archive does. One that does not answer now keeps nobody waiting.
    private async Task<IReadOnlyList<TransactionReceipt?>> AskOthersAsync(
        List<SettlingTransaction> asked, IReadOnlyList<TransactionReceipt?> told, CancellationToken cancellationToken)
    {
        TransactionReceipt?[] found = [.. told];
        for (var other = 1; other < nodes.Count; other++)
        {
            var missing = Enumerable.Range(0, found.Length).Where(i => found[i] is null).ToList();
            if (missing.Count == 0)
                break;
            var (receipts, _) = await nodes[(_node + other) % nodes.Count].ReadAsync([.. missing.Select(i => asked[i])], cancellationToken);
            for (var i = 0; i < receipts.Count; i++)
                found[missing[i]] = receipts[i];
        }

        return found;
    }

    private async Task<IReadOnlyList<SettlingTransaction>> NextAsync(DatabaseSession session)
    {
        var cursor = await Lanes.Table.ReadAsync(session, IndexSink.Head);
        // What is filled in later lies below the place up to which was asked.
        return cursor.IsEmpty || await FamilyStore.HasGapAsync(session, hub.Name) ? [] : await GasStore.NextAsync(session, hub, cursor.Final.Number);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan pause;
            try
            {
                pause = await StepAsync(cancellationToken) ? BetweenQuestions : BetweenLooks;
                failures = 0;
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // Once each node has failed, all are left alone for a while.
                pause = ++failures % nodes.Count == 0 ? AfterFailure : BetweenQuestions;
                logger.GasUnknown(failure.Message, pause);
            }

            await Task.Delay(pause, clock, cancellationToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }
}
