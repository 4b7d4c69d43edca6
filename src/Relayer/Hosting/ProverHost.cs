using Microsoft.Extensions.Logging;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Earnings;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Hosting.Starting;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Proving;
using OpenGradient.Relayer.Proving.Elsewhere;
using OpenGradient.Relayer.Proving.Materials;
using OpenGradient.Relayer.Scheduling;
using OpenGradient.Relayer.Versions;
using OpenGradient.Sending;

namespace OpenGradient.Relayer.Hosting;

// What is made here goes to Own, and is disposed of with the host, also when its start fails half-way.
#pragma warning disable CA2000

/// <summary>
/// The proving role alone, on the database of a relayer: it takes answers that wait for their proof, and orders the transactions that bring it, which a relayer
/// sends. It has no key: what it orders in a wrong name nobody sends. It follows nothing, runs no requests, and ends nobody's leases but its own.
/// </summary>
public sealed class ProverHost : IAsyncDisposable
{
    private readonly HostLife _life;
    private readonly ILogger _logger;

    private ProverHost(ILogger logger) => (_logger, _life) = (logger, new HostLife(logger));

    /// <summary>Where its pages are.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    public HealthReport Health => _life.Health;

    /// <summary>Completes when it has stopped, for whatever reason; faulted where something broke that should not.</summary>
    public Task Completion => _life.Running;

    /// <summary>Starts a prover for the node that the options name. What an operator can mend is thrown as a relayer's start throws it.</summary>
    /// <exception cref="RelayerStartException">The options name no setup or no node, or not those of the contracts.</exception>
    public static async Task<ProverHost> StartAsync(RelayerOptions options, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (options.Proving is not { } proving)
            throw new RelayerStartException("No setup for proofs is named.", $"Set {RelayerSettingNames.ProveSetup}.");
        if (proving.Node is not { } node)
            throw new RelayerStartException("It is not said whose answers are to be proven.", $"Set {RelayerSettingNames.ProveNode} to the node's address.");
        var host = new ProverHost(loggers.CreateLogger<ProverHost>());
        try
        {
            // The relayer's own word for leaving proofs to this process may stand in settings that both have.
            await host.BuildAsync(options, proving with { IsElsewhere = false }, node, loggers, new SteadyClock(clock), cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks it to stop. What it was proving is begun again by whoever takes it next.</summary>
    public Task StopAsync() => _life.StopAsync();

    public ValueTask DisposeAsync() => _life.DisposeAsync();

    private async Task BuildAsync(
        RelayerOptions options, ProvingOptions proving, Address node, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (options.Schedule.Fault() is { } fault)
            throw new RelayerStartException(fault, "Mend the options.");
        var deployment = options.Deployment;
        var (clients, database, meters, owner, register) = await HostGround.OpenAsync(options, _life, InstanceRole.Prover, _logger, clock, cancellationToken);
        var queue = Own(new TransactionQueue(deployment.ChainId, clock));
        var orders = new QueuedOrders(queue, deployment.ChainId, node);
        var watch = new ChainWatch(clients, options.Following.Quorum, options.DataFees, database, deployment, node, options.InclusionSeconds, loggers.CreateLogger<ChainWatch>(), clock);
        await watch.LookAsync(cancellationToken);
        if (watch.Standing.Payee.IsZero)
            throw new RelayerStartException($"{node} is no node in this deployment.", $"Set {RelayerSettingNames.ProveNode} to the address of the relayer's key, and register that (`og node register`).");

        var role = Own(await ProvingRole.OpenAsync(proving, deployment, clients[0], loggers, clock, cancellationToken));
        var blobs = Own(OpenedBlobs.Open(options.Blobs, clock)).Reader;
        var prove = role.Start(
            new ProvingParts
            {
                Store = new ProofStore(database, new JobStore(database, orders, owner, clock), orders, owner, clock),
                Steps = new StepPolicy(node, options.Steps),
                Shelf = Own(new VersionShelf(database, blobs, options.Versions, options.Artifacts, options.Shelf, clock)),
                Inputs = Own(new InputReader(blobs, options.Blobs.MaxInputBytes, Math.Max(1, options.Pipeline.Workers / 2))),
                Kept = new KeptInputs(database),
                Domain = new HubDomain(deployment.ChainId, deployment.Hub),
                Hub = new IHubContract(clients[0], deployment.Hub),
                Node = node,
                Watch = watch,
                Announced = new AnnouncedVersions(database, register),
            },
            meters, loggers, clock);

        _life.Health = Own(new HealthReport([new ProverProbe(watch, register), new DiskProbe(options.WrittenFolders)], clock));
        Own(new OperationsMeter(meters, Health));
        var jobs = new JobQueries(database);
        var application = await OperationsPages.StartAsync(
            options.Listen,
            new OperationsParts(jobs, new JobDetailQueries(database, jobs, queue), new ProfitQueries(database, clock), register, Health, Own(new PrometheusText())),
            loggers, cancellationToken);
        Own(application);
        Address = new Uri(application.Urls.First());

        await register.BeatAsync(Address, cancellationToken);
        ITimedWork[] works =
            [new Heartbeat(register, () => Address, options.Schedule), new Reaper(register, role.Signal, loggers.CreateLogger<Reaper>(), options.Schedule)];
        Own(await RelayerSchedule.StartAsync(works, owner, cluster: null, Own(new ScheduleMeter(meters)), loggers, clock, cancellationToken));
        _life.Running = Task.WhenAll(LoopAsync("prover", prove), LoopAsync("cache filler", role.FillAsync), LoopAsync("chain watch", watch.RunAsync));
    }

    private Task LoopAsync(string name, Func<CancellationToken, Task> run) => _life.LoopAsync(name, run, _life.Stopping);

    private T Own<T>(T owned)
        where T : notnull => _life.Own(owned);
}
