using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Database;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Rows;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Benchmarks.Indexer;

/// <summary>What is measured of the indexer, each on a fresh SQLite file.</summary>
internal sealed class IndexerCase(string folder, CancellationToken cancellationToken)
{
    public static ChainId Chain { get; } = new(31337);

    private static readonly FollowerOptions Following = new() { StartBlock = new(1), Ranges = new RangePolicy { TargetLogs = 20_000 }, PrefetchedRanges = 2 };

    private int _files;

    /// <summary>Rows a second, from the first question to a node to the last commit.</summary>
    public async Task<double> BackfillAsync(CannedNode node, int rows)
    {
        await using var database = await OpenAsync();
        await using var client = EthereumClient.Connect(node.Address, new RpcOptions { MaxAttempts = 1 });
        var sink = new IndexSink(database, Chain, IndexSink.Head, [CannedChain.Family]);
        await using var follower = new ChainFollower([new RpcChainSource(client)], sink, new LogFilterSet(CannedChain.Family.Filter), Following);
        var started = Stopwatch.GetTimestamp();
        while (await follower.StepAsync(cancellationToken) is var step and not StepOutcome.UpToDate)
        {
            if (step is not StepOutcome.Advanced)
                throw new InvalidOperationException($"The back-fill came to {step}.");
        }

        var elapsed = Stopwatch.GetElapsedTime(started);
        var stored = await database.ReadAsync(
            session => session.QuerySingleAsync<long>("SELECT (SELECT COUNT(*) FROM token_transfer) + (SELECT COUNT(*) FROM token_approval)"), cancellationToken);
        return stored == rows ? rows / elapsed.TotalSeconds : throw new InvalidOperationException($"{stored} of {rows} rows were stored.");
    }

    /// <summary>Rows a second of the follower alone, with a sink that keeps only its place: what reading and checking the chain costs.</summary>
    public async Task<double> FollowAsync(CannedNode node, int rows)
    {
        await using var client = EthereumClient.Connect(node.Address, new RpcOptions { MaxAttempts = 1 });
        await using var follower = new ChainFollower([new RpcChainSource(client)], new PlaceSink(), new LogFilterSet(CannedChain.Family.Filter), Following);
        var started = Stopwatch.GetTimestamp();
        while (await follower.StepAsync(cancellationToken) is not StepOutcome.UpToDate)
        {
            // On to the next range.
        }

        return rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Rows a second of decoding and digesting alone.</summary>
    public static double Decode(CannedChain chain, int batchBlocks)
    {
        var segments = Enumerable.Range(1, chain.Head).Chunk(batchBlocks).Select(blocks => CannedSegment.Of(chain, blocks)).ToList();
        var rows = new SegmentRows(new LogRouter([CannedChain.Family]));
        var started = Stopwatch.GetTimestamp();
        var count = 0L;
        foreach (var segment in segments)
        {
            rows.Fill(segment);
            count += rows.Rows;
        }

        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>The same rows into the same tables, encoded beforehand, in batches of as many: what the engine itself takes.</summary>
    public async Task<double> InsertAsync(CannedChain chain, int batchBlocks)
    {
        var segments = new List<SegmentRows>();
        foreach (var blocks in Enumerable.Range(1, chain.Head).Chunk(batchBlocks))
        {
            var rows = new SegmentRows(new LogRouter([CannedChain.Family]));
            rows.Fill(CannedSegment.Of(chain, blocks));
            segments.Add(rows);
        }

        await using var database = await OpenAsync();
        var started = Stopwatch.GetTimestamp();
        foreach (var rows in segments)
        {
            await database.WriteAsync(
                async session =>
                {
                    foreach (var (table, buffer) in rows.Tables)
                        await BulkRows.InsertAsync(session, table.Name, table.Columns, buffer);
                },
                cancellationToken);
        }

        return segments.Sum(rows => rows.Rows) / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Milliseconds from a node's having a block to its rows' being there for everyone, for each of some blocks.</summary>
    public async Task<List<double>> TailAsync(CannedChain chain, CannedNode node, int blocks)
    {
        await using var database = await OpenAsync();
        await using var client = EthereumClient.Connect(node.Address, new RpcOptions { MaxAttempts = 1 });
        var signal = new HeadSignal();
        var reached = new SemaphoreSlim(0);
        var sink = new IndexSink(database, Chain, IndexSink.Head, [CannedChain.Family], (_, _) => reached.Release());
        var from = (ulong)chain.Head;
        await using var follower = new ChainFollower(
            [new RpcChainSource(client)], sink, new LogFilterSet(CannedChain.Family.Filter),
            Following with { StartBlock = new(from), Polling = new PollPolicy { Shortest = TimeSpan.FromMilliseconds(1) } }, signal: signal);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = Task.Run(() => follower.RunAsync(stop.Token), CancellationToken.None);
        var times = new List<double>();
        await WaitForAsync(database, from);
        for (var i = 0; i < blocks; i++)
        {
            chain.Mine();
            var started = Stopwatch.GetTimestamp();
            signal.Wake();
            await WaitForAsync(database, (ulong)chain.Head);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            await Task.Delay(20, cancellationToken);
        }

        await stop.CancelAsync();
        await running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        reached.Dispose();
        return times;

        async Task WaitForAsync(IDatabase index, ulong number)
        {
            while (await index.ReadAsync(
                session => session.QuerySingleAsync<long>("SELECT COALESCE(MAX(block_number), 0) FROM index_digests"), cancellationToken) < (long)number)
                await reached.WaitAsync(TimeSpan.FromSeconds(5), cancellationToken);
        }
    }

    /// <summary>Milliseconds for each of many pages of a list over many rows, by HTTP, one after another.</summary>
    public async Task<List<double>> ListAsync(int rows, int asked)
    {
        var options = Options();
        await using var database = await OpenAsync(options);
        await LoadedRows.FillAsync(database, rows, cancellationToken);
        await FamilyStore.IndexAsync(database, [CannedChain.Family], cancellationToken);
        var api = new IndexApi(
            database, Chain, [CannedChain.Family], new ApiOptions { Listen = new Uri("http://127.0.0.1:0"), RequestsPerSecond = 100_000 }, new FollowingStatus(TimeProvider.System),
            new CommitSignal(), TimeProvider.System);
        await using var application = await ApiServer.StartAsync(api, console: null, readBlock: null, NullLoggerFactory.Instance, cancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(application.Urls.First()) };
        var random = new Random(4);
        var times = new List<double>();
        for (var i = 0; i < asked + 50; i++)
        {
            var account = LoadedRows.Account(random.Next(LoadedRows.Accounts));
            var path = (i % 4) switch
            {
                0 => "/v1/events/token_transfer?limit=50",
                1 => $"/v1/events/token_transfer?limit=50&from_address={account}",
                2 => $"/v1/events/token_transfer?limit=50&to_address={account}&order=asc",
                _ => $"/v1/events/token_transfer?limit=50&block.le={random.Next(1, rows / LoadedRows.RowsPerBlock)}",
            };
            var started = Stopwatch.GetTimestamp();
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
            await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(cancellationToken);
            // The first warm up the code.
            if (i >= 50)
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return times;
    }

    private DatabaseOptions Options() => DatabaseOptions.Parse($"sqlite:{Path.Combine(folder, $"{_files++}.db")}") with { Durability = Durability.Relaxed };

    private async Task<IDatabase> OpenAsync(DatabaseOptions? options = null)
    {
        var database = await DatabaseFactory.OpenAsync(options ?? Options(), [IndexerSchema.Migrations], cancellationToken: cancellationToken);
        await FamilyStore.PrepareAsync(database, Chain, [CannedChain.Family], cancellationToken: cancellationToken);
        return database;
    }
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
