using System.Diagnostics;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Foundry;
using OpenGradient.Sending;

namespace OpenGradient.Benchmarks.Sending;

/// <summary>Ours, with everything: orders from the queue, a database on the disk, confirmation by receipts.</summary>
internal static class QueuedSender
{
    private const int OrdersPerTransaction = 50;

    public static async Task<double> MeasureAsync(string repositoryRoot, int orders, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("og-bench-");
        try
        {
            // What was committed is on the disk: money depends on it.
            var where = DatabaseOptions.Parse($"sqlite:{Path.Combine(folder.FullName, "sending.db")}");
            await using var database = await DatabaseFactory.OpenAsync(where, TransactionQueue.Migrations, cancellationToken: stop);
            return await MeasureAsync(repositoryRoot, database, orders, stop);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<double> MeasureAsync(string repositoryRoot, IDatabase database, int orders, CancellationToken stop)
    {
        await using var anvil = await Anvil.StartAsync(
            repositoryRoot, new AnvilOptions { BlockTime = TimeSpan.FromSeconds(1), SlotsInAnEpoch = 1, ExtraArguments = ["--gas-limit", "300000000"] }, stop);
        await using var client = EthereumClient.Connect(anvil.HttpUrl, new RpcOptions { MaxAttempts = 1, MaxBatchSize = 500 });
        using var signer = new LocalSigner(DevelopmentAccounts.Key(1));
        using var queue = new TransactionQueue(AnvilOptions.DevelopmentChainId);
        using var meter = new SendingMeter(AnvilOptions.DevelopmentChainId, signer.Address);
        var options = new SendingOptions { MaxInFlight = 4_096, GroupSize = 256, HeadPoll = TimeSpan.FromMilliseconds(100) };
        await using var sender = new TransactionSender(database, queue, signer, new SendingEndpoints([client]), options, meter);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stop);

        var started = Stopwatch.GetTimestamp();
        var sending = sender.RunAsync(done.Token);
        for (var first = 0; first < orders; first += OrdersPerTransaction)
            await EnqueueAsync(database, queue, signer.Address, first, Math.Min(OrdersPerTransaction, orders - first), stop);
        while (await ConfirmedAsync(database, stop) < orders)
            await queue.WaitForChangeAsync(TimeSpan.FromMilliseconds(50), stop);
        var elapsed = Stopwatch.GetElapsedTime(started);

        await done.CancelAsync();
        await sending.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return orders / elapsed.TotalSeconds;
    }

    private static Task EnqueueAsync(IDatabase database, TransactionQueue queue, Address from, int first, int count, CancellationToken stop) => database.WriteAsync(
        async session =>
        {
            for (var i = first; i < first + count; i++)
            {
                await queue.EnqueueAsync(session, new TransactionOrder
                {
                    Purpose = "bench",
                    IdempotencyKey = $"{i}",
                    From = from,
                    To = Address.Zero,
                    Value = new Wei(1UL),
                    GasLimit = 21_000,
                });
            }
        },
        stop);

    private static Task<int> ConfirmedAsync(IDatabase database, CancellationToken stop) =>
        database.ReadAsync(session => session.QuerySingleAsync<int>("SELECT count(*) FROM transactions WHERE state IN (4, 5)"), stop);
}
