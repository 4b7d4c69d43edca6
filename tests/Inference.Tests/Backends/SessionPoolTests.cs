using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Backends.Onnx;

namespace OpenGradient.Inference.Tests.Backends;

/// <summary>Which models are in memory, and which make room.</summary>
public sealed class SessionPoolTests
{
    private static readonly LoadedVersion First = TestModels.Load(TestModels.Scaling(1));
    private static readonly LoadedVersion Second = TestModels.Load(TestModels.Scaling(2));
    private static readonly LoadedVersion Third = TestModels.Load(TestModels.Scaling(3));

    // Room for two models of this size and not for three.
    private static readonly OnnxBackendOptions ForTwo = new()
    {
        Provider = ExecutionProvider.Cpu,
        MemoryBudgetBytes = (SessionPool.EstimateBytes(1000) * 5) / 2,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_not_asked_for_longest_makes_room()
    {
        await using var backend = new OnnxBackend(ForTwo, TimeProvider.System);
        await AskAsync(backend, First, 1);
        await AskAsync(backend, Second, 2);
        await AskAsync(backend, First, 1);
        Assert.Equal(Hashes(First, Second), Sorted(backend.LoadedArtifacts));

        await AskAsync(backend, Third, 3);

        Assert.Equal(Hashes(First, Third), Sorted(backend.LoadedArtifacts));
        Assert.InRange(backend.LoadedBytes, 1, ForTwo.MemoryBudgetBytes);
        await AskAsync(backend, Second, 2);
        Assert.Equal(Hashes(Second, Third), Sorted(backend.LoadedArtifacts));
    }

    [Fact]
    public async Task What_is_in_use_stays_and_who_finds_no_room_may_ask_again()
    {
        await using var backend = new OnnxBackend(
            ForTwo with { MemoryBudgetBytes = (SessionPool.EstimateBytes(1000) * 3) / 2, MaxConcurrentRuns = 1, MaxBatch = 1 }, TimeProvider.System);
        using var cancelled = new CancellationTokenSource();
        var endless = TestModels.Load(TestModels.Endless());
        var asked = backend.InferAsync(endless, [TestModels.Rows(1, 2, 3, 4)], cancelled.Token);
        while (backend.Runs == 0)
            await Task.Yield();

        TestModels.IsUnavailable(
            await backend.InferAsync(First, [TestModels.Rows(1, 2, 3, 4)], Token), UnavailableReason.OutOfMemoryBudget, isRetryable: true);
        Assert.Equal(Hashes(endless), backend.LoadedArtifacts);

        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await AskAsync(backend, First, 1);
        Assert.Equal(Hashes(First), backend.LoadedArtifacts);
    }

    [Fact]
    public async Task A_model_beyond_the_whole_budget_is_never_loaded()
    {
        await using var backend = new OnnxBackend(ForTwo with { MemoryBudgetBytes = 1 << 20 }, TimeProvider.System);

        TestModels.IsUnavailable(
            await backend.InferAsync(First, [TestModels.Rows(1, 2, 3, 4)], Token), UnavailableReason.OutOfMemoryBudget, isRetryable: false);
        Assert.Empty(backend.LoadedArtifacts);
    }

    [Fact]
    public async Task Many_who_ask_for_a_model_at_once_load_it_once()
    {
        var reads = 0;
        var bytes = TestModels.Scaling(7);
        var source = new ArtifactSource(bytes.Length, _ =>
        {
            Interlocked.Increment(ref reads);
            return ValueTask.FromResult<ReadOnlyMemory<byte>>(bytes);
        });
        var version = TestModels.Load(bytes, source: source);
        await using var backend = new OnnxBackend(ForTwo, TimeProvider.System);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AskAsync(backend, version, 7)));

        Assert.Equal(1, reads);
    }

    [Fact]
    public async Task An_artifact_that_is_gone_or_another_is_tried_again_next_time()
    {
        var bytes = TestModels.Scaling(7);
        var now = new Queue<Func<ReadOnlyMemory<byte>>>([() => throw new InvalidDataException("The store is away."), () => TestModels.Scaling(8), () => bytes]);
        var version = TestModels.Load(bytes, source: new ArtifactSource(bytes.Length, _ => ValueTask.FromResult(now.Dequeue()())));
        await using var backend = new OnnxBackend(ForTwo, TimeProvider.System);

        for (var i = 0; i < 2; i++)
        {
            TestModels.IsUnavailable(
                await backend.InferAsync(version, [TestModels.Rows(1, 2, 3, 4)], Token), UnavailableReason.ArtifactUnavailable, isRetryable: true);
            Assert.Empty(backend.LoadedArtifacts);
            Assert.Equal(0, backend.LoadedBytes);
        }

        await AskAsync(backend, version, 7);
    }

    [Fact]
    public async Task A_model_that_the_runtime_refuses_takes_no_room()
    {
        // An operator that ONNX does not have passes our reader, which knows no operators.
        var bytes = new Samples.Export.OnnxGraph("unknown").Input("x", 4).Node("NoSuchOperator", ["x"], "y").Output("y", 4).ToArray();
        await using var backend = new OnnxBackend(ForTwo, TimeProvider.System);

        var unavailable = await backend.WarmUpAsync(TestModels.Load(bytes), Token);

        Assert.Equal((UnavailableReason.ModelRefused, false), (unavailable!.Reason, unavailable.IsRetryable));
        Assert.Contains("NoSuchOperator", unavailable.Detail, StringComparison.Ordinal);
        Assert.Equal(0, backend.LoadedBytes);
    }

    private static async Task AskAsync(OnnxBackend backend, LoadedVersion version, float factor)
    {
        var outcome = await backend.InferAsync(version, [TestModels.Rows(1, 2, 3, 4)], Token);
        Assert.Equal([factor, 2 * factor, 3 * factor, 4 * factor], TestModels.Values(TestModels.Answer(outcome)[0]));
    }

    private static IEnumerable<Hash32> Hashes(params LoadedVersion[] versions) => Sorted(versions.Select(version => version.ArtifactHash));

    private static IEnumerable<Hash32> Sorted(IEnumerable<Hash32> hashes) => hashes.OrderBy(hash => hash.ToString(), StringComparer.Ordinal);
}
