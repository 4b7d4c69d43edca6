using System.Diagnostics;
using OpenGradient.Database;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Indexer.Balances;
using OpenGradient.Indexer.Rows;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Benchmarks.Indexer;

/// <summary>A back-fill and its parts, each into a database that is fresh.</summary>
internal sealed class IndexerCase(BenchDatabases databases, CancellationToken cancellationToken)
{
    /// <summary>What a question to a node is to come to, and with it a transaction: that of the inserts that are measured beside it is as large.</summary>
    public const int LogsPerQuestion = 8_000;

    public static ChainId Chain { get; } = new(31337);

    public static FollowerOptions Following { get; } = new() { StartBlock = new(1), Ranges = new RangePolicy { TargetLogs = LogsPerQuestion }, PrefetchedRanges = 2 };

    /// <summary>Rows a second, from the first question to a node to the last commit.</summary>
    public async Task<double> BackfillAsync(EventFamily family, long rows, Uri node, Engine engine, Action? onStep = null)
    {
        await using var database = await databases.OpenAsync(engine, family, cancellationToken);
        await using var client = EthereumClient.Connect(node, new RpcOptions { MaxAttempts = 1 });
        var sink = new IndexSink(database, Chain, IndexSink.Head, [family]);
        await using var follower = new ChainFollower([new RpcChainSource(client)], sink, new LogFilterSet(family.Filter), Following);
        var started = Stopwatch.GetTimestamp();
        while (await follower.StepAsync(cancellationToken) is var step and not StepOutcome.UpToDate)
        {
            if (step is not StepOutcome.Advanced)
                throw new InvalidOperationException($"The back-fill came to {step}.");
            onStep?.Invoke();
        }

        var elapsed = Stopwatch.GetElapsedTime(started);
        var stored = await database.ReadAsync(session => session.QuerySingleAsync<long>("SELECT CAST(SUM(row_count) AS BIGINT) FROM index_digests"), cancellationToken);
        return stored == rows ? rows / elapsed.TotalSeconds : throw new InvalidOperationException($"{stored} of {rows} rows were stored.");
    }

    public Task<double> BackfillAsync(CannedChain chain, CannedNode node, Engine engine) => BackfillAsync(chain.Logs.Family, RowsOf(chain), node.Address, engine);

    /// <summary>Rows a second of the follower alone, with a sink that keeps only its place: what reading and checking the chain costs.</summary>
    public async Task<double> FollowAsync(CannedChain chain, CannedNode node)
    {
        await using var client = EthereumClient.Connect(node.Address, new RpcOptions { MaxAttempts = 1 });
        await using var follower = new ChainFollower([new RpcChainSource(client)], new PlaceSink(), new LogFilterSet(chain.Logs.Family.Filter), Following);
        var started = Stopwatch.GetTimestamp();
        while (await follower.StepAsync(cancellationToken) is not StepOutcome.UpToDate)
        {
            // On to the next range.
        }

        return RowsOf(chain) / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>
    /// Rows a second of decoding and digesting alone, and of the same rows, thus encoded beforehand, into the same tables in batches of as many, with the
    /// balances that come of each batch: what the engine itself takes.
    /// </summary>
    public async Task<(double Decoded, double Inserted)> InsertAsync(CannedChain chain, int batchBlocks, Engine engine)
    {
        var router = new LogRouter([chain.Logs.Family]);
        var segments = Enumerable.Range(1, chain.Head).Chunk(batchBlocks).Select(chain.Segment).ToList();
        var batches = segments.ConvertAll(_ => new SegmentRows(router));
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < batches.Count; i++)
            batches[i].Fill(segments[i]);
        var decoded = Stopwatch.GetElapsedTime(started);

        var family = router.Families[0];
        var balances = new Dictionary<BalanceKey, BalanceChange>();
        await using var database = await databases.OpenAsync(engine, family.Family, cancellationToken);
        var inserting = TimeSpan.Zero;
        foreach (var rows in batches)
        {
            var keys = rows.BalancesOf(family).All.Keys.OrderBy(key => key.Emitter).ThenBy(key => key.Account).ToList();
            foreach (var key in keys)
                balances[key] = balances.GetValueOrDefault(key).And(rows.BalancesOf(family).All[key]);
            List<BalanceState> states = [.. keys.Select(key => new BalanceState(balances[key], balances[key]))];
            started = Stopwatch.GetTimestamp();
            await database.WriteAsync(
                async session =>
                {
                    foreach (var (table, buffer) in rows.TablesOf(family))
                        await BulkRows.InsertAsync(session, table.Name, table.Columns, buffer);
                    if (family.Family.Balances is { } rule)
                        await BalanceStore.WriteAsync(session, rule, keys, states);
                },
                cancellationToken);
            inserting += Stopwatch.GetElapsedTime(started);
        }

        return (RowsOf(chain) / decoded.TotalSeconds, RowsOf(chain) / inserting.TotalSeconds);
    }

    /// <summary>
    /// Rows a second of the same inserts while the chain is read and checked beside them, over and over: what the engine can take on a machine whose other processors
    /// are busy with what a back-fill cannot do without.
    /// </summary>
    public async Task<double> InsertWhileReadAsync(CannedChain chain, CannedNode node, int batchBlocks, Engine engine)
    {
        using var inserted = new CancellationTokenSource();
        var reading = Task.Run(
            async () =>
            {
                while (!inserted.IsCancellationRequested)
                    await FollowAsync(chain, node);
            },
            CancellationToken.None);
        try
        {
            return (await InsertAsync(chain, batchBlocks, engine)).Inserted;
        }
        finally
        {
            await inserted.CancelAsync();
            await reading;
        }
    }

    private static long RowsOf(CannedChain chain) => Enumerable.Range(1, chain.Head).Sum(number => (long)chain.LogsAt(number).Count);
}

/// <summary>Keeps the place, and nothing else.</summary>
internal sealed class PlaceSink : IChainSink
{
    private ChainCursor _cursor = ChainCursor.None;

    public ValueTask<ChainCursor> ReadCursorAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_cursor);

    public ValueTask<CommitOutcome> CommitAsync(ChainAdvance advance, CancellationToken cancellationToken)
    {
        _cursor = advance.Next;
        return ValueTask.FromResult(CommitOutcome.Committed);
    }

    public ValueTask StopAsync(FollowerStop stop, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
