using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Prover.Setup;
using OpenGradient.Prover.Statements;
using OpenGradient.Prover.Verifying;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Hosting;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Proving.Elsewhere;
using OpenGradient.Relayer.Proving.Materials;
using OpenGradient.Relayer.Proving.Models;
using OpenGradient.Relayer.Versions;

namespace OpenGradient.Relayer.Proving;

// What is made here is disposed of with the role.
#pragma warning disable CA2000

/// <summary>The proving role, put together from what a relayer has: whoever has the verifier's setup can take it on.</summary>
public sealed class ProvingRole : IDisposable
{
    private readonly ProofContext _context;
    private readonly ProvingSetup _setup;
    private readonly ProvingOptions _options;
    private readonly CacheFiller _filler;
    private ProvingMeter? _meter;
    private VersionProver? _prover;

    private ProvingRole(ProofContext context, ProvingSetup setup, int longColumns, ProvingOptions options, ILoggerFactory loggers, TimeProvider clock, AnnouncedVersions? announced)
    {
        (_context, _setup, _options) = (context, setup, options);
        _filler = new CacheFiller(options.CacheFolder, loggers.CreateLogger<CacheFiller>(), clock);
        Models = new ProvableModels(setup, context, longColumns, options, _filler, announced, clock);
    }

    public ProvableModels Models { get; }

    /// <summary>Limits and places.</summary>
    public ProvingOptions Options => _options;

    /// <summary>Where the setup comes from.</summary>
    public SetupOrigin Origin => _setup.Verifier.Origin;

    /// <summary>Rung when an answer waits for its proof.</summary>
    public JobSignal Signal { get; } = new();

    /// <summary>One turn for all who want proofs of this process.</summary>
    public ProverTurns Turns { get; } = new();

    /// <summary>Opens the setup, and holds it against the verifier's: proofs of another never hold.</summary>
    /// <param name="options">How proofs are made.</param>
    /// <param name="deployment">The contracts.</param>
    /// <param name="client">The chain.</param>
    /// <param name="loggers">Where it is told.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <param name="announced">What provers elsewhere say; null where proofs are made here.</param>
    /// <exception cref="RelayerStartException">It is not the verifier's, or no setup.</exception>
    public static async Task<ProvingRole> OpenAsync(
        ProvingOptions options, Deployment deployment, EthereumClient client, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken,
        AnnouncedVersions? announced = null)
    {
        if (options.Fault() is { } fault)
            throw new RelayerStartException(fault, "Mend the options.");
        var setup = await options.Setup(cancellationToken) switch
        {
            SetupReading.Accepted(var accepted) => accepted,
            SetupReading.Refused(var detail) => throw new RelayerStartException($"The setup for proofs is none: {detail}", "Make it again: `og srs import` a ceremony's, as the verifier has it."),
            _ => throw new InvalidOperationException("There is a reading of setups that is not known."),
        };
        var verifier = new ProofVerifierContract(client, deployment.Proofs);
        var tau = await verifier.CallTauAsync(cancellationToken: cancellationToken);
        byte[] theirs = [.. tau.SelectMany(word => word.ToBigEndian())];
        if (!theirs.AsSpan().SequenceEqual(setup.Verifier.Tau.AsSpan()))
        {
            throw new RelayerStartException(
                $"The setup for proofs ({setup.Verifier.Origin.Label}) is not that of the verifier {deployment.Proofs}.", "Take the one whose label the verifier shows, and whose [τ]₂ is the same (`og srs info`).");
        }

        var powers = Math.Min((int)await verifier.CallPowerCountAsync(cancellationToken: cancellationToken), setup.Verifier.Powers.Length);
        var logger = loggers.CreateLogger<ProvingRole>();
        if (setup.Verifier.Origin is SetupOrigin.Development)
            logger.SetupIsUnsafe(setup.Verifier.Origin.Label);
        logger.ProvingStarted(setup.Verifier.Origin.Label, setup.Length, options.Threads);
        return new ProvingRole(new ProofContext(deployment.ChainId, deployment.Proofs), setup, VerifierSetup.LongColumnsOf(powers), options, loggers, clock, announced);
    }

    /// <summary>What makes proofs, until it is asked to stop: then it finishes nothing, since whatever was begun is made again.</summary>
    public Func<CancellationToken, Task> Start(ProvingParts parts, IMeterFactory meters, ILoggerFactory loggers, TimeProvider clock)
    {
        var meter = _meter = new ProvingMeter(meters, () => Models.Kept);
        var prover = ProverOf(parts.Shelf, clock);
        return async stopping =>
        {
            await using var materials = new ProofMaterials(parts.Shelf, parts.Inputs, parts.Kept, Signal, clock);
            var maker = new ProofMaker(prover, materials, parts.Domain, parts.Hub, parts.Node, _options);
            var left = new LeftVersions(clock);
            var loop = new ProvingLoop(
                parts.Store, maker, parts.Steps, parts.Watch, Signal, Turns, _options, meter, loggers.CreateLogger<ProvingLoop>(), clock, parts.Announced is null ? null : left);
            var telling = parts.Announced is { } announced
                ? new VersionAnnouncer(announced, maker, Models, left, loggers.CreateLogger<VersionAnnouncer>(), clock).RunAsync(stopping)
                : Task.CompletedTask;
            await Task.WhenAll(loop.RunAsync(stopping), telling);
        };
    }

    /// <summary>What proves answers of versions: one for all who want proofs of this process.</summary>
    public VersionProver ProverOf(VersionShelf shelf, TimeProvider clock) =>
        _prover ??= new VersionProver(shelf, Models, new ProofVerifier(_setup.Verifier, _context), _options, clock);

    /// <inheritdoc cref="CacheFiller.RunAsync"/>
    public Task FillAsync(CancellationToken stopping) => _filler.RunAsync(stopping);

    public void Dispose()
    {
        _meter?.Dispose();
        Turns.Dispose();
        Models.Dispose();
    }
}

/// <summary>What the proving role shares with the rest of its relayer.</summary>
public sealed record ProvingParts
{
    public required ProofStore Store { get; init; }

    public required StepPolicy Steps { get; init; }

    public required VersionShelf Shelf { get; init; }

    public required InputReader Inputs { get; init; }

    public required KeptInputs Kept { get; init; }

    public required HubDomain Domain { get; init; }

    public required IHubContract Hub { get; init; }

    public required Address Node { get; init; }

    public required IChainWatch Watch { get; init; }

    /// <summary>Where it is told which versions are ready, by a process that does nothing but prove; null in a relayer.</summary>
    public AnnouncedVersions? Announced { get; init; }
}
