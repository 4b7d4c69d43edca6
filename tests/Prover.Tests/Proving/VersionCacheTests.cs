using System.Runtime.CompilerServices;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Setup;
using OpenGradient.Prover.Statements;

namespace OpenGradient.Prover.Tests.Proving;

public sealed class VersionCacheTests
{
    private static readonly Lazy<CommittedModel> Model = new(() => CommittedModel.Create(TestModels.Random(8, 4, 6, 7, 3), TestModels.Setup, new Work(2, default)));

    [Fact]
    public void A_cache_that_was_kept_makes_the_same_proofs()
    {
        var filled = VersionCache.Fill(Model.Value, progress: null, TestWork.Here);
        var kept = VersionCache.TryRead(filled.Write(Model.Value), Model.Value, TestWork.Here);
        Assert.NotNull(kept);
        var prover = new InferenceProver(Model.Value, new ProofContext(new ChainId(5), Address.Zero));
        InferenceToProve[] inferences = [new(TestModels.Input(1, 6), Hash32.Zero)];
        Assert.Equal(prover.ProveLong(filled, inferences, TestWork.Here).Bytes.ToArray(), prover.ProveLong(kept, inferences, TestWork.Here).Bytes.ToArray());
        Assert.Equal(7 * 64, kept.ByteLength);
    }

    [Fact]
    public void A_cache_with_another_byte_length_or_version_is_refused()
    {
        var bytes = VersionCache.Fill(Model.Value, progress: null, TestWork.Here).Write(Model.Value);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Null(VersionCache.TryRead(bytes.AsSpan(0, length), Model.Value, TestWork.Here));
        for (var place = 0; place < bytes.Length; place += 11)
        {
            byte[] changed = [.. bytes];
            changed[place] ^= 2;
            Assert.Null(VersionCache.TryRead(changed, Model.Value, TestWork.Here));
        }

        // Points of the curve in each other's places.
        byte[] swapped = [.. bytes];
        bytes.AsSpan(^64..).CopyTo(swapped.AsSpan(swapped.Length - 128));
        Assert.Null(VersionCache.TryRead(swapped, Model.Value, TestWork.Here));
        var other = CommittedModel.Create(TestModels.Random(9, 4, 6, 7, 3), TestModels.Setup, TestWork.Here);
        Assert.Null(VersionCache.TryRead(bytes, other, TestWork.Here));
    }

    [Fact]
    public void Filling_tells_its_progress_from_the_beginning_to_the_end()
    {
        var told = new List<double>();
        VersionCache.Fill(Model.Value, new Progress(told), TestWork.Here);
        Assert.Equal(told.Order(), told);
        Assert.Equal(1, told[^1], precision: 9);
        Assert.Equal(Model.Value.Layout.Rows, told.Count);
    }

    [Fact]
    public void Multiples_are_shared_by_versions_and_go_with_the_last_cache_that_has_them()
    {
        var setup = DevelopmentSetup.FromSeed("multiples", 128, TestWork.Here);
        var multiples = FillTwo(setup);
        GC.Collect();
        Assert.False(multiples.IsAlive);
        // And are made anew.
        Assert.NotNull(setup.MultiplesOf(32, TestWork.Here));
    }

    [Fact]
    public void A_cache_without_multiples_makes_the_same_proofs()
    {
        var with = VersionCache.Fill(Model.Value, progress: null, TestWork.Here);
        var without = VersionCache.Fill(Model.Value, progress: null, TestWork.Here, withMultiples: false);
        Assert.NotNull(with.Multiples);
        Assert.Null(without.Multiples);
        Assert.Null(VersionCache.TryRead(with.Write(Model.Value), Model.Value, TestWork.Here, withMultiples: false)!.Multiples);
        var prover = new InferenceProver(Model.Value, new ProofContext(new ChainId(5), Address.Zero));
        InferenceToProve[] inferences = [new(TestModels.Input(1, 6), Hash32.Zero)];
        Assert.Equal(prover.ProveLong(with, inferences, TestWork.Here).Bytes.ToArray(), prover.ProveLong(without, inferences, TestWork.Here).Bytes.ToArray());
    }

    [Theory]
    [InlineData(784, new[] { 56, 10 }, ProofForm.Short, 12)]
    [InlineData(784, new[] { 56, 10 }, ProofForm.Long, 56)]
    [InlineData(3, new[] { 1 }, ProofForm.Short, 1)]
    public void The_rows_that_are_chosen_are_those_with_the_fewest_terms(int inputs, int[] outputs, ProofForm form, int expected)
    {
        LayerTerms[] layers = [.. outputs.Select(count => new LayerTerms(count, 1, 1, 0, 0, 1))];
        Assert.Equal(expected, FoldRows.Choose(inputs, [.. layers], form));
    }

    [Fact]
    public void Models_that_fit_no_layout_or_setup_and_models_of_zeros_are_refused()
    {
        LayerTerms[] huge = [new(65535, 1, 1, 0, 0, 1), new(65535, 1, 1, 0, 0, 1)];
        Assert.Null(FoldRows.Choose(65535, [.. huge], ProofForm.Long));
        Assert.Contains("powers", Assert.Throws<CommitmentException>(
            () => CommittedModel.Create(TestModels.Random(1, null, 196, 100, 10), TestModels.Setup, TestWork.Here)).Message, StringComparison.Ordinal);
        Assert.Contains("zero", Assert.Throws<CommitmentException>(
            () => CommittedModel.Create(TestModels.Create(null, [3, 2], (_, _) => 0, _ => 0), TestModels.Setup, TestWork.Here)).Message, StringComparison.Ordinal);
    }

    // A call of its own, so that nothing of it is left on the stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference FillTwo(ProvingSetup setup)
    {
        var work = TestWork.Here with { Threads = 1 };
        VersionCache[] caches =
            [.. Enumerable.Range(8, 2).Select(seed => VersionCache.Fill(CommittedModel.Create(TestModels.Random(seed, 4, 6, 7, 3), setup, work), progress: null, work))];
        Assert.NotNull(caches[0].Multiples);
        Assert.Same(caches[0].Multiples, caches[1].Multiples);
        Assert.Same(caches[0].Multiples, setup.MultiplesOf(caches[0].Multiples!.Count, work));
        return new WeakReference(caches[0].Multiples);
    }

    private sealed class Progress(List<double> told) : IProgress<double>
    {
        public void Report(double value) => told.Add(value);
    }
}
