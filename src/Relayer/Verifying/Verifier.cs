using Microsoft.Extensions.Logging;
using OpenGradient.Contracts.Court;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Contracts.Hub;
using OpenGradient.Database;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Backends.Onnx;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Settlement;
using OpenGradient.Relayer.Verifying.Cases;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Duties;
using OpenGradient.Relayer.Verifying.Proofs;
using OpenGradient.Relayer.Verifying.Quorums;
using OpenGradient.Relayer.Verifying.Reviews;
using OpenGradient.Relayer.Versions;

namespace OpenGradient.Relayer.Verifying;

// What is made here is disposed of with the verifier.
#pragma warning disable CA2000

/// <summary>The verifying role, put together from what a relayer has.</summary>
public sealed class Verifier : IAsyncDisposable
{
    // A node says at which head a call would revert; some heads later it may not, when what it builds on is mined.
    private const int MostAttempts = 30;

    // A proof that holds here and is refused there waits for nothing.
    private const int MostProofs = 5;

    private readonly List<OnnxBackend> _backends;
    private readonly VerifierLoop _loop;

    private Verifier(List<OnnxBackend> backends, VerifierLoop loop) => (_backends, _loop) = (backends, loop);

    public static Verifier Create(VerifierParts parts, VerifyingOptions options, ILoggerFactory loggers, TimeProvider clock)
    {
        if (options.Fault() is { } fault)
            throw new ArgumentException(fault, nameof(options));
        var node = parts.Node.Address;
        if (parts.Prover is { Limit: var proofLimit })
            options = options with { ProofLimit = proofLimit, LeaseTime = options.LeaseTime + proofLimit };
        var rules = new CourtRules { Terms = parts.Deployment.CourtTerms, InclusionSeconds = parts.InclusionSeconds };
        var attempts = new Attempts(MostAttempts, options.LookAgain);
        var policies = new DutyPolicies(
            new ReviewPolicy(node, options.Reviews),
            new CasePolicy(node, rules, options, attempts),
            new ProofChallengePolicy(node, parts.InclusionSeconds, options, attempts with { Most = MostProofs }),
            new VotePolicy(node, rules, options, attempts),
            new DefencePolicy(node, rules, attempts),
            new QuorumPolicy(node, parts.Deployment.HubTerms, parts.InclusionSeconds, options, attempts));

        // Ways of running floats that differ in what answers may differ by: alone or joined with others, and by how many threads.
        var alone = parts.OnnxOptions with { Provider = ExecutionProvider.Cpu, ThreadsPerRun = 1, MaxBatch = 1 };
        List<OnnxBackend> others = [new(alone, clock), new(alone with { ThreadsPerRun = Math.Min(256, 2 * parts.OnnxOptions.ThreadsPerRun) }, clock)];
        var measurer = new Measurer(parts.Shelf, parts.Inputs, [parts.Onnx, .. others], new IntegerBackend(), options.RunsAnyVersion);
        var hub = new HubDomain(parts.Deployment.ChainId, parts.Deployment.Hub);
        var court = new CourtDomain(parts.Deployment.ChainId, parts.Deployment.Court);
        var chain = new VerifierChain(parts.Endpoints, parts.Deployment, node);
        var handler = new DutyHandler(
            parts.Database, new DossierReader(parts.Database, parts.Deployment, node), new ReviewStore(parts.Database),
            new Reviewer(measurer, hub, options, clock, parts.Prover), measurer,
            new OrderMaker(measurer, new SubmissionMaker(hub, parts.Node, parts.Keys), chain, parts.Watch, court, hub, rules, node),
            chain, parts.Watch, policies, options, loggers.CreateLogger<DutyHandler>(), parts.Prover);
        var store = new DutyStore(parts.Database, parts.Orders, parts.Owner, clock);
        return new Verifier(others, new VerifierLoop(store, handler, parts.Watch, parts.Signal, options, loggers.CreateLogger<VerifierLoop>(), clock, parts.Prover));
    }

    /// <inheritdoc cref="VerifierLoop.RunAsync"/>
    public Task RunAsync(CancellationToken stopping) => _loop.RunAsync(stopping);

    public async ValueTask DisposeAsync()
    {
        _loop.Dispose();
        foreach (var backend in _backends)
            await backend.DisposeAsync();
    }
}

/// <summary>What a verifier shares with the rest of its relayer.</summary>
public sealed record VerifierParts
{
    public required IDatabase Database { get; init; }

    public required Deployment Deployment { get; init; }

    public required ISigner Node { get; init; }

    public required IReadOnlyList<EthereumClient> Endpoints { get; init; }

    public required IChainWatch Watch { get; init; }

    public required IOrders Orders { get; init; }

    public required VersionShelf Shelf { get; init; }

    public required InputReader Inputs { get; init; }

    public required IInferenceBackend Onnx { get; init; }

    public required OnnxBackendOptions OnnxOptions { get; init; }

    /// <summary>Rung when the chain told something; the verifier's own.</summary>
    public required JobSignal Signal { get; init; }

    public required ulong InclusionSeconds { get; init; }

    /// <summary>This process: no other has the same name.</summary>
    public required string Owner { get; init; }

    /// <summary>What proves wrong answers wrong; null where nothing is proven.</summary>
    public IChallengeProver? Prover { get; init; }

    /// <summary>The keys that sign attested answers; null where none are signed.</summary>
    public KeyRing? Keys { get; init; }
}
