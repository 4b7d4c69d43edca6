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

/// <summary>What the loop does while the chain goes on: proofs are made by a test, which says what comes of them.</summary>
public sealed class ProvingLoopTests
{
    private static readonly ServiceProvider Services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private readonly ConcurrentQueue<(ProofInMaking Proof, IReadOnlyList<Hash32> Answers)> _made = new();

    // How far inputs are that have not come along, and when versions are there.
    private readonly ConcurrentDictionary<Hash32, InputState> _inputs = new();
    private Task _version = Task.CompletedTask;
    private int _takings;
    private ProvableTaking? _taken;
    private TimeSpan _timeLeft;
    private volatile bool _waitsForCache;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_that_wait_together_are_ordered_as_one()
    {
        await using var scene = await RelayerScene.OpenAsync(new NoPreparer());
        var asked = await ClaimedAsync(scene, 3);

        await RunAsync(scene, (_, _) => Made("one"), () => Ordered(scene, 1));

        var (proof, answers) = Assert.Single(_made);
        Assert.Equal(asked.Order(), answers.Order());
        // Its receipts pay whom the operator has named, by the chain's time.
        Assert.Equal((SampleJobs.Them, SampleJobs.Now + 2), (proof.Payee, proof.IssuedAt));
        Assert.All(await JobsAsync(scene, asked), job => Assert.Equal((1, false), (job.Settlement?.Attempt, job.IsInProof)));
    }

    [Fact]
    public async Task What_others_settle_while_it_is_proven_is_sent_with_the_rest()
    {
        await using var scene = await RelayerScene.OpenAsync(new NoPreparer());
        var asked = await ClaimedAsync(scene, 2);

        await RunAsync(
            scene,
            async (_, _) =>
            {
                await scene.TellAsync(scene.Settled(asked[0], Hash32.FromUInt256(9), until: 0, by: SampleJobs.Them));
                return await Made("rest");
            },
            () => Ordered(scene, 1));

        Assert.Equal(2, Assert.Single(_made).Answers.Count);
    }

    [Fact]
    public async Task A_proof_of_which_others_settled_all_is_not_sent()
    {
        await using var scene = await RelayerScene.OpenAsync(new NoPreparer());
        var asked = await ClaimedAsync(scene, 2);
        var isTold = false;

        await RunAsync(
            scene,
            async (_, _) =>
            {
                await scene.TellAsync([.. asked.Select(id => scene.Settled(id, Hash32.FromUInt256(9), until: 0, by: SampleJobs.Them))]);
                isTold = true;
                return await Made("useless");
            },
            async () => isTold && await scene.ScalarAsync<long>("SELECT COUNT(*) FROM proofs") == 0);

        Assert.Empty(scene.Orders.All);
    }

    [Fact]
    public async Task What_was_closed_before_it_is_proven_is_left_out()
    {
        await using var scene = await RelayerScene.OpenAsync(new NoPreparer());
        var asked = await ClaimedAsync(scene, 3);
        var begun = await StoreOf(scene).BeginAsync(SampleJobs.Request().VersionId, asked, SampleJobs.Them, 7, TimeSpan.FromMinutes(1), Stop);
        Assert.NotNull(begun);
        await scene.Database.WriteAsync(session => session.ExecuteAsync("UPDATE proofs SET lease_until = 0"), Stop);
        await scene.TellAsync(scene.Settled(asked[1], Hash32.FromUInt256(9), until: 0, by: SampleJobs.Them));

        await RunAsync(scene, (_, _) => Made("two"), () => Ordered(scene, 1));

        Assert.Equal(new[] { asked[0], asked[2] }.Order(), Assert.Single(_made).Answers.Order());
    }

    [Fact]
    public async Task One_answer_that_cannot_be_proven_spoils_none_of_the_others()
    {
        await using var scene = await RelayerScene.OpenAsync(new NoPreparer());
        var asked = await ClaimedAsync(scene, 3);

        await RunAsync(
            scene,
            (proof, jobs) => jobs.Any(job => job.RequestId == asked[1]) ? Task.FromResult<ProofMaking>(new ProofMaking.Failed("it is bad")) : Made($"{proof.ProofId}"),
            async () => scene.Orders.All.Count == 2 && (await scene.JobAsync(asked[1])).TurnedAway is not null);

        var jobs = await JobsAsync(scene, asked);
        Assert.Equal(TurnAwayReason.ProofFailed, jobs[1].TurnedAway?.Reason);
        Assert.All(new[] { jobs[0], jobs[2] }, job => Assert.Equal(1, job.Settlement?.Attempt));
    }

    [Fact]
    public async Task A_proof_whose_making_was_broken_off_by_the_disk_is_made_again_before_its_lease_ends()
    {
        await using var scene = await RelayerScene.OpenAsync(new NoPreparer());
        await ClaimedAsync(scene, 2);

        await RunAsync(scene, (_, _) => _made.Count == 1 ? throw new IOException("The artifact is gone.") : Made("again"), () => Ordered(scene, 1));

        var proofs = _made.ToArray();
        Assert.Equal(proofs[0].Proof with { Epoch = 2 }, proofs[1].Proof);
        Assert.All(await JobsAsync(scene, proofs[1].Answers), job => Assert.Equal(0, job.FailedProofs));
    }

    [Fact]
    public async Task While_another_has_the_turn_nothing_is_leased_and_more_comes_together()
    {
        await using var scene = await RelayerScene.OpenAsync(new NoPreparer());
        using var turns = new ProverTurns();
        var another = await turns.TakeAsync(Stop);
        var asked = await ClaimedAsync(scene, 2);
        var isTold = false;

        await RunAsync(
            scene, (_, _) => Made("all"),
            async () =>
            {
                if (!isTold)
                {
                    // Several looks for work.
                    await Task.Delay(200, Stop);
                    Assert.Equal(0L, await scene.ScalarAsync<long>("SELECT COUNT(*) FROM proofs"));
                    asked = [.. asked, .. await ClaimedAsync(scene, 1, first: 2)];
                    isTold = true;
                    another.Dispose();
                }

                return await Ordered(scene, 1);
            },
            turns);

        Assert.Equal(asked.Order(), Assert.Single(_made).Answers.Order());
    }

    [Fact]
    public async Task A_version_that_takes_long_to_get_is_got_without_the_turn()
    {
        await using var scene = await RelayerScene.OpenAsync(new NoPreparer());
        using var turns = new ProverTurns();
        var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _version = came.Task;
        await ClaimedAsync(scene, 1);
        var hadTurn = false;

        await RunAsync(
            scene, (_, _) => Made("one"),
            async () =>
            {
                if (_takings == 1 && !hadTurn)
                {
                    using (await turns.TakeAsync(Stop).WaitAsync(Stop))
                        hadTurn = _made.IsEmpty;
                    came.SetResult();
                }

                return await Ordered(scene, 1);
            },
            turns);

        Assert.True(hadTurn);
    }

    [Theory]
    [InlineData(InputState.Coming)]
    [InlineData(InputState.Unavailable)]
    public async Task Answers_whose_input_is_not_here_keep_none_of_the_others_waiting(InputState state)
    {
        await using var scene = await RelayerScene.OpenAsync(new NoPreparer());
        var asked = await ClaimedAsync(scene, 3);
        _inputs[asked[1]] = state;

        await RunAsync(
            scene, (proof, _) => Made($"{proof.ProofId}"),
            () =>
            {
                if (scene.Orders.All.Count == 1)
                    _inputs[asked[1]] = InputState.Known;
                return Ordered(scene, 2);
            });

        var made = _made.ToArray();
        Assert.Equal(new[] { asked[0], asked[2] }.Order(), made[0].Answers.Order());
        Assert.Equal([asked[1]], made[1].Answers);
    }

    [Fact]
    public async Task However_many_answers_lack_their_inputs_they_hide_none_that_can_be_proven()
    {
        await using var scene = await RelayerScene.OpenAsync(new NoPreparer());
        // The earliest deadlines, and more than are looked at in one go.
        var asked = await ClaimedAsync(scene, ProofStore.PageLength + 2);
        var ordered = asked.Order().ToList();
        await scene.Database.WriteAsync(
            session => session.ExecuteAsync("UPDATE jobs SET deadline = deadline + 1 WHERE request_id = @Last", new { Last = ordered[0] }), Stop);
        foreach (var id in ordered.Skip(1))
            _inputs[id] = InputState.Unavailable;

        await RunAsync(scene, (_, _) => Made("last"), () => Ordered(scene, 1));

        Assert.Equal([ordered[0]], Assert.Single(_made).Answers);
    }

    [Fact]
    public async Task What_waits_for_its_cache_is_not_begun_and_does_not_fail()
    {
        await using var scene = await RelayerScene.OpenAsync(new NoPreparer());
        var asked = await ClaimedAsync(scene, 2);
        _waitsForCache = true;
        var begun = await StoreOf(scene).BeginAsync(SampleJobs.Request().VersionId, [asked[0]], SampleJobs.Them, 7, TimeSpan.FromMinutes(1), Stop);
        Assert.NotNull(begun);
        await scene.Database.WriteAsync(session => session.ExecuteAsync("UPDATE proofs SET lease_until = 0"), Stop);

        await RunAsync(
            scene, (proof, _) => Made($"{proof.ProofId}"),
            async () =>
            {
                if (_waitsForCache)
                {
                    // Several looks for work.
                    await Task.Delay(200, Stop);
                    Assert.Empty(_made);
                    _waitsForCache = false;
                }

                return await Ordered(scene, 2);
            });

        Assert.Equal(asked.Order(), _made.SelectMany(made => made.Answers).Order());
        Assert.All(await JobsAsync(scene, asked), job => Assert.Equal(0, job.FailedProofs));
        // What the claim has left, but for the transactions.
        Assert.InRange(_timeLeft, TimeSpan.FromMinutes(20), TimeSpan.FromSeconds(RelayerScene.Deployment.HubTerms.ProvenClaimTime));
    }

    [Fact]
    public async Task A_proof_that_was_begun_and_whose_inputs_are_coming_is_passed_over_until_they_have()
    {
        await using var scene = await RelayerScene.OpenAsync(new NoPreparer());
        var asked = await ClaimedAsync(scene, 2);
        var begun = await StoreOf(scene).BeginAsync(SampleJobs.Request().VersionId, [asked[0]], SampleJobs.Them, 7, TimeSpan.FromMinutes(1), Stop);
        Assert.NotNull(begun);
        await scene.Database.WriteAsync(session => session.ExecuteAsync("UPDATE proofs SET lease_until = 0"), Stop);
        _inputs[asked[0]] = InputState.Coming;

        await RunAsync(
            scene, (proof, _) => Made($"{proof.ProofId}"),
            () =>
            {
                if (scene.Orders.All.Count == 1)
                    _inputs[asked[0]] = InputState.Known;
                return Ordered(scene, 2);
            });

        Assert.Equal([[asked[1]], [asked[0]]], _made.Select(made => made.Answers));
        Assert.Equal(begun with { Epoch = 2 }, _made.Last().Proof);
    }

    [Fact]
    public async Task A_proof_that_was_begun_and_lacks_one_input_is_let_go_of_and_the_others_are_proven()
    {
        await using var scene = await RelayerScene.OpenAsync(new NoPreparer());
        var asked = await ClaimedAsync(scene, 3);
        Assert.NotNull(await StoreOf(scene).BeginAsync(SampleJobs.Request().VersionId, asked, SampleJobs.Them, 7, TimeSpan.FromMinutes(1), Stop));
        await scene.Database.WriteAsync(session => session.ExecuteAsync("UPDATE proofs SET lease_until = 0"), Stop);
        _inputs[asked[1]] = InputState.Unavailable;

        await RunAsync(
            scene,
            (proof, jobs) => jobs.Any(job => job.RequestId == asked[1]) ? Task.FromResult<ProofMaking>(new ProofMaking.Incomplete("It is nowhere.")) : Made($"{proof.ProofId}"),
            () => Ordered(scene, 1));

        Assert.Equal(new[] { asked[0], asked[2] }.Order(), _made.Last().Answers.Order());
        Assert.Equal(0, (await scene.JobAsync(asked[1])).FailedProofs);
    }

    [Fact]
    public async Task A_version_that_breaks_the_prover_fails_its_own_proofs()
    {
        await using var scene = await RelayerScene.OpenAsync(new NoPreparer());
        var asked = await ClaimedAsync(scene, 1);
        _version = Task.FromException(new InvalidOperationException("It breaks."));

        await RunAsync(
            scene,
            (_, _) => Task.FromResult<ProofMaking>(_taken is ProvableTaking.Refused(var details) ? new ProofMaking.Failed(details) : new ProofMaking.Unavailable("")),
            async () => (await scene.JobAsync(asked[0])).FailedProofs > 0);
    }

    [Fact]
    public async Task A_prover_that_is_stopped_half_way_leaves_a_proof_that_the_next_one_makes_again()
    {
        await using var scene = await RelayerScene.OpenAsync(new NoPreparer());
        await ClaimedAsync(scene, 2);
        await RunAsync(
            scene,
            async (_, _) =>
            {
                await Task.Delay(Timeout.Infinite, Stop);
                return await Made("never");
            },
            () => Task.FromResult(!_made.IsEmpty));
        await scene.Database.WriteAsync(session => session.ExecuteAsync("UPDATE proofs SET lease_until = 0"), Stop);
        scene.ChainTime += 5;

        await RunAsync(scene, (_, _) => Made("again"), () => Ordered(scene, 1));

        var proofs = _made.ToArray();
        Assert.Equal(2, proofs.Length);
        Assert.Equal(proofs[0].Proof with { Epoch = 2 }, proofs[1].Proof);
        Assert.Equal(proofs[0].Answers, proofs[1].Answers);
    }

    private async Task RunAsync(RelayerScene scene, Func<ProofInMaking, IReadOnlyList<Job>, Task<ProofMaking>> make, Func<Task<bool>> isDone, ProverTurns? shared = null)
    {
        using var own = new ProverTurns();
        var options = new ProvingOptions
        {
            Setup = _ => throw new InvalidOperationException("Nothing is opened here."),
            CacheFolder = "",
            Poll = TimeSpan.FromMilliseconds(20),
            Batches = new ProofLimits { Wait = TimeSpan.FromMilliseconds(1), UrgentSeconds = 60 },
        };
        using var meter = new ProvingMeter(Services.GetRequiredService<IMeterFactory>(), () => []);
        var steps = new StepPolicy(scene.Node, new StepLimits { ClaimSeconds = 120, ProvenClaimSeconds = RelayerScene.Deployment.HubTerms.ProvenClaimTime, InclusionSeconds = 12 });
        var loop = new ProvingLoop(StoreOf(scene), new Maker(this, make), steps, scene, new JobSignal(), shared ?? own, options, meter, NullLogger<ProvingLoop>.Instance, TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = loop.RunAsync(stop.Token);
        await RelayerScene.UntilAsync(isDone, "it is done");
        await stop.CancelAsync();
        await running;
    }

    private static Task<bool> Ordered(RelayerScene scene, int count) => Task.FromResult(scene.Orders.All.Count == count);

    private static ProofStore StoreOf(RelayerScene scene) => new(scene.Database, scene.StoreOf("prover"), scene.Orders, "prover", TimeProvider.System);

    private static Task<ProofMaking> Made(string key) => Task.FromResult<ProofMaking>(new ProofMaking.Made(new MadeProof(
        new Order(key, SampleJobs.Them, new byte[] { 1 }, 1_000_000, OrderPurpose.Settle), ProofForm.Short, 400, TimeSpan.FromMilliseconds(3))));

    private static IntegerDescriptor Descriptor { get; } =
        IntegerDescriptor.TryCreate(1, 16, 4, ImmutableArray.Create(new LayerTerms(3, 1, 1, 0, 0, 127)), out var descriptor) is { } fault
            ? throw new InvalidOperationException(fault) : descriptor!;

    private sealed class Maker(ProvingLoopTests test, Func<ProofInMaking, IReadOnlyList<Job>, Task<ProofMaking>> make) : IProofMaker
    {
        public ProvenVersion? Find(Hash32 versionId) => new(Descriptor) { WaitsForCache = test._waitsForCache };

        public InputState StateOf(Job job, IntegerDescriptor descriptor) => test._inputs.GetValueOrDefault(job.RequestId, InputState.Known);

        public async Task<ProvableTaking> TakeAsync(Hash32 versionId, CancellationToken cancellationToken, IReadOnlySet<Hash32>? beside = null)
        {
            Interlocked.Increment(ref test._takings);
            await test._version.WaitAsync(cancellationToken);
            return new ProvableTaking.Unavailable("No version is needed here.");
        }

        public Task<ProofMaking> MakeAsync(ProvableTaking version, ProofInMaking proof, IReadOnlyList<Job> jobs, TimeSpan timeLeft, CancellationToken cancellationToken)
        {
            test._timeLeft = timeLeft;
            test._taken = version;
            test._made.Enqueue((proof, [.. jobs.Select(job => job.RequestId)]));
            return make(proof, jobs).WaitAsync(cancellationToken);
        }
    }

    private sealed class NoPreparer : IPreparer
    {
        public Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing is prepared here.");
    }
}
