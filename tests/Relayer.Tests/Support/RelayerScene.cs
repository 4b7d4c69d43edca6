using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Contracts.Hub;
using OpenGradient.Database;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Claiming;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Pipeline;
using OpenGradient.Relayer.Proving;
using OpenGradient.Relayer.Settlement;
using OpenGradient.Relayer.Tests.Jobs;
using OpenGradient.Relayer.Verifying;
using OpenGradient.Support;

namespace OpenGradient.Relayer.Tests.Support;

/// <summary>The relayer's parts over a database, with a chain that says what a test makes it say.</summary>
internal sealed class RelayerScene : IAsyncDisposable, IChainWatch
{
    private readonly LocalSigner _signer = new(DevelopmentAccounts.Key(1));
    private readonly IDatabase _database;
    private readonly string? _folder;
    private readonly PipelineMeter _meter;
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private ChainCursor _cursor = ChainCursor.None;
    private ulong _forks;

    private RelayerScene(
        IDatabase database, string? folder, IPreparer preparer, PipelineOptions? options, string owner, VerifyingOptions? verifying, ILogger<RelayPipeline>? logger,
        ProversWatch? provers)
    {
        (_database, _folder) = (database, folder);
        Node = _signer.Address;
        Signal = new JobSignal();
        Sink = new HubSink(database, Deployment, Node, Signal, TimeProvider.System, verifying);
        Store = new JobStore(database, Orders, owner, TimeProvider.System);
        Steps = new StepPolicy(Node, new StepLimits { ClaimSeconds = Deployment.HubTerms.ClaimTime, InclusionSeconds = 12 });
        _meter = new PipelineMeter(_services.GetRequiredService<IMeterFactory>());
        var desk = new Desk(
            Store, Steps, new SubmissionMaker(new HubDomain(Deployment.ChainId, Deployment.Hub), _signer),
            new ClaimBudget(database, Orders, Deployment.HubTerms, Node, mostOpenClaims: 1_000), new IHubContract(new NoChain(), Deployment.Hub), this,
            new DeskOptions { Batches = new BatchLimits { Wait = TimeSpan.FromMilliseconds(20) }, CapacityWait = TimeSpan.FromMilliseconds(50) },
            provers: provers);
        Pipeline = new RelayPipeline(
            Store, Steps, preparer, desk, this, Signal, options ?? new PipelineOptions { Poll = TimeSpan.FromMilliseconds(50) }, _meter,
            logger ?? NullLogger<RelayPipeline>.Instance, TimeProvider.System);
    }

    public static Deployment Deployment { get; } = SampleDeployment.Make();

    public Address Node { get; }

    public FakeOrders Orders { get; } = new();

    public HubSink Sink { get; }

    public JobStore Store { get; }

    public StepPolicy Steps { get; }

    public JobSignal Signal { get; }

    public RelayPipeline Pipeline { get; }

    public IDatabase Database => _database;

    public ulong ChainTime { get; set; } = SampleJobs.Now;

    public bool IsCatchingUp { get; set; }

    public Wei WeiPerGas => new(1_000_000_000u);

    public NodeStanding Standing { get; set; } = new(SampleJobs.Them, Much, Much, Much);

    public Moment Now
    {
        get
        {
            WhenAsked?.Invoke();
            return new Moment(TimeProvider.System.GetUtcNow(), ChainTime, ChainTime, ChainTime, _cursor.IsEmpty ? new BlockNumber(0) : _cursor.Tip.Number);
        }
    }

    /// <summary>What happens when somebody asks what time it is, before it is told.</summary>
    public Action? WhenAsked { get; set; }

    private static UInt256 Much => UInt256.One << 200;

    public static async Task<RelayerScene> OpenAsync(
        IPreparer preparer, PipelineOptions? options = null, VerifyingOptions? verifying = null, IDatabase? database = null, ILogger<RelayPipeline>? logger = null,
        ProversWatch? provers = null)
    {
        if (database is not null)
            return new RelayerScene(database, folder: null, preparer, options, "test", verifying, logger, provers);
        var folder = Directory.CreateTempSubdirectory("relayer-").FullName;
        database = await DatabaseFactory.OpenAsync(
            DatabaseOptions.Parse($"sqlite:{Path.Combine(folder, "relayer.db")}"),
            [RelayerSchema.Migrations], cancellationToken: TestContext.Current.CancellationToken);
        return new RelayerScene(database, folder, preparer, options, "test", verifying, logger, provers);
    }

    /// <summary>Another process on the same database.</summary>
    public JobStore StoreOf(string owner) => new(_database, Orders, owner, TimeProvider.System);

    /// <summary>The chain makes a block in which our contracts say this.</summary>
    public Task TellAsync(params IReadOnlyList<IContractEvent> events) => AdvanceAsync([], events);

    /// <summary>The chain replaces its last blocks by one in which our contracts say this.</summary>
    public Task ReplaceAsync(int blocks, params IReadOnlyList<IContractEvent> events) =>
        AdvanceAsync([.. _cursor.Recent.Reverse().Take(blocks)], events);

    public Task<T?> ScalarAsync<T>(string sql, object? parameters = null) =>
        _database.ReadAsync(session => session.QuerySingleOrDefaultAsync<T>(sql, parameters), TestContext.Current.CancellationToken);

    /// <summary>The job, wherever it stands.</summary>
    public async Task<Job> JobAsync(Hash32 requestId) => await _database.ReadAsync(
        async session => (await session.QuerySingleAsync<JobRow>(
            $"SELECT {JobRow.Columns} FROM jobs WHERE request_id = @requestId", new { requestId })).ToJob((id, attempt) => new SentWork(id, attempt, SentState.Pending, null)),
        TestContext.Current.CancellationToken);

    /// <summary>Waits until something is so, and says what was not if it never is.</summary>
    public static Task UntilAsync(Func<Task<bool>> isSo, string what) => Eventually.UntilAsync(isSo, what, TestContext.Current.CancellationToken);

    public static IHubContract.RequestedEvent Ask(int number, ulong deadline = SampleJobs.Now + 600, Address? requester = null)
    {
        var ask = new IHubContract.Ask(SampleJobs.Request(deadline), requester ?? SampleJobs.Them, (ulong)number);
        var id = RequestHash.IdOf(Deployment.ChainId, Deployment.Hub, ask);
        return new IHubContract.RequestedEvent(id, ask.Requester, ask.Nonce, ask.Request, "input"u8.ToArray());
    }

    public IHubContract.ClaimedEvent Claimed(Hash32 requestId, Address? by = null) =>
        new(requestId, by ?? Node, 1u, ChainTime + Deployment.HubTerms.ClaimTime, 0);

    public IHubContract.SettledEvent Settled(Hash32 requestId, Hash32 outputCommit, ulong until, Address? by = null) =>
        new(requestId, by ?? Node, until,
            new IHubContract.Settlement(outputCommit, by ?? Node, SampleJobs.Them, 0, 0, 0, Hash32.Zero, 1, Hash32.Zero, 0u, ChainTime, 0),
            ReadOnlyMemory<byte>.Empty, ReadOnlyMemory<byte>.Empty);

    public async ValueTask DisposeAsync()
    {
        Pipeline.Dispose();
        await _database.DisposeAsync();
        _meter.Dispose();
        await _services.DisposeAsync();
        _signer.Dispose();
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
    }

    private async Task AdvanceAsync(IReadOnlyList<BlockRef> orphaned, IReadOnlyList<IContractEvent> events)
    {
        BlockRef? expected = _cursor.IsEmpty ? null : _cursor.Tip;
        List<BlockRef> kept = [.. _cursor.Recent.Take(_cursor.Recent.Count - orphaned.Count)];
        var number = kept.Count == 0 ? 1UL : kept[^1].Number.Value + 1;
        var block = new BlockRef(new BlockNumber(number), Keccak256.Hash(Hash32.FromUInt256(number + (++_forks << 32)).Bytes));
        var logs = events.Select((content, i) =>
            new LocatedLog(block, Keccak256.Hash(Hash32.FromUInt256((ulong)i).Bytes), (uint)i, (uint)i, content.ToLog(EmitterOf(content)))).ToImmutableArray();
        var next = new ChainCursor([.. kept, block]);
        var advance = new ChainAdvance
        {
            Expected = expected,
            Orphaned = orphaned,
            Segment = new ChainSegment
            {
                Blocks = new BlockRange(block.Number, block.Number),
                ParentHash = Hash32.Zero,
                Last = block,
                Headers = [],
                Logs = logs,
            },
            Next = next,
            Filters = [Sink.Filter],
            Endpoints = ["test"],
        };
        Assert.Equal(CommitOutcome.Committed, await Sink.CommitAsync(advance, TestContext.Current.CancellationToken));
        _cursor = next;
    }

    private static Address EmitterOf(IContractEvent content) =>
        content.GetType().DeclaringType == typeof(IChallengeCourtContract) ? Deployment.Court : Deployment.Hub;

    private sealed class NoChain : IContractCaller
    {
        public ValueTask<ReadOnlyMemory<byte>> CallAsync(Address to, ReadOnlyMemory<byte> data, BlockTag at, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Nothing here asks the chain.");
    }
}
