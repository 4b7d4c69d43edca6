using System.Diagnostics;
using OpenGradient.Database;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Benchmarks.Indexer;

/// <summary>How long it takes from a node's having a block to its rows' being there for everyone.</summary>
internal static class TailCase
{
    private const int LogsPerBlock = 20;
    private const int NotFinal = 5;

    /// <summary>Milliseconds for each of some blocks, with balances.</summary>
    public static async Task<List<double>> MeasureAsync(BenchDatabases databases, Engine engine, int blocks, CancellationToken cancellationToken)
    {
        var chain = new CannedChain(CannedLogs.Tokens(LogsPerBlock, keepsBalances: true), 10);
        await using var node = await CannedNode.StartAsync(chain, cancellationToken);
        node.Unfinal = NotFinal;
        var family = chain.Logs.Family;
        await using var database = await databases.OpenAsync(engine, family, cancellationToken);
        await using var client = EthereumClient.Connect(node.Address, new RpcOptions { MaxAttempts = 1 });
        var signal = new HeadSignal();
        var reached = new SemaphoreSlim(0);
        var sink = new IndexSink(database, IndexerCase.Chain, IndexSink.Head, [family], (_, _) => reached.Release());
        var from = (ulong)chain.Head;
        await using var follower = new ChainFollower(
            [new RpcChainSource(client)], sink, new LogFilterSet(family.Filter),
            IndexerCase.Following with { StartBlock = new(from), Polling = new PollPolicy { Shortest = TimeSpan.FromMilliseconds(1) } }, signal: signal);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = Task.Run(() => follower.RunAsync(stop.Token), CancellationToken.None);
        var times = new List<double>();
        await WaitForAsync(from);
        for (var i = 0; i < blocks; i++)
        {
            chain.Mine(hasLogs: true);
            var started = Stopwatch.GetTimestamp();
            signal.Wake();
            await WaitForAsync((ulong)chain.Head);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            await Task.Delay(20, cancellationToken);
        }

        await stop.CancelAsync();
        await running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        reached.Dispose();
        return times;

        async Task WaitForAsync(ulong number)
        {
            while (await database.ReadAsync(
                session => session.QuerySingleAsync<long>("SELECT COALESCE(MAX(block_number), 0) FROM index_digests"), cancellationToken) < (long)number)
                await reached.WaitAsync(TimeSpan.FromSeconds(5), cancellationToken);
        }
    }
}
