using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Court;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Tensors;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Settlement;
using OpenGradient.Relayer.Tests.Jobs;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Relayer.Verifying;
using OpenGradient.Relayer.Verifying.Cases;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Duties;
using OpenGradient.Relayer.Verifying.Proofs;
using OpenGradient.Relayer.Verifying.Quorums;
using OpenGradient.Relayer.Verifying.Reviews;
using OpenGradient.Support.Databases;

namespace OpenGradient.Relayer.Tests.Verifying;

/// <summary>A verifier's parts over a database, with a chain that says what a test makes it say and a model that answers what a test makes it answer.</summary>
internal sealed class VerifierScene : IAsyncDisposable, IMeasurer, IVerifierChain, IPreparer
{
    private static readonly ModelSignature Signature = ModelSignature.Create(
        [new TensorSignature("input", DataType.Uint8, [new Axis(1)])], [new TensorSignature("output", DataType.Uint8, [new Axis(1)])]);

    private readonly LocalSigner _signer = new(DevelopmentAccounts.Key(1));
    private readonly List<VerifierLoop> _loops = [];

    public static VerifyingOptions Options { get; } = new() { LookAgain = TimeSpan.FromMilliseconds(1), Poll = TimeSpan.FromMilliseconds(1), Workers = 8 };

    public RelayerScene Relayer { get; private set; } = null!;

    public Address Node => _signer.Address;

    /// <summary>What the model answers.</summary>
    public byte[] Right { get; set; } = [2];

    /// <summary>Why the model cannot be run now; null where it can.</summary>
    public string? Fault { get; set; }

    /// <summary>Whether only a proof is taken against answers.</summary>
    public bool IsProvable { get; set; }

    /// <summary>What proves answers wrong; null where nothing is proven.</summary>
    public IChallengeProver? Prover { get; set; }

    /// <summary>How its loops work.</summary>
    public VerifyingOptions Work { get; set; } = Options;

    public int Runs { get; private set; }

    public IHubContract.Quorum Quorum { get; set; } = new(0, 0, 0, 0, 0);

    public static async Task<VerifierScene> OpenAsync(IDatabaseFixture databases)
    {
        var scene = new VerifierScene();
        scene.Relayer = await RelayerScene.OpenAsync(scene, verifying: Options, database: await databases.OpenAsync(RelayerSchema.Migrations));
        await scene.Relayer.TellAsync();
        return scene;
    }

    /// <summary>A process that does duties: all share the database.</summary>
    public (VerifierLoop Loop, DutyStore Store) Process(string name)
    {
        var deployment = RelayerScene.Deployment;
        var rules = new CourtRules { Terms = deployment.CourtTerms, InclusionSeconds = 10 };
        var attempts = new Attempts(3, Work.LookAgain);
        var hub = new HubDomain(deployment.ChainId, deployment.Hub);
        var court = new CourtDomain(deployment.ChainId, deployment.Court);
        var policies = new DutyPolicies(
            new ReviewPolicy(Node, Work.Reviews), new CasePolicy(Node, rules, Work, attempts),
            new ProofChallengePolicy(Node, 10, Work, attempts), new VotePolicy(Node, rules, Work, attempts),
            new DefencePolicy(Node, rules, attempts), new QuorumPolicy(Node, deployment.HubTerms, 10, Work, attempts));
        var handler = new DutyHandler(
            Relayer.Database, new DossierReader(Relayer.Database, deployment, Node), new ReviewStore(Relayer.Database),
            new Reviewer(this, hub, Work, TimeProvider.System, Prover), this,
            new OrderMaker(this, new SubmissionMaker(hub, _signer), this, Relayer, court, hub, rules, Node),
            this, Relayer, policies, Work, NullLogger<DutyHandler>.Instance, Prover);
        var store = new DutyStore(Relayer.Database, Relayer.Orders, name, TimeProvider.System);
        var loop = new VerifierLoop(store, handler, Relayer, new JobSignal(), Work, NullLogger<VerifierLoop>.Instance, TimeProvider.System, Prover);
        _loops.Add(loop);
        return (loop, store);
    }

    /// <summary>Works until an order of this kind is placed that was not there before, and gives it.</summary>
    public async Task<Order> NextOrderAsync(VerifierLoop loop, Move move)
    {
        var before = Relayer.Orders.All.Count;
        await RelayerScene.UntilAsync(
            async () =>
            {
                await loop.WorkOnceAsync(TestContext.Current.CancellationToken);
                return Relayer.Orders.All.Count > before;
            },
            $"{move} is ordered");
        var order = Relayer.Orders.All[before];
        Assert.StartsWith($"{move}:", order.Key, StringComparison.Ordinal);
        return order;
    }

    /// <summary>Works until a duty has ended, and gives how.</summary>
    public async Task<DutyEnd> EndAsync(VerifierLoop loop, Hash32 requestId, DutyKind kind)
    {
        DutyEnd end = DutyEnd.None;
        await RelayerScene.UntilAsync(
            async () =>
            {
                await loop.WorkOnceAsync(TestContext.Current.CancellationToken);
                end = (DutyEnd)await Relayer.ScalarAsync<int>(
                    "SELECT COALESCE(MAX(ended), 0) FROM duties WHERE request_id = @requestId AND kind = @kind", new { requestId, kind = (int)kind });
                return end != DutyEnd.None;
            },
            $"the {kind} ends");
        return end;
    }

    public IHubContract.SettledEvent Settled(Hash32 requestId, byte[] output, ulong window = 7_200)
    {
        var settlement = new IHubContract.Settlement(
            Keccak256.Hash(output), SampleJobs.Them, SampleJobs.Them, 0, 0, 0, Hash32.Zero, 1, Hash32.Zero, 100_000u, Relayer.ChainTime, 0);
        return new IHubContract.SettledEvent(requestId, SampleJobs.Them, Relayer.ChainTime + window, settlement, ReadOnlyMemory<byte>.Empty, output);
    }

    public Task<Measurable> OpenAsync(Dossier dossier, CancellationToken cancellationToken) => Task.FromResult<Measurable>(
        new Measurable.Ready(
            new LoadedVersion(dossier.Ask!.Request.VersionId, Hash32.Zero, Signature, new VersionSemantics.Integer(Hash32.Zero), new VersionBody.Remote(new TextModel("none", TakesSystem: false, MaxTokens: 1))),
            dossier.Brought, IsProvable));

    public Task<Measurement> RunAsync(Measurable.Ready subject, int turn, CancellationToken cancellationToken)
    {
        Runs++;
        return Task.FromResult<Measurement>(Fault is { } fault
            ? new Measurement.Failed(IsRetryable: true, fault)
            : new Measurement.Done(new OwnRun(new OwnAnswer(Keccak256.Hash(Right), Right), IsCertain: true)));
    }

    public Task<UInt256> BalanceAtCourtAsync(CancellationToken cancellationToken) => Task.FromResult(UInt256.One << 100);

    public Task<IHubContract.Quorum> QuorumOfAsync(IHubContract.Ask ask, CancellationToken cancellationToken) => Task.FromResult(Quorum);

    public Task<ReadOnlyMemory<byte>?> RevealedInAsync(Hash32 transactionHash, CancellationToken cancellationToken) =>
        Task.FromResult<ReadOnlyMemory<byte>?>(null);

    public Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken) => Task.FromResult<Preparation>(
        new Preparation.Answered(new JobAnswer(Keccak256.Hash(Right), Right, TimeSpan.Zero, "test")));

    public async ValueTask DisposeAsync()
    {
        _loops.ForEach(loop => loop.Dispose());
        await Relayer.DisposeAsync();
        _signer.Dispose();
    }
}
