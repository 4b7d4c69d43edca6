using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenGradient.Blobs;
using OpenGradient.Blobs.Addresses;
using OpenGradient.Blobs.Caching;
using OpenGradient.Blobs.Folders;
using OpenGradient.Blobs.Http;
using OpenGradient.Blobs.Reading;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Database;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Backends.Onnx;
using OpenGradient.Relayer.Admission;
using OpenGradient.Relayer.Attesting;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Claiming;
using OpenGradient.Relayer.Earnings;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Pipeline;
using OpenGradient.Relayer.Private;
using OpenGradient.Relayer.Proving;
using OpenGradient.Relayer.Scheduling;
using OpenGradient.Relayer.Settlement;
using OpenGradient.Relayer.Verifying;
using OpenGradient.Relayer.Verifying.Reviews;
using OpenGradient.Relayer.Versions;
using OpenGradient.Sending;
using Quartz;

namespace OpenGradient.Relayer.Hosting;

// What is made here goes to Own, and is disposed of with the host, also when its start fails half-way.
#pragma warning disable CA2000

/// <summary>
/// One relayer, put together and running: what follows the chain, works on jobs and sends transactions are loops beside each other that meet in the
/// database. It owns all of them but the key.
/// </summary>
public sealed class RelayerHost : IAsyncDisposable
{
    private const int TimerConnections = 4;

    private readonly Stack<IAsyncDisposable> _owned = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _stopSending = new();
    private readonly ILogger _logger;
    private Task _running = Task.CompletedTask;

    private RelayerHost(ILogger logger) => _logger = logger;

    /// <summary>Where its pages are.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Where it gives verdicts about keys; null where it gives none.</summary>
    public Uri? AttesterAddress { get; private set; }

    /// <summary>Where private requests come in; null where none do.</summary>
    public Uri? PrivateAddress { get; private set; }

    public HealthReport Health { get; private set; } = null!;

    /// <summary>Completes when it has stopped, for whatever reason; faulted where something broke that should not.</summary>
    public Task Completion => _running;

    /// <summary>
    /// Starts a relayer and returns when it works. What an operator can mend throws <see cref="RelayerStartException"/>, and whatever a part
    /// documents: <see cref="DatabaseException"/>, <see cref="RpcException"/>, <see cref="IOException"/>.
    /// </summary>
    public static async Task<RelayerHost> StartAsync(
        RelayerOptions options, ISigner node, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        var host = new RelayerHost(loggers.CreateLogger<RelayerHost>());
        try
        {
            await host.BuildAsync(options, node, loggers, new SteadyClock(clock), cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks it to stop: it takes nothing more and finishes what is in hand.</summary>
    public Task StopAsync() => _stop.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        while (_owned.TryPop(out var owned))
            await owned.DisposeAsync();
        _stop.Dispose();
        _stopSending.Dispose();
    }

    private async Task BuildAsync(
        RelayerOptions options, ISigner node, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        if ((options.Pipeline.Fault() ?? options.Schedule.Fault() ?? options.Attesting?.Fault(options.Deployment) ?? options.Private?.Fault(options.Attesting)) is { } fault)
            throw new RelayerStartException(fault, "Mend the options.");
        var deployment = options.Deployment;
        var clients = Connect(options.Endpoints, clock);
        await ChainCheck.HoldAsync(clients, deployment.ChainId, _logger, cancellationToken);
        var database = Own(await DatabaseFactory.OpenAsync(
            options.Database, [.. TransactionQueue.Migrations, RelayerSchema.Migrations, OperationsSchema.Migrations, AttestingSchema.Migrations], clock, cancellationToken));
        await FreshStart.BeginAsync(database, clock, cancellationToken);
        var metrics = new ServiceCollection().AddMetrics().BuildServiceProvider();
        Own(metrics);
        var meters = metrics.GetRequiredService<IMeterFactory>();
        var owner = OwnerName();
        if (options.OtlpEndpoint is { } collector)
            Own(TraceExport.Start(collector, owner));
        var register = new InstanceRegister(database, owner, options.Schedule.Silence, clock);
        Own(new Leaving(register));

        var signal = new JobSignal();
        var queue = Own(new TransactionQueue(deployment.ChainId, clock));
        var orders = new QueuedOrders(queue, node.Address);
        var watch = new ChainWatch(clients, database, deployment, node.Address, loggers.CreateLogger<ChainWatch>(), clock);
        await watch.LookAsync(cancellationToken);

        var blobs = OpenBlobs(options.Blobs, clock);
        var shelf = new VersionShelf(database, blobs, options.Versions, options.Artifacts);
        var onnx = Own(new OnnxBackend(options.Onnx, clock));
        var web = Own(new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan });
        var backends = new BackendChoice(onnx, new IntegerBackend(), RemoteServers.Connect(options.Servers, web, clock));
        var keys = new KeyRegister(clients, deployment, node.Address);
        var attested = AttestingStart.OpenRole(
            options,
            new AttestedParts(
                database, queue, orders, deployment, node.Address, keys, new IAttestedKeysContract(clients[0], deployment.Keys), watch, web, options.InclusionSeconds),
            loggers, clock);
        if (attested is not null)
            Own(attested);
        var prices = new PriceBoard(options.Price.TokensPerCoin);
        var inputs = Own(new InputReader(blobs, options.Blobs.MaxInputBytes, Math.Max(1, options.Pipeline.Workers / 2)));
        var proving = options.Proving is { } proved ? Own(await ProvingRole.OpenAsync(proved, deployment, clients[0], loggers, clock, cancellationToken)) : null;
        IPreparer preparer = new Preparer(
            new AdmissionPolicy(), options.Offered, prices, shelf, inputs, backends, deployment.HubTerms, node.Address, watch, clock, proving?.Models,
            attested?.Ring);
        preparer = options.Preparing?.Invoke(preparer) ?? preparer;
        var privately = attested is null || options.Private is null ? null : HubAnswers.Over(database, preparer);
        preparer = privately ?? preparer;

        var steps = new StepPolicy(
            node.Address,
            new StepLimits
            {
                ClaimSeconds = deployment.HubTerms.ClaimTime,
                ProvenClaimSeconds = deployment.HubTerms.ProvenClaimTime,
                ProveSeconds = options.Offered.ProveSeconds,
                InclusionSeconds = options.InclusionSeconds,
            });
        var store = new JobStore(database, orders, owner, clock);
        var budget = new ClaimBudget(database, orders, deployment.HubTerms, node.Address, options.MostOpenClaims, options.Breaker, clock);
        var desk = new Desk(
            store, steps, new SubmissionMaker(new HubDomain(deployment.ChainId, deployment.Hub), node, attested?.Ring),
            budget, new IHubContract(clients[0], deployment.Hub), watch,
            options.Desk, proving?.Signal);
        var pipeline = Own(new RelayPipeline(
            store, steps, preparer, desk, watch, signal, options.Pipeline, Own(new PipelineMeter(meters)),
            loggers.CreateLogger<RelayPipeline>(), clock));

        var prover = proving?.Start(
            new ProvingParts
            {
                Store = new ProofStore(database, store, orders, owner, clock),
                Steps = steps,
                Shelf = shelf,
                Inputs = inputs,
                Domain = new HubDomain(deployment.ChainId, deployment.Hub),
                Hub = new IHubContract(clients[0], deployment.Hub),
                Node = node.Address,
                Watch = watch,
            },
            meters, loggers, clock);
        var verifyingSignal = new JobSignal();
        var verifier = options.Verifying is not { } verifying ? null : Own(Verifier.Create(
            new VerifierParts
            {
                Database = database,
                Deployment = deployment,
                Node = node,
                Endpoints = clients,
                Watch = watch,
                Orders = orders,
                Shelf = shelf,
                Inputs = inputs,
                Onnx = onnx,
                OnnxOptions = options.Onnx,
                Signal = verifyingSignal,
                InclusionSeconds = options.InclusionSeconds,
                Owner = owner,
                Keys = attested?.Ring,
            },
            verifying, loggers, clock));

        var sink = new HubSink(database, deployment, node.Address, signal, clock, options.Verifying, verifyingSignal);
        var observer = new FollowingLog(loggers.CreateLogger<ChainFollower>());
        var follower = new ChainFollower(
            [.. clients.Select((client, i) => new RpcChainSource(client, $"{i}:{client.Endpoint.Name}"))], sink, new LogFilterSet(sink.Filter),
            options.Following with { StartBlock = deployment.FirstBlock }, observer, clock: clock);
        Own(follower);

        var sendingEndpoints = new SendingEndpoints(
            clients,
            options.SettlementEndpoints.Count == 0
                ? null
                : new Dictionary<string, IReadOnlyList<EthereumClient>>(StringComparer.Ordinal)
                {
                    [QueuedOrders.NameOf(OrderPurpose.Settle)] = Connect(options.SettlementEndpoints, clock),
                });
        var sending = Own(new SendingMeter(deployment.ChainId, node.Address));
        var sender = new TransactionSender(
            database, queue, node, sendingEndpoints, options.Sending, sending,
            loggers.CreateLogger<TransactionSender>(), clock);
        Own(sender);
        var orderWatch = new OrderWatch(database, queue, orders, signal, loggers.CreateLogger<OrderWatch>(), clock);

        Health = Own(new HealthReport(
            [
                new ChainProbe(watch, () => follower.Endpoints, options.Following.Quorum, clock),
                new FundsProbe(
                    watch, sending, options.Sending.LowBalance, budget, prices, options.Price.Source is null ? null : options.Schedule.Pricing, clock),
                new StoreProbe(database, [options.Blobs.CacheFolder], options.Onnx, onnx.Provider, clock),
                .. attested is null ? (IReadOnlyList<IHealthProbe>)[] : [attested.Probe],
            ],
            clock));
        Own(new OperationsMeter(meters, Health));
        var jobs = new JobQueries(database);
        var application = await OperationsPages.StartAsync(
            options.Listen,
            new OperationsParts(
                jobs, new JobDetailQueries(database, jobs, queue), new ProfitQueries(database, clock), register, Health, Own(new PrometheusText())),
            loggers, cancellationToken, ReviewPages.Of(new ReviewStore(database)) + attested?.Pages);
        Own(application);
        Address = new Uri(application.Urls.First());
        if (await AttestingStart.OpenAttesterAsync(options, keys, node, loggers, clock, cancellationToken) is { } attester)
            AttesterAddress = new Uri(Own(attester).Urls.First());

        var privateRole = privately is null ? null : Own(await PrivateRole.OpenAsync(
            options.Private!, new PrivateParts(attested!, new HubDomain(deployment.ChainId, deployment.Hub), node.Address, watch, new ShelfModels(shelf, backends, options.Private!.Price), privately),
            loggers, clock, cancellationToken));
        PrivateAddress = privateRole?.Address;

        // Nobody's leases are taken who has not said that it lives.
        await register.BeatAsync(Address, cancellationToken);
        var works = TimedWorks.Of(new TimedParts(
            options, clients, database, queue, orders, node.Address, watch, prices, register, signal, web, () => Address, loggers, clock,
            [.. attested?.Works ?? [], .. privateRole is null ? [] : new ITimedWork[] { privateRole }]));
        await StartTimersAsync(options, works, owner, Own(new ScheduleMeter(meters)), loggers, clock, cancellationToken);
        _running = RunAsync(
            pipeline, follower, sender, orderWatch, watch, verifier is null ? null : verifier.RunAsync, prover, proving is null ? null : proving.FillAsync,
            () => database.ReadAsync(async session => await queue.CountUnsentAsync(session, node.Address) > 0, CancellationToken.None), options.Pipeline.DrainTime);
    }

    private async Task StartTimersAsync(
        RelayerOptions options, IReadOnlyCollection<ITimedWork> works, string owner, ScheduleMeter meter, ILoggerFactory loggers, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var server = options.Database.OpenServer(TimerConnections);
        if (server is not null)
            Own(server);
        var started = clock.GetTimestamp();
        for (var failures = 1; ; failures++)
        {
            try
            {
                Own(await RelayerSchedule.StartAsync(works, owner, server, meter, loggers, clock, cancellationToken));
                return;
            }
            catch (SchedulerException failure)
            {
                // As patient with the database as everybody else here. A connection that breaks is told in many ways, and none of them tells it from a mistake.
                if (clock.GetElapsedTime(started) > options.Database.RetryFor)
                    throw new RelayerStartException($"The timers do not start: {failure.Message}", "See that the database's user may make tables, and that it has connections left.");
                _logger.TimersWait(failure.Message, failures);
                await Task.Delay(options.Database.Backoff.After(failures, spread: 0.5), clock, cancellationToken);
            }
        }
    }

    /// <summary>All loops, until they are asked to stop, or one ends that should not: then all stop, and the reason is told.</summary>
    private async Task RunAsync(
        RelayPipeline pipeline, ChainFollower follower, TransactionSender sender, OrderWatch orders, ChainWatch watch, Func<CancellationToken, Task>? verifier,
        Func<CancellationToken, Task>? prover, Func<CancellationToken, Task>? filler, Func<Task<bool>> hasUnsent, TimeSpan drainTime)
    {
        var stopping = _stop.Token;
        // What is in hand is finished while the others still work, and its transactions are sent before the sender stops.
        var others = new[]
        {
            LoopAsync("follower", async token => Health.Stopped = (await follower.RunAsync(token)).Advice, _stopSending.Token),
            LoopAsync("sender", sender.RunAsync, _stopSending.Token),
            LoopAsync("order watch", orders.RunAsync, _stopSending.Token),
            LoopAsync("chain watch", watch.RunAsync, _stopSending.Token),
        };
        try
        {
            await Task.WhenAll(
                LoopAsync("pipeline", pipeline.RunAsync, stopping),
                verifier is null ? Task.CompletedTask : LoopAsync("verifier", verifier, stopping),
                prover is null ? Task.CompletedTask : LoopAsync("prover", prover, stopping),
                filler is null ? Task.CompletedTask : LoopAsync("cache filler", filler, stopping));
        }
        finally
        {
            await LastOrders.SendAsync(others[1], hasUnsent, drainTime);
            await _stopSending.CancelAsync();
            await Task.WhenAll(others);
        }
    }

    private async Task LoopAsync(string name, Func<CancellationToken, Task> run, CancellationToken stopping)
    {
        try
        {
            await Task.Run(() => run(stopping), CancellationToken.None);
            // A follower that has stopped for good leaves everybody else without news: nothing is claimed on old ones.
            if (!stopping.IsCancellationRequested)
                await _stop.CancelAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // As it was asked to.
        }
        catch (Exception failure)
        {
            _logger.LoopBroke(failure, name);
            Health.Stopped ??= $"The {name} broke: {failure.Message}";
            await _stop.CancelAsync();
            throw;
        }
    }

    private BlobReader OpenBlobs(BlobPlaces places, TimeProvider clock)
    {
        var strangers = Own(new HttpBlobClient());
        // The operator's own gateways may be anywhere, such as in the same building.
        var trusted = Own(new HttpBlobClient(new HttpBlobOptions { AllowPrivateAddresses = true, AllowPlainHttp = true }));
        var cache = Own(BlobCache.Open(new BlobCacheOptions { Folder = places.CacheFolder, BudgetBytes = places.CacheBytes }, clock));
        return new BlobReader(
            [
                .. places.Folders.Select(folder => (IBlobSource)new FolderBlobStore(folder)),
            .. places.Gateways.Select(gateway => (IBlobSource)new HttpGateway(gateway, trusted)),
            ],
            cache, new BlobUris(strangers), clock: clock);
    }

    private IReadOnlyList<EthereumClient> Connect(IReadOnlyList<Uri> endpoints, TimeProvider clock) =>
        [.. endpoints.Select(endpoint => Own(EthereumClient.Connect(endpoint, new RpcOptions { MaxAttempts = 1 }, time: clock)))];

    // Two processes never have the same name, though they may have the same number on two machines.
    private static string OwnerName() => $"{Environment.MachineName}/{Environment.ProcessId}/{Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8))}";

    private T Own<T>(T owned)
        where T : notnull
    {
        _owned.Push(owned as IAsyncDisposable ?? new Disposing((IDisposable)owned));
        return owned;
    }

    /// <summary>Says at the end that this process is gone: what it had leased is free at once.</summary>
    private sealed class Leaving(InstanceRegister register) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await register.LeaveAsync(CancellationToken.None);
            }
            catch (DatabaseException)
            {
                // Its silence says it, too.
            }
        }
    }

    private sealed class Disposing(IDisposable inner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            inner.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
