using Microsoft.Extensions.Logging;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Court;
using OpenGradient.Contracts.Hub;
using OpenGradient.Database;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Http;
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
using OpenGradient.Relayer.Hosting.Starting;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Pipeline;
using OpenGradient.Relayer.Private;
using OpenGradient.Relayer.Proving;
using OpenGradient.Relayer.Proving.Elsewhere;
using OpenGradient.Relayer.Proving.Materials;
using OpenGradient.Relayer.Scheduling;
using OpenGradient.Relayer.Settlement;
using OpenGradient.Relayer.Verifying;
using OpenGradient.Relayer.Verifying.Proofs;
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

    private readonly HostLife _life;
    private readonly ILogger _logger;

    private RelayerHost(ILogger logger) => (_logger, _life) = (logger, new HostLife(logger));

    /// <summary>Where its pages are.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Where it gives verdicts about keys; null where it gives none.</summary>
    public Uri? AttesterAddress { get; private set; }

    /// <summary>Where private requests come in; null where none do.</summary>
    public Uri? PrivateAddress { get; private set; }

    public HealthReport Health => _life.Health;

    /// <summary>Completes when it has stopped, for whatever reason; faulted where something broke that should not.</summary>
    public Task Completion => _life.Running;

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

    /// <summary>Asks it to stop: it takes nothing more and finishes what is in hand. Who asks privately is answered before what settles the answers stops.</summary>
    public Task StopAsync() => _life.StopAsync();

    public ValueTask DisposeAsync() => _life.DisposeAsync();

    private async Task BuildAsync(
        RelayerOptions options, ISigner node, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        if ((options.Pipeline.Fault() ?? options.Schedule.Fault() ?? options.Attesting?.Fault(options.Deployment) ?? options.Private?.Fault(options.Attesting)) is { } fault)
            throw new RelayerStartException(fault, "Mend the options.");
        var deployment = options.Deployment;
        var (clients, database, meters, owner, register) = await HostGround.OpenAsync(options, _life, InstanceRole.Relayer, _logger, clock, cancellationToken);
        await FreshStart.BeginAsync(database, clock, cancellationToken);

        var signal = new JobSignal();
        var queue = Own(new TransactionQueue(deployment.ChainId, clock));
        var orders = new QueuedOrders(queue, deployment.ChainId, node.Address);
        var watch = new ChainWatch(clients, options.Following.Quorum, options.DataFees, database, deployment, node.Address, options.InclusionSeconds, loggers.CreateLogger<ChainWatch>(), clock);
        await watch.LookAsync(cancellationToken);

        var places = Own(OpenedBlobs.Open(options.Blobs, clock));
        var blobs = places.Reader;
        var shelf = Own(new VersionShelf(database, blobs, options.Versions, options.Artifacts, options.Shelf, clock));
        var onnx = Own(new OnnxBackend(options.Onnx, clock));
        _logger.ModelsRunOn(onnx.Provider.Provider, onnx.Provider.Reason);
        var web = Own(new HttpClient(new ConnectionFailures(new SocketsHttpHandler { AllowAutoRedirect = false })) { Timeout = Timeout.InfiniteTimeSpan });
        var backends = new BackendChoice(onnx, new IntegerBackend(), RemoteServers.Connect(options.Servers, web, clock));
        var keys = new KeyRegister(clients, deployment, node.Address);
        var attesting = new AttestedParts(
            database, queue, orders, deployment, node.Address, keys, new IAttestedKeysContract(clients[0], deployment.Keys), watch, web, options.InclusionSeconds)
        {
            Stores = places.Stores,
        };
        var attested = AttestingStart.OpenRole(options, attesting, loggers, clock);
        if (attested is not null)
            Own(attested);
        var archive = AttestingStart.OpenArchive(options, web, loggers, clock);
        var own = AttestingStart.OwnOf(archive, loggers, clock);
        var veto = AttestingStart.OpenVeto(options, attesting, keys, own, loggers, clock);
        var prices = new PriceBoard(options.Price.TokensPerCoin);
        var inputs = Own(new InputReader(blobs, options.Blobs.MaxInputBytes, Math.Max(1, options.Pipeline.Workers / 2)));
        var proving = options.Proving is { } proved ? Own(await ProvingRole.OpenAsync(
            proved, deployment, clients[0], loggers, clock, cancellationToken, proved.IsElsewhere ? new AnnouncedVersions(database, register) : null)) : null;
        var servers = backends.HasServers ? new ServerProbe(clock) : null;
        var provers = options.Proving is { IsElsewhere: true } ? new ProversWatch(register, new AnnouncedVersions(database, register), clock) : null;
        var kept = proving is null ? null : new KeptInputs(database);
        IPreparer preparer = new Preparer(
            new AdmissionPolicy(), options.Offered, prices, shelf, inputs, backends, deployment.HubTerms, node.Address, watch, clock, proving?.Models,
            attested?.Ring, servers, provers, kept, options.Compute, new RunTimes(database, clock));
        preparer = options.Preparing?.Invoke(preparer) ?? preparer;
        var privately = attested is null || options.Private is null ? null : new HubAnswers(new HubAnswerStore(database, signal, clock), backends.IsServed, preparer, node.Address, watch);
        preparer = privately ?? preparer;

        var steps = new StepPolicy(node.Address, options.Steps);
        var store = new JobStore(database, orders, owner, clock);
        var budget = new ClaimBudget(database, orders, deployment.HubTerms, node.Address, options.MostOpenClaims, options.Breaker, clock);
        var meter = Own(new PipelineMeter(meters));
        var desk = new Desk(
            store, steps, new SubmissionMaker(new HubDomain(deployment.ChainId, deployment.Hub), node, attested?.Ring),
            budget, new IHubContract(clients[0], deployment.Hub), watch,
            options.Desk, proving?.Signal, provers, meter, clock);
        var pipeline = Own(new RelayPipeline(
            store, steps, preparer, desk, watch, signal, options.Pipeline, meter,
            loggers.CreateLogger<RelayPipeline>(), clock));

        var prover = options.Proving is { IsElsewhere: true } ? null : proving?.Start(
            new ProvingParts
            {
                Store = new ProofStore(database, store, orders, owner, clock),
                Steps = steps,
                Shelf = shelf,
                Inputs = inputs,
                Kept = kept!,
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
                Prover = proving is null ? null : new ChallengeProver(
                    proving.ProverOf(shelf, clock), proving.Turns, new CourtDomain(deployment.ChainId, deployment.Court), node.Address, proving.Options),
            },
            verifying, loggers, clock));

        var sink = new HubSink(database, deployment, node.Address, signal, clock, options.Verifying, verifyingSignal);
        var observer = new FollowingLog(loggers.CreateLogger<ChainFollower>());
        var follower = new ChainFollower(
            [.. clients.Select((client, i) => new RpcChainSource(client, $"{i}:{client.Endpoint.Name}"))], sink, new LogFilterSet(sink.Filter),
            options.Following with { StartBlock = deployment.FirstBlock }, observer, clock: clock);
        Own(follower);

        var unseen = options.SettlementEndpoints.Count == 0 ? null : _life.Connect(options.SettlementEndpoints, clock);
        if (unseen is not null)
            _logger.HiddenNoncesShared();
        var sendingEndpoints = new SendingEndpoints(
            clients,
            unseen is null
                ? null
                : new Dictionary<string, IReadOnlyList<EthereumClient>>(StringComparer.Ordinal)
                {
                    [QueuedOrders.NameOf(OrderPurpose.Settle)] = unseen,
                    [QueuedOrders.NameOf(OrderPurpose.Disprove)] = unseen,
                });
        var sending = Own(new SendingMeter(deployment.ChainId, node.Address));
        var sender = new TransactionSender(
            database, queue, node, sendingEndpoints, options.Sending, sending,
            loggers.CreateLogger<TransactionSender>(), clock);
        Own(sender);
        var orderWatch = new OrderWatch(database, queue, orders, signal, loggers.CreateLogger<OrderWatch>(), clock);

        _life.Health = Own(new HealthReport(
            [
                new ChainProbe(watch, () => follower.Endpoints, options.Following.Quorum, clock),
                new FundsProbe(
                    watch, sending, options.Sending.LowBalance, budget, prices, options.Price.Source is null ? null : options.Schedule.Pricing, clock),
                new ClaimsProbe(database, node.Address, () => watch.Now.ActiveTime, () => options.Steps.InclusionAt(watch.Now)),
                new InclusionProbe(() => watch.Now.InclusionSeconds, options.InclusionSeconds),
                new StoreProbe(database, options.Verifying is not null, options.Onnx, onnx.Provider, clock),
                new DiskProbe(options.WrittenFolders),
                .. new IHealthProbe?[] { servers, attested?.Probe, options.Proving is { IsElsewhere: true } ? new ProversProbe(database, register, node.Address) : null }.OfType<IHealthProbe>(),
            ],
            clock));
        Own(new OperationsMeter(meters, Health));
        var jobs = new JobQueries(database);
        var application = await OperationsPages.StartAsync(
            options.Listen,
            new OperationsParts(
                jobs, new JobDetailQueries(database, jobs, queue), new ProfitQueries(database, clock), register, Health, Own(new PrometheusText()))
            {
                Notice = AttestingStart.NoticeOf(options),
            },
            loggers, cancellationToken, ReviewPages.Of(new ReviewStore(database)) + attested?.Pages + archive?.Pages);
        Own(application);
        Address = new Uri(application.Urls.First());
        if (await AttestingStart.OpenAttesterAsync(options, keys, node, own, veto?.Claims, loggers, clock, cancellationToken) is { } attester)
            AttesterAddress = new Uri(Own(attester).Urls.First());

        var privateRole = privately is null ? null : Own(await PrivateRole.OpenAsync(
            options.Private!,
            new PrivateParts(
                attested!.Ring, attested.EvidenceOfAsync, new HubDomain(deployment.ChainId, deployment.Hub), node.Address, watch,
                new ShelfModels(shelf, backends, options.Private!.Price), privately),
            loggers, clock, cancellationToken));
        PrivateAddress = privateRole?.Address;

        // Nobody's leases are taken who has not said that it lives.
        await register.BeatAsync(Address, cancellationToken);
        var works = TimedWorks.Of(new TimedParts(
            options, clients, database, queue, orders, node.Address, watch, prices, register, signal, web, () => Address, loggers, clock,
            [
                .. attested?.Works ?? [], .. archive?.Works ?? [], .. veto is null ? (IReadOnlyList<ITimedWork>)[] : [veto],
                .. privateRole is null ? (IReadOnlyList<ITimedWork>)[] : [privateRole],
            ]));
        await StartTimersAsync(options, works, owner, Own(new ScheduleMeter(meters)), loggers, clock, cancellationToken);
        _life.Running = RunAsync(
            pipeline, follower, sender, orderWatch, watch, verifier is null ? null : verifier.RunAsync, prover, proving is null ? null : proving.FillAsync,
            privateRole, () => database.ReadAsync(async session => await queue.CountUnsentAsync(session, node.Address) > 0, CancellationToken.None), options.Pipeline.DrainTime);
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
        Func<CancellationToken, Task>? prover, Func<CancellationToken, Task>? filler, PrivateRole? privately, Func<Task<bool>> hasUnsent, TimeSpan drainTime)
    {
        var stopping = _life.Stopping;
        using var unasked = new CancellationTokenSource();
        using var stopSending = new CancellationTokenSource();
        // What is in hand is finished while the others still work, and its transactions are sent before the sender stops.
        var others = new[]
        {
            // Once it has stopped for good everybody else is without news, and nothing is claimed on old ones.
            _life.LoopAsync("follower", async token => Health.Stopped = (await follower.RunAsync(token)).Advice, stopSending.Token),
            _life.LoopAsync("sender", sender.RunAsync, stopSending.Token),
            _life.LoopAsync("order watch", orders.RunAsync, stopSending.Token),
            _life.LoopAsync("chain watch", watch.RunAsync, stopSending.Token),
        };
        try
        {
            await Task.WhenAll(
                // Nobody is let in by the gateway any more, and who is inside is answered: until then the pipeline settles answers, and begins nothing.
                _life.UntilUnaskedAsync(() => privately?.StopAsync(drainTime) ?? Task.CompletedTask, unasked.Cancel),
                _life.LoopAsync("pipeline", token => pipeline.RunAsync(stopping, token), unasked.Token),
                verifier is null ? Task.CompletedTask : _life.LoopAsync("verifier", verifier, stopping),
                prover is null ? Task.CompletedTask : _life.LoopAsync("prover", prover, stopping),
                filler is null ? Task.CompletedTask : _life.LoopAsync("cache filler", filler, stopping));
        }
        finally
        {
            await LastOrders.SendAsync(others[1], hasUnsent, drainTime);
            await stopSending.CancelAsync();
            await Task.WhenAll(others);
        }
    }

    private T Own<T>(T owned)
        where T : notnull => _life.Own(owned);
}
