using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Integer;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Proving;
using OpenGradient.Relayer.Proving.Elsewhere;
using OpenGradient.Relayer.Proving.Materials;
using OpenGradient.Relayer.Proving.Models;
using OpenGradient.Relayer.Proving.Planning;
using OpenGradient.Relayer.Tests.Jobs;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Support;
using static OpenGradient.Relayer.Tests.Proving.ClaimedAnswers;

namespace OpenGradient.Relayer.Tests.Proving.Elsewhere;

/// <summary>What one of several provers refuses is no fault of its answers: another may prove them.</summary>
public sealed class LeftVersionsTests
{
    private static readonly ServiceProvider Services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, Refusing.Always)]
    [InlineData(true, Refusing.Always)]
    [InlineData(true, Refusing.ItsArtifact)]
    [InlineData(false, Refusing.Now)]
    [InlineData(true, Refusing.Now)]
    [InlineData(false, Refusing.Breaking)]
    [InlineData(true, Refusing.Breaking)]
    public async Task What_one_refuses_is_left_to_the_others_and_fails_nothing(bool wasBegun, Refusing refusing)
    {
        await using var scene = await RelayerScene.OpenAsync(new NoPreparer());
        var asked = await ClaimedAsync(scene, 2);
        var store = new ProofStore(scene.Database, scene.StoreOf("prover"), scene.Orders, "prover", TimeProvider.System);
        if (wasBegun)
        {
            Assert.NotNull(await store.BeginAsync(SampleJobs.Request().VersionId, asked, SampleJobs.Them, 7, TimeSpan.FromMinutes(1), Stop));
            await scene.Database.WriteAsync(session => session.ExecuteAsync("UPDATE proofs SET lease_until = 0"), Stop);
        }

        var clock = new ManualTime();
        var maker = new Maker(refusing);
        using var turns = new ProverTurns();
        using var meter = new ProvingMeter(Services.GetRequiredService<IMeterFactory>(), () => []);
        var options = new ProvingOptions
        {
            Setup = _ => throw new InvalidOperationException("Nothing is opened here."),
            CacheFolder = "",
            Poll = TimeSpan.FromMilliseconds(20),
            Batches = new ProofLimits { Wait = TimeSpan.FromMilliseconds(1), UrgentSeconds = 60 },
        };
        var steps = new StepPolicy(scene.Node, new StepLimits { ClaimSeconds = 120, ProvenClaimSeconds = RelayerScene.Deployment.HubTerms.ProvenClaimTime, InclusionSeconds = 12 });
        var loop = new ProvingLoop(store, maker, steps, scene, new JobSignal(), turns, options, meter, NullLogger<ProvingLoop>.Instance, TimeProvider.System, new LeftVersions(clock));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = loop.RunAsync(stop.Token);

        // It has looked on after that.
        await RelayerScene.UntilAsync(() => Task.FromResult(maker.LooksSinceTaken > 20), "it has looked for work several times");
        Assert.Equal(1, maker.Takings);
        // What may pass is tried again after a while.
        if (refusing is Refusing.Now or Refusing.Breaking)
        {
            clock.Advance(TimeSpan.FromSeconds(15));
            await RelayerScene.UntilAsync(() => Task.FromResult(maker.Takings == 2), "it has tried again");
        }

        await stop.CancelAsync();
        await running;

        Assert.Equal(0L, await scene.ScalarAsync<long>("SELECT COUNT(*) FROM proofs"));
        Assert.All(await JobsAsync(scene, asked), job => Assert.Equal((0, false, null), (job.FailedProofs, job.IsInProof, job.TurnedAway)));
    }

    public enum Refusing
    {
        /// <summary>It finds out when it takes it, as where it has too little memory.</summary>
        Always = 0,

        /// <summary>It finds out from its artifact, of which nothing is known then.</summary>
        ItsArtifact = 1,

        /// <summary>It is refused what it takes, and does not know that of the version.</summary>
        Now = 2,

        /// <summary>It breaks when it takes it.</summary>
        Breaking = 3,
    }

    private sealed class Maker(Refusing refusing) : IProofMaker
    {
        private int _takings;
        private int _looksSinceTaken;

        public int Takings => Volatile.Read(ref _takings);

        public int LooksSinceTaken => Volatile.Read(ref _looksSinceTaken);

        public ProvenVersion? Find(Hash32 versionId)
        {
            if (Takings > 0)
                Interlocked.Increment(ref _looksSinceTaken);
            return refusing switch
            {
                Refusing.ItsArtifact => new ProvenVersion(null) { Refusal = "It is too large." },
                Refusing.Always when Takings > 0 => new ProvenVersion(Descriptor) { Refusal = "It takes too much memory." },
                _ => new ProvenVersion(Descriptor),
            };
        }

        public InputState StateOf(Job job, IntegerDescriptor descriptor) => InputState.Known;

        public Task<ProvableTaking> TakeAsync(Hash32 versionId, CancellationToken cancellationToken, IReadOnlySet<Hash32>? beside = null)
        {
            Interlocked.Increment(ref _takings);
            if (refusing == Refusing.Breaking)
                throw new InvalidOperationException("It breaks.");
            return Task.FromResult<ProvableTaking>(new ProvableTaking.Refused("It takes too much memory."));
        }

        public Task<ProofMaking> MakeAsync(ProvableTaking version, ProofInMaking proof, IReadOnlyList<Job> jobs, TimeSpan timeLeft, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Nothing is proven here.");

        private static IntegerDescriptor Descriptor { get; } =
            IntegerDescriptor.TryCreate(1, 16, 4, ImmutableArray.Create(new LayerTerms(3, 1, 1, 0, 0, 127)), out var descriptor) is { } fault
                ? throw new InvalidOperationException(fault) : descriptor!;
    }

    private sealed class NoPreparer : IPreparer
    {
        public Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing is prepared here.");
    }
}
