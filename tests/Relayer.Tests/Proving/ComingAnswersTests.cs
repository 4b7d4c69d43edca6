using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover.Layout;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Proving;
using OpenGradient.Relayer.Proving.Materials;
using OpenGradient.Relayer.Proving.Models;
using OpenGradient.Relayer.Proving.Planning;
using OpenGradient.Relayer.Tests.Jobs;
using OpenGradient.Relayer.Tests.Support;
using static OpenGradient.Relayer.Tests.Proving.ClaimedAnswers;

namespace OpenGradient.Relayer.Tests.Proving;

/// <summary>What is asked together is proven together, though its answers come one after the other: the loop waits for those that are on their way.</summary>
public sealed class ComingAnswersTests
{
    private static readonly ServiceProvider Services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    // Three answers have waited for longer than three wait for one that may come, and not as long as for one that does.
    private static readonly TimeSpan Wait = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Waited = TimeSpan.FromMinutes(6);

    private readonly ConcurrentQueue<IReadOnlyList<Hash32>> _made = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("its claim holds from the next seconds on", "until = until + 100, ready_at = NULL")]
    [InlineData("the desk has not filed it yet", "ready_at = NULL")]
    [InlineData("it is being answered", "stage = 1, answer_commit = NULL, answer = NULL, answered_at = NULL, ready_at = NULL")]
    public async Task Those_that_are_there_wait_for_one_of_which(string what, string written)
    {
        Assert.NotEmpty(what);
        await using var scene = await RelayerScene.OpenAsync(new NoPreparer());
        var asked = await ClaimedAsync(scene, 4);
        var (readyAt, late) = (TimeProvider.System.GetUtcNow() - Waited, asked[3]);
        var view = (await scene.JobAsync(late)).View;
        await WriteAsync(scene, "ready_at = @readyAt, found_at = @now", "1 = 1");
        await WriteAsync(scene, written, "request_id = @late");

        await RunAsync(scene, async looked =>
        {
            // They were planned over more than once, and nothing was made of them.
            await RelayerScene.UntilAsync(() => Task.FromResult(looked() >= 3), "the loop has looked");
            Assert.Empty(_made);
            await WriteAsync(
                scene, "stage = @Stage, until = @Until, answer_commit = request_id, answer = request_id, answered_at = 5, ready_at = @readyAt", "request_id = @late");
            await RelayerScene.UntilAsync(() => Task.FromResult(!_made.IsEmpty), "all are proven");
        });

        Assert.Equal(asked.Order(), _made.First().Order());

        Task<int> WriteAsync(RelayerScene on, string set, string where) => on.Database.WriteAsync(
            session => session.ExecuteAsync(
                $"UPDATE jobs SET {set}, due_at = COALESCE(due_at, 5) WHERE {where}", new { readyAt, late, now = TimeProvider.System.GetUtcNow(), Stage = (int)view.Stage, view.Until }), Stop);
    }

    [Fact]
    public async Task Nobody_waits_for_what_is_another_nodes()
    {
        await using var scene = await RelayerScene.OpenAsync(new NoPreparer());
        var asked = await ClaimedAsync(scene, 4);
        var readyAt = TimeProvider.System.GetUtcNow() - Waited;
        await scene.Database.WriteAsync(session => session.ExecuteAsync("UPDATE jobs SET ready_at = @readyAt", new { readyAt }), Stop);
        await scene.Database.WriteAsync(
            session => session.ExecuteAsync("UPDATE jobs SET ready_at = NULL, node = @Them WHERE request_id = @Id", new { SampleJobs.Them, Id = asked[3] }), Stop);

        await RunAsync(scene, _ => RelayerScene.UntilAsync(() => Task.FromResult(!_made.IsEmpty), "three are proven"));

        Assert.Equal(asked.Take(3).Order(), _made.First().Order());
    }

    private async Task RunAsync(RelayerScene scene, Func<Func<int>, Task> meanwhile)
    {
        using var turns = new ProverTurns();
        var options = new ProvingOptions
        {
            Setup = _ => throw new InvalidOperationException("Nothing is opened here."),
            CacheFolder = "",
            Poll = TimeSpan.FromMilliseconds(20),
            Batches = new ProofLimits { Wait = Wait, UrgentSeconds = 60 },
        };
        using var meter = new ProvingMeter(Services.GetRequiredService<IMeterFactory>(), () => []);
        var steps = new StepPolicy(scene.Node, new StepLimits { ClaimSeconds = 120, ProvenClaimSeconds = RelayerScene.Deployment.HubTerms.ProvenClaimTime, InclusionSeconds = 12 });
        var store = new ProofStore(scene.Database, scene.StoreOf("prover"), scene.Orders, "prover", TimeProvider.System);
        var maker = new Maker(_made);
        var loop = new ProvingLoop(store, maker, steps, scene, new JobSignal(), turns, options, meter, NullLogger<ProvingLoop>.Instance, TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = loop.RunAsync(stop.Token);
        await meanwhile(() => maker.Looks);
        await stop.CancelAsync();
        await running;
    }

    private static IntegerDescriptor Descriptor { get; } =
        IntegerDescriptor.TryCreate(1, 16, 4, ImmutableArray.Create(new LayerTerms(3, 1, 1, 0, 0, 127)), out var descriptor) is { } fault
            ? throw new InvalidOperationException(fault) : descriptor!;

    private sealed class Maker(ConcurrentQueue<IReadOnlyList<Hash32>> made) : IProofMaker
    {
        private int _looks;

        public int Looks => Volatile.Read(ref _looks);

        public ProvenVersion? Find(Hash32 versionId)
        {
            Interlocked.Increment(ref _looks);
            return new ProvenVersion(Descriptor);
        }

        public InputState StateOf(Job job, IntegerDescriptor descriptor) => InputState.Known;

        public Task<ProvableTaking> TakeAsync(Hash32 versionId, CancellationToken cancellationToken, IReadOnlySet<Hash32>? beside = null) =>
            Task.FromResult<ProvableTaking>(new ProvableTaking.Unavailable("No version is needed here."));

        public Task<ProofMaking> MakeAsync(ProvableTaking version, ProofInMaking proof, IReadOnlyList<Job> jobs, TimeSpan timeLeft, CancellationToken cancellationToken)
        {
            made.Enqueue([.. jobs.Select(job => job.RequestId)]);
            return Task.FromResult<ProofMaking>(new ProofMaking.Made(new MadeProof(
                new Order("it", SampleJobs.Them, new byte[] { 1 }, 1_000_000, OrderPurpose.Settle), ProofForm.Short, 400, TimeSpan.FromMilliseconds(3))));
        }
    }

    private sealed class NoPreparer : IPreparer
    {
        public Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing is prepared here.");
    }
}
