using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Planning;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Setup;
using OpenGradient.Prover.Verifying;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Proving;
using OpenGradient.Relayer.Proving.Models;
using OpenGradient.Relayer.Proving.Planning;
using OpenGradient.Support;
using static OpenGradient.Relayer.Tests.Proving.SampleProvable;

namespace OpenGradient.Relayer.Tests.Proving;

/// <summary>A sample's integer form, held against what is said to be published of it, and proven.</summary>
public sealed class ProvableModelsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("og-caches-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_version_whose_commitment_is_its_artifacts_is_proven()
    {
        using var models = Open(Options());
        var model = Assert.IsType<ProvableReading.Ready>(await models.TakeAsync(Published(Committed.Value.ProofCommitment), Version(), Stop)).Model;

        var proof = model.Prove(model.ChooseForm(1, TimeSpan.MaxValue).Form!.Value, [new InferenceToProve(new byte[16], Hash32.FromUInt256(7))], new Work(1, Stop));

        Assert.Equal(ProofForm.Short, (ProofForm)proof.Bytes.Span[0]);
        Assert.IsType<ProofVerdict.Holds>(new ProofVerifier(Committed.Value.Setup.Verifier, Context).Verify(proof.Statements, proof.Bytes));
        Assert.Same(model, Assert.Single(models.Kept));
        Assert.Null(await models.ObjectionAsync(Published(Committed.Value.ProofCommitment), Version(), isToBeProven: false, Stop));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_with_another_commitment_is_not_worked_on_at_all(bool isToBeProven)
    {
        using var models = Open(Options());
        for (var times = 0; times < 2; times++)
        {
            var objection = await models.ObjectionAsync(Published(Keccak256.Hash("others"u8)), Version(), isToBeProven, Stop);
            Assert.Equal(TurnAwayReason.CommitmentWrong, objection?.Reason);
        }

        Assert.Empty(models.Kept);
    }

    [Fact]
    public async Task One_without_proofs_is_signed_for_and_not_proven()
    {
        using var models = Open(Options());
        var published = Published(Hash32.Zero);
        Assert.Null(await models.ObjectionAsync(published, Version(), isToBeProven: false, Stop));
        Assert.Equal(TurnAwayReason.NotProvable, (await models.ObjectionAsync(published, Version(), isToBeProven: true, Stop))?.Reason);
    }

    [Fact]
    public async Task What_another_contract_verifies_or_what_is_too_large_is_not_proven_here()
    {
        var (right, options) = (Committed.Value.ProofCommitment, Options());
        foreach (var (refusing, published) in new[]
        {
            (options, Published(right, verifier: Address.Parse("0x00000000000000000000000000000000000000c4"))),
            (options with { MemoryBytes = 1 << 10 }, Published(right)),
            (options with { Batches = new ProofLimits { Bytes = 100 } }, Published(right)),
        })
        {
            using var models = Open(refusing);
            Assert.Equal(TurnAwayReason.NotProvable, (await models.ObjectionAsync(published, Version(), isToBeProven: true, Stop))?.Reason);
        }
    }

    [Fact]
    public async Task Slow_models_get_the_long_form_once_their_cache_is_filled_and_it_is_read_after_a_restart()
    {
        for (var starts = 0; starts < 2; starts++)
        {
            var options = Options() with { ShortLimit = TimeSpan.Zero };
            var filler = new CacheFiller(_folder, NullLogger<CacheFiller>.Instance, TimeProvider.System);
            using var models = Open(options, filler);
            var model = Assert.IsType<ProvableReading.Ready>(await models.TakeAsync(Published(Committed.Value.ProofCommitment), Version(), Stop)).Model;
            // What was kept is there with the version, before anything is proven.
            Assert.Equal((starts == 0, false), (model.WantsCache, model.WaitsForCache));
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            var filling = filler.RunAsync(stop.Token);
            await Support.RelayerScene.UntilAsync(() => Task.FromResult(model is { WantsCache: false, CacheFilled: 1 } && Directory.GetFiles(_folder, "*.ogcache").Length == 1), "the cache is filled and kept");

            var proof = model.Prove(model.ChooseForm(1, TimeSpan.MaxValue).Form!.Value, [new InferenceToProve(new byte[16], Hash32.FromUInt256(7))], new Work(1, Stop));

            Assert.Equal(ProofForm.Long, (ProofForm)proof.Bytes.Span[0]);
            Assert.IsType<ProofVerdict.Holds>(new ProofVerifier(Committed.Value.Setup.Verifier, Context).Verify(proof.Statements, proof.Bytes));
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => filling);
        }
    }

    [Fact]
    public async Task What_takes_longer_than_a_proof_may_is_not_begun_and_not_claimed_before_its_cache_is_there()
    {
        var options = TooShort();
        var filler = new CacheFiller(_folder, NullLogger<CacheFiller>.Instance, TimeProvider.System);
        using var models = Open(options, filler);
        var prover = new VersionProver(null!, models, new ProofVerifier(Committed.Value.Setup.Verifier, Context), options, TimeProvider.System);
        var published = Published(Committed.Value.ProofCommitment);
        var model = Assert.IsType<ProvableReading.Ready>(await models.TakeAsync(published, Version(), Stop)).Model;
        InferenceToProve[] inferences = [new(new byte[16], Hash32.FromUInt256(7))];

        Assert.True(models.WaitsForCache(model.VersionId));
        var objection = await models.ObjectionAsync(published, Version(), isToBeProven: true, Stop);
        Assert.Equal((TurnAwayReason.NoProver, true), (objection?.Reason, objection?.MayPass));
        // A signature is given all the same.
        Assert.Null(await models.ObjectionAsync(published, Version(), isToBeProven: false, Stop));
        Assert.IsType<ProofTrial.Postponed>(await prover.ProveAsync(model, inferences, [], options.Limit, Stop));

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var filling = filler.RunAsync(stop.Token);
        await Support.RelayerScene.UntilAsync(() => Task.FromResult(!models.WaitsForCache(model.VersionId)), "the cache is filled");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => filling);

        Assert.Null(await models.ObjectionAsync(published, Version(), isToBeProven: true, Stop));
        Assert.Equal(ProofForm.Long, model.ChooseForm(1, options.Limit).Form);
        // After a restart what was kept is there at once.
        using var again = Open(options);
        Assert.Null(await again.ObjectionAsync(published, Version(), isToBeProven: true, Stop));
    }

    [Fact]
    public async Task A_proof_that_was_given_up_is_not_begun_again_without_its_cache()
    {
        using var models = Open(Options() with { Limit = TimeSpan.FromSeconds(5) });
        var model = Assert.IsType<ProvableReading.Ready>(await models.TakeAsync(Published(Committed.Value.ProofCommitment), Version(), Stop)).Model;
        Assert.False(model.WaitsForCache);

        model.GaveUp(ProofForm.Short, TimeSpan.FromSeconds(5));

        Assert.True(model is { WaitsForCache: true, WantsCache: true });
    }

    [Fact]
    public async Task Where_there_will_be_no_cache_a_proof_that_was_given_up_is_no_refusal_and_promises_nothing_for_a_while()
    {
        var clock = new ManualTime();
        var (options, limit) = (Options() with { Limit = TimeSpan.FromSeconds(5) }, TimeSpan.FromSeconds(5));
        using var models = new ProvableModels(
            Committed.Value.Setup, Context, longColumns: 0, options, new CacheFiller(_folder, NullLogger<CacheFiller>.Instance, TimeProvider.System), clock: clock);
        var model = Assert.IsType<ProvableReading.Ready>(await models.TakeAsync(Published(Committed.Value.ProofCommitment), Version(), Stop)).Model;
        Assert.Null(model.Objection());

        // What is claimed of it is tried: nothing is refused.
        model.GaveUp(ProofForm.Short, limit);
        Assert.Equal((TurnAwayReason.NoProver, true), (model.Objection()?.Reason, model.Objection()?.MayPass));
        Assert.Null(models.RefusalOf(model.VersionId));
        Assert.Equal(ProofForm.Short, model.ChooseForm(1, limit).Form);
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(model.Objection());

        // Again in a row it is twice as long, and at the longest a day.
        model.GaveUp(ProofForm.Short, limit);
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.NotNull(model.Objection());
        for (var times = 0; times < 64; times++)
            model.GaveUp(ProofForm.Short, limit);
        clock.Advance(TimeSpan.FromHours(24));
        Assert.Null(model.Objection());

        // One that is made ends it.
        model.GaveUp(ProofForm.Short, limit);
        model.Prove(ProofForm.Short, [new InferenceToProve(new byte[16], Hash32.FromUInt256(7))], new Work(1, Stop));
        Assert.Null(model.Objection());
    }

    [Fact]
    public async Task Where_there_will_be_no_cache_what_takes_too_long_is_refused_for_good()
    {
        using var models = new ProvableModels(
            Committed.Value.Setup, Context, longColumns: 0, TooShort(), new CacheFiller(_folder, NullLogger<CacheFiller>.Instance, TimeProvider.System));
        var objection = await models.ObjectionAsync(Published(Committed.Value.ProofCommitment), Version(), isToBeProven: true, Stop);
        Assert.Equal((TurnAwayReason.NotProvable, false), (objection?.Reason, objection?.MayPass));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_costs_the_file_and_not_the_cache()
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "", Stop);
        var filler = new CacheFiller(file, NullLogger<CacheFiller>.Instance, TimeProvider.System);
        using var models = Open(Options() with { ShortLimit = TimeSpan.Zero }, filler);
        var model = Assert.IsType<ProvableReading.Ready>(await models.TakeAsync(Published(Committed.Value.ProofCommitment), Version(), Stop)).Model;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var filling = filler.RunAsync(stop.Token);

        await Support.RelayerScene.UntilAsync(() => Task.FromResult(!model.WantsCache), "the cache is filled");

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => filling);
    }

    [Fact]
    public async Task What_leaves_the_memory_waits_for_no_cache_whether_or_not_anybody_fills_them()
    {
        var filler = new CacheFiller(_folder, NullLogger<CacheFiller>.Instance, TimeProvider.System);
        using var models = Open(Options() with { ShortLimit = TimeSpan.Zero, MemoryBytes = ProvableModel.BytesFor(Committed.Value.Layout, 1) }, filler);
        for (var number = 1; number <= 3; number++)
        {
            var version = Version() with { Id = Hash32.FromUInt256((ulong)number) };
            Assert.IsType<ProvableReading.Ready>(await models.TakeAsync(Published(Committed.Value.ProofCommitment), version, Stop));
            // Asked for again.
            Assert.IsType<ProvableReading.Ready>(await models.TakeAsync(Published(Committed.Value.ProofCommitment), version, Stop));
        }

        Assert.Equal(Hash32.FromUInt256(3), Assert.Single(models.Kept).VersionId);
        Assert.Equal(1, filler.Waiting);
    }

    [Fact]
    public void Sixteen_million_coefficients_are_proven_in_the_usual_memory()
    {
        LayerTerms[] terms = [new(3968, 1, 31, 0, 0, 127), new(10, 1, 31, 0, 0, 127)];
        Assert.Null(IntegerDescriptor.TryCreate(FoldRows.MaxRowsOfCache, 4000, IntegerDescriptor.MaxAccumulatorBytes, [.. terms], out var descriptor));
        var layout = WeightLayout.Of(descriptor!)!;
        Assert.Equal((1L << 24, 1 << 17), (layout.Coefficients, layout.Columns));
        // 36 bytes a coefficient, a slice of 64 MiB, and numbers of 32 bytes: of each column nine, and four more for each of two threads. Each has 2^15 + 1
        // buckets, too: a point of 64 bytes in each, and two more while they are summed, with 2^14 sums; and two lists of buckets and of 2^15 digits.
        const long buckets = (64 * ((3 * 32_769) + 16_384)) + (8 * (32_769 + 32_768));
        Assert.Equal((36L << 24) + (64L << 20) + ((9L + 8) << 22) + (2 * buckets), ProvableModel.BytesFor(layout, threads: 2));
        Assert.InRange(ProvableModel.BytesFor(layout, threads: 2), 0, Options().MemoryBytes);
    }

    [Theory]
    [InlineData(false, true, 2)]
    [InlineData(true, false, 1)]
    [InlineData(true, true, 2)]
    public async Task What_makes_long_proofs_quicker_is_counted_once_and_only_where_there_is_room(bool withMultiples, bool withSecondModel, int kept)
    {
        var layout = Committed.Value.Layout;
        var multiples = ProvingMemory.OfMultiples(layout.Columns);
        Assert.InRange(multiples, ProvingMemory.OfModel(layout) + 1, long.MaxValue);
        var memory = ProvableModel.BytesFor(layout, 1) + (withMultiples ? multiples : 0) + (withSecondModel ? ProvingMemory.OfModel(layout) : 0);
        using var models = Open(Options() with { MemoryBytes = memory });
        for (var number = 1; number <= 3; number++)
        {
            var taken = await models.TakeAsync(Published(Committed.Value.ProofCommitment), Version() with { Id = Hash32.FromUInt256((ulong)number) }, Stop);
            Assert.Equal(withMultiples ? multiples : 0, Assert.IsType<ProvableReading.Ready>(taken).Model.MultiplesBytes);
        }

        Assert.Equal(kept, models.Kept.Count);
    }

    // Half of what a short proof is expected to take.
    private ProvingOptions TooShort() => Options() with { Limit = ExpectedTime.OfShortProof(Committed.Value.Layout, 1) / 2 };

    private ProvingOptions Options() => new()
    {
        Setup = _ => Task.FromResult<SetupReading>(new SetupReading.Accepted(Committed.Value.Setup)),
        CacheFolder = _folder,
        Threads = 1,
    };

    private ProvableModels Open(ProvingOptions options, CacheFiller? filler = null) => new(
        Committed.Value.Setup, Context, 1 << VerifierSetup.MaxPowers, options, filler ?? new CacheFiller(_folder, NullLogger<CacheFiller>.Instance, TimeProvider.System));
}
