using Microsoft.Extensions.Logging;
using OpenGradient.Database;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Api.Certificates;
using OpenGradient.Indexer.Api.Endpoints;
using OpenGradient.Indexer.Api.Sql;
using OpenGradient.Indexer.Fetching;
using OpenGradient.Indexer.Gas;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;
using OpenGradient.Indexer.Webhooks;
using static OpenGradient.Indexer.Hosting.NodeReading;

namespace OpenGradient.Indexer.Hosting;

/// <summary>
/// An indexer that runs: it follows the head, fills in what was added later, makes indexes once it has caught up, and answers questions
/// all the while. All state is in the database; it can be killed at any moment and goes on where it was.
/// </summary>
public sealed class IndexerHost : IAsyncDisposable
{
    private static readonly RpcOptions ForProofs = new()
    {
        MaxAttempts = 1,
        MaxConcurrency = 2,
        QueueLimit = (2 * ProofEndpoint.MaxAtOnce) + (CompletenessEndpoint.MaxAtOnce * HeadersAtOnce),
        TotalTimeout = TimeSpan.FromSeconds(20),
    };

    // What settling took can wait, and makes nobody wait.
    private static readonly RpcOptions ForGas = new() { MaxAttempts = 1, MaxConcurrency = 1 };

    private readonly CancellationTokenSource _stop = new();
    private readonly Stack<IAsyncDisposable> _owned = new();
    private readonly IndexerOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly FollowingStatus _status;
    private readonly CommitSignal _commits = new();
    private Task _running = Task.CompletedTask;
    private IndexerException? _displaced;

    private IndexerHost(IndexerOptions options, ILogger logger, TimeProvider clock) =>
        (_options, _logger, _clock, _status) = (options, logger, clock, new FollowingStatus(clock));

    /// <summary>Where the API answers.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Where the follower is.</summary>
    public FollowingStatus.Snapshot Status => _status.Now;

    /// <summary>
    /// Ends when the indexer does: as it was asked to, because a person has to look, or with an <see cref="IndexerException"/> because another
    /// process has changed what is indexed.
    /// </summary>
    public Task Completion => _running;

    /// <exception cref="IndexerException">The options, the database or the chain do not fit together.</exception>
    public static async Task<IndexerHost> StartAsync(
        IndexerOptions options, ILoggerFactory loggers, TimeProvider? clock = null, CancellationToken cancellationToken = default)
    {
        var host = new IndexerHost(options, loggers.CreateLogger<IndexerHost>(), clock ?? TimeProvider.System);
        try
        {
            await host.StartAsync(loggers, cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public Task StopAsync() => _stop.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        while (_owned.TryPop(out var owned))
            await owned.DisposeAsync();
        _stop.Dispose();
    }

    private async Task StartAsync(ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var clients = _options.Endpoints.Select(endpoint => Own(EthereumClient.Connect(endpoint, new RpcOptions { MaxAttempts = 1 }, time: _clock))).ToList();
        foreach (var client in clients)
        {
            var found = await client.GetChainIdAsync(cancellationToken);
            if (found != _options.ChainId)
                throw new IndexerException($"{client.Endpoint.Name} is of chain {found}, and {_options.ChainId} is to be indexed.", "Name an endpoint of the right chain.");
        }

        var database = Own(await DatabaseFactory.OpenAsync(
            IndexerSchema.Used(_options.Database) with { MaxReaders = _options.Api.Validated().Readers }, [IndexerSchema.Migrations, WebhookStore.Migrations, GasStore.Migrations, BlobTable.Migrations], _clock, cancellationToken));
        await FamilyStore.PrepareAsync(database, _options.ChainId, _options.Families, _options.DropsOthers, _clock, cancellationToken);
        var sink = new IndexSink(database, _options.ChainId, IndexSink.Head, _options.Families, OnCommitted, _clock);
        var signal = new HeadSignal();
#pragma warning disable CA2000 // The host owns it from the next line on.
        var follower = new ChainFollower(
            [.. clients.Select((client, i) => new RpcChainSource(client, $"{i}:{client.Endpoint.Name}"))], sink, new LogFilterSet(FiltersOf(_options.Families)),
            _options.Following with { StartBlock = new(_options.Families.Min(family => family.FirstBlock.Value)) },
            new HostObserver(_status, _logger, _clock, OnDisplaced), signal, _clock);
#pragma warning restore CA2000
        Own(follower);
        Listen(signal);

        // Proofs are asked for by strangers, and must not stand in the follower's way.
        var proofs = Own(EthereumClient.Connect(_options.Endpoints[0], ForProofs, time: _clock));
        var fetching = _options.Blobs.Validated();
#pragma warning disable CA2000 // The host owns it from here on.
        var blobs = Own(BlobDesk.Open(fetching, _logger, _clock));
        var api = new IndexApi(database, _options.ChainId, _options.Families, _options.Api, _status, _commits, _clock) { Blobs = blobs };
        var fetcher = Own(new BlobFetcher(database, _options.Families, blobs, fetching, _commits, _logger, _clock));
#pragma warning restore CA2000
#pragma warning disable CA2000 // The host owns it from the next line on, and its handler with it.
        var webhooks = new WebhookSender(api, _options.Webhooks, DeliveryHandler.Create(_options.AllowsPrivateWebhooks), _logger);
#pragma warning restore CA2000
        Own(webhooks);
        var application = await ApiServer.StartAsync(
            api, await ConsoleAsync(api, cancellationToken), (hash, stop) => ReadBlockAsync(proofs, hash, stop), loggers, cancellationToken, _options.Pages,
            (range, stop) => ReadHeadersAsync(proofs, range, stop), (hash, stop) => FindTransactionAsync(proofs, hash, stop), webhooks: webhooks);
        Own(application);
        webhooks.Start();
        fetcher.Start();
        if (_options.AsksForGas && _options.Families.FirstOrDefault(family => family.Name == "hub") is { } hub)
            AskForGas(database, hub);
        Address = new Uri(application.Urls.First());
        _logger.Began(_options.ChainId.Value, string.Join(", ", _options.Families), Address.ToString());
        _running = RunAsync(database, follower);
    }

    private void Listen(HeadSignal signal)
    {
        foreach (var address in _options.HeadEndpoints.Concat(_options.Endpoints).Where(address => address.Scheme is "ws" or "wss").Distinct())
        {
#pragma warning disable CA2000 // The host owns it from here on.
            var listener = new HeadListener(Own(EthereumClient.Connect(address, time: _clock)), signal, _status, _logger);
#pragma warning restore CA2000
            Own(listener).Start();
        }
    }

    private void AskForGas(IDatabase database, EventFamily hub)
    {
        var nodes = _options.Endpoints.Select(endpoint => Own(EthereumClient.Connect(endpoint, ForGas, time: _clock)))
            .Select(client => new GasNode(client.Endpoint.Name, (transactions, stop) => ReceiptReading.ReadAsync(client, transactions, stop)));
#pragma warning disable CA2000 // The host owns it from the next line on.
        var keeper = new GasKeeper(database, hub, [.. nodes], _logger, _clock);
#pragma warning restore CA2000
        Own(keeper).Start();
    }

    private async Task<ISqlConsole?> ConsoleAsync(IndexApi api, CancellationToken cancellationToken) =>
        _options.Database.Engine == Engine.Sqlite ? new SqliteConsole(_options.Database, ApiServer.TablesOf(api), api.Options, _clock)
        : _options.SqlReader is { } reader ? await PostgresConsole.OpenAsync(reader, api.Options, cancellationToken)
        : null;

    private async Task RunAsync(IDatabase database, ChainFollower follower)
    {
        var work = new FamilyUpkeep(database, follower, _options, _status, _logger, _clock);
        var upkeep = Task.Run(() => work.RunAsync(_stop.Token), CancellationToken.None);
        try
        {
            await Task.Run(() => follower.RunAsync(_stop.Token), CancellationToken.None);
            // It has stopped for good; what is there can still be asked for, and says that it is not ready.
            await upkeep;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            await upkeep;
        }

        if (_displaced is { } displaced)
            throw displaced;
    }

    // One question for all families that name their contracts, and one for each that takes every contract's.
    internal static LogFilter[] FiltersOf(IReadOnlyList<EventFamily> families)
    {
        var named = families.Where(family => family.Addresses.Count > 0).ToList();
        var topics = named.SelectMany(family => family.Tables).Select(table => table.Topic0).Distinct().ToArray();
        List<LogFilter> filters = [.. families.Where(family => family.Addresses.Count == 0).Select(family => family.Filter)];
        if (named.Count > 0)
            filters.Add(new LogFilter([.. named.SelectMany(family => family.Addresses).Distinct()], [topics]));
        return [.. filters];
    }

    private void OnCommitted(ChainAdvance advance, long rows)
    {
        _status.OnRows(advance.Next.Tip.Number.Value, rows);
        _commits.Ring();
    }

    // Nothing was written, and nothing can be: it would have to be with the families of the other.
    private void OnDisplaced(IndexerException displaced)
    {
        _displaced = displaced;
        _stop.Cancel();
    }

    private T Own<T>(T owned)
        where T : IAsyncDisposable
    {
        _owned.Push(owned);
        return owned;
    }
}
