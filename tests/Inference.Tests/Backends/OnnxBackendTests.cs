using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Backends.Onnx;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Tests.Backends;

public sealed class OnnxBackendTests
{
    private static readonly OnnxBackendOptions Options = new() { Provider = ExecutionProvider.Cpu };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_in_canonical_bytes()
    {
        await using var backend = new OnnxBackend(Options, TimeProvider.System);
        Assert.Equal(TensorFault.None, TensorEncoding.TryEncode([TestModels.Rows(1, 2, 3, 4)], out var question));
        Assert.Equal(TensorFault.None, TensorEncoding.TryEncode([TestModels.Rows(3, 6, 9, 12) with { Name = "y" }], out var answer));

        var outcome = await backend.InferEncodedAsync(TestModels.Load(TestModels.Scaling(3)), question, Token);

        Assert.Equal(answer, Assert.IsType<CanonicalOutcome.Answered>(outcome).Output);
    }

    [Fact]
    public async Task An_input_that_does_not_fit_the_signature_fails_for_certain()
    {
        await using var backend = new OnnxBackend(Options, TimeProvider.System);
        var version = TestModels.Load(TestModels.Scaling(3));
        var x = TestModels.Rows(1, 2, 3, 4);
        (Tensor[] Inputs, InputReason Reason)[] cases =
        [
            ([], InputReason.InputMissing),
            ([x with { Name = "z" }], InputReason.InputMissing),
            ([x with { Name = "a" }], InputReason.InputUnknown),
            ([x, x], InputReason.InputUnknown),
            ([x with { DataType = DataType.Int32 }], InputReason.DataTypeWrong),
            ([x with { Dims = [4, 1] }], InputReason.ShapeWrong),
            ([x with { Dims = [4] }], InputReason.ShapeWrong),
        ];

        foreach (var (inputs, reason) in cases)
            Assert.Equal(reason, Assert.IsType<InferenceOutcome.Failed>(await backend.InferAsync(version, inputs, Token)).Reason);
        var garbage = await backend.InferEncodedAsync(version, new byte[] { 1, 1, 0 }, Token);
        Assert.Equal(InputReason.NotAnEncoding, Assert.IsType<CanonicalOutcome.Failed>(garbage).Reason);
    }

    [Fact]
    public async Task An_answer_that_is_not_finite_is_the_inputs_fault_where_answers_are_compared()
    {
        await using var backend = new OnnxBackend(Options, TimeProvider.System);
        var asFloat = TestModels.Load(TestModels.Root());
        var asNone = TestModels.Load(TestModels.Root(), VersionSemantics.None.Instance);
        var negative = TestModels.Rows(4, -1, 9, 16);

        var failed = Assert.IsType<InferenceOutcome.Failed>(await backend.InferAsync(asFloat, [negative], Token));
        var taken = TestModels.Answer(await backend.InferAsync(asNone, [negative], Token));

        Assert.Equal(InputReason.AnswerNotFinite, failed.Reason);
        Assert.True(float.IsNaN(TestModels.Values(taken[0])[1]));
    }

    [Fact]
    public async Task What_the_runtime_refuses_is_not_called_the_inputs_fault()
    {
        await using var backend = new OnnxBackend(Options, TimeProvider.System);
        var version = TestModels.Load(TestModels.TwoRows());

        TestModels.IsUnavailable(
            await backend.InferAsync(version, [TestModels.Rows(1, 2, 3, 4)], Token), UnavailableReason.RuntimeFailed, isRetryable: false);
        Assert.Equal(8, TestModels.Values(TestModels.Answer(
            await backend.InferAsync(version, [TestModels.Rows(1, 2, 3, 4, 5, 6, 7, 8)], Token))[0]).Length);
    }

    [Fact]
    public async Task An_answer_beyond_the_limit_is_none()
    {
        await using var backend = new OnnxBackend(Options with { MaxAnswerBytes = 4000 * sizeof(float) }, TimeProvider.System);
        var version = TestModels.Load(TestModels.Tiling());

        Assert.Equal(4000, TestModels.Values(TestModels.Answer(await backend.InferAsync(version, [TestModels.Rows(1, 2, 3, 4)], Token))[0]).Length);
        TestModels.IsUnavailable(
            await backend.InferAsync(version, [TestModels.Rows(1, 2, 3, 4, 5, 6, 7, 8)], Token), UnavailableReason.AnswerTooLarge, isRetryable: false);
    }

    [Fact]
    public async Task What_is_too_long_by_its_signature_is_not_even_run()
    {
        await using var backend = new OnnxBackend(Options with { MaxAnswerBytes = (4000 * sizeof(float)) - 1 }, TimeProvider.System);

        TestModels.IsUnavailable(
            await backend.InferAsync(TestModels.Load(TestModels.Tiling()), [TestModels.Rows(1, 2, 3, 4)], Token), UnavailableReason.AnswerTooLarge, isRetryable: false);

        Assert.Equal((0, 0), (backend.Runs, backend.LoadedBytes));
    }

    [Fact]
    public async Task A_model_without_end_is_stopped_at_the_limit_and_frees_its_place()
    {
        await using var backend = new OnnxBackend(Options with { MaxConcurrentRuns = 1, RunLimitMs = 150, MaxBatch = 1 }, TimeProvider.System);
        var endless = TestModels.Load(TestModels.Endless());

        TestModels.IsUnavailable(await backend.InferAsync(endless, [TestModels.Rows(1, 2, 3, 4)], Token), UnavailableReason.TimedOut, isRetryable: true);

        var next = await backend.InferAsync(TestModels.Load(TestModels.Scaling(2)), [TestModels.Rows(1, 2, 3, 4)], Token);
        Assert.Equal([2f, 4, 6, 8], TestModels.Values(TestModels.Answer(next)[0]));
    }

    [Fact]
    public async Task A_question_that_nobody_waits_for_is_stopped_and_frees_its_place()
    {
        await using var backend = new OnnxBackend(Options with { MaxConcurrentRuns = 1, MaxBatch = 1 }, TimeProvider.System);
        var endless = TestModels.Load(TestModels.Endless());
        Assert.Null(await backend.WarmUpAsync(endless, Token));
        using var cancelled = new CancellationTokenSource();
        var asked = backend.InferAsync(endless, [TestModels.Rows(1, 2, 3, 4)], cancelled.Token);

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        var next = await backend.InferAsync(TestModels.Load(TestModels.Scaling(2)), [TestModels.Rows(1, 2, 3, 4)], Token);
        Assert.Equal([2f, 4, 6, 8], TestModels.Values(TestModels.Answer(next)[0]));
    }

    [Fact]
    public async Task Questions_that_wait_are_joined_and_each_gets_its_own_answer()
    {
        await using var backend = new OnnxBackend(Options with { MaxConcurrentRuns = 1, RunLimitMs = 300, MaxBatch = 16 }, TimeProvider.System);
        var version = TestModels.Load(TestModels.Scaling(2));
        Assert.Null(await backend.WarmUpAsync(version, Token));
        // While this one runs, the others gather.
        var blocking = backend.InferAsync(TestModels.Load(TestModels.Endless()), [TestModels.Rows(1, 2, 3, 4)], Token);
        while (backend.Runs == 0)
            await Task.Yield();

        var asked = Enumerable.Range(0, 10).Select(i => backend.InferAsync(version, [TestModels.Rows(i, 0, -i, 1)], Token)).ToList();
        var three = backend.InferAsync(version, [TestModels.Rows([.. Enumerable.Range(0, 12).Select(i => (float)i)])], Token);

        var answers = await Task.WhenAll(asked);
        for (var i = 0; i < answers.Length; i++)
            Assert.Equal([2f * i, 0, -2f * i, 2], TestModels.Values(TestModels.Answer(answers[i])[0]));
        Assert.Equal(Enumerable.Range(0, 12).Select(i => 2f * i), TestModels.Values(TestModels.Answer(await three)[0]));
        TestModels.IsUnavailable(await blocking, UnavailableReason.TimedOut, isRetryable: true);
        // One for the endless model, one or two for all others.
        Assert.InRange(backend.Runs, 2, 3);
    }

    [Fact]
    public async Task Questions_whose_rows_would_mix_are_never_joined()
    {
        await using var backend = new OnnxBackend(Options with { MaxConcurrentRuns = 1, BatchWaitMs = 50 }, TimeProvider.System);
        var version = TestModels.Load(TestModels.Running());

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => backend.InferAsync(version, [TestModels.Rows(i, i, i, i)], Token)));

        for (var i = 0; i < answers.Length; i++)
            Assert.Equal([i, i, i, i], TestModels.Values(TestModels.Answer(answers[i])[0]));
        Assert.Equal(6, backend.Runs);
    }

    [Fact]
    public async Task One_question_that_fails_in_a_run_of_many_leaves_the_others_alone()
    {
        await using var backend = new OnnxBackend(Options with { MaxConcurrentRuns = 1, BatchWaitMs = 100 }, TimeProvider.System);
        var version = TestModels.Load(TestModels.Root());
        Assert.Null(await backend.WarmUpAsync(version, Token));

        var answers = await Task.WhenAll(((float[])[4, -1, 9]).Select(x => backend.InferAsync(version, [TestModels.Rows(x, x, x, x)], Token)));

        Assert.Equal(1, backend.Runs);
        Assert.Equal([2f, 2, 2, 2], TestModels.Values(TestModels.Answer(answers[0])[0]));
        Assert.Equal(InputReason.AnswerNotFinite, Assert.IsType<InferenceOutcome.Failed>(answers[1]).Reason);
        Assert.Equal([3f, 3, 3, 3], TestModels.Values(TestModels.Answer(answers[2])[0]));
    }

    [Fact]
    public async Task No_more_questions_wait_than_may()
    {
        await using var backend = new OnnxBackend(Options with { MaxConcurrentRuns = 1, MaxWaiting = 2, RunLimitMs = 200, MaxBatch = 1 }, TimeProvider.System);
        var endless = TestModels.Load(TestModels.Endless());
        Assert.Null(await backend.WarmUpAsync(endless, Token));
        var asked = Enumerable.Range(0, 8).Select(_ => backend.InferAsync(endless, [TestModels.Rows(1, 2, 3, 4)], Token)).ToList();

        var reasons = (await Task.WhenAll(asked)).Select(outcome => Assert.IsType<InferenceOutcome.Unavailable>(outcome).Reason).ToList();

        // One runs, two wait, and one may have been taken from the queue in between.
        Assert.InRange(reasons.Count(reason => reason == UnavailableReason.Busy), 5, 6);
        Assert.Equal(8, reasons.Count(reason => reason is UnavailableReason.Busy or UnavailableReason.TimedOut));
    }

    [Fact]
    public void Cuda_that_is_not_there_is_said_and_only_an_error_where_it_is_demanded()
    {
        var automatic = OnnxRuntimeEnvironment.Create(ExecutionProvider.Auto, cudaFolder: "/nowhere").Chosen;
        var demanded = Assert.Throws<CudaUnavailableException>(() => OnnxRuntimeEnvironment.Create(ExecutionProvider.Cuda, cudaFolder: null));

        Assert.Equal(ExecutionProvider.Cpu, automatic.Provider);
        Assert.Contains("/nowhere", automatic.Reason, StringComparison.Ordinal);
        Assert.Contains("no folder", demanded.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cuda_whose_library_does_not_load_is_an_error_that_says_what_is_missing()
    {
        var folder = Directory.CreateTempSubdirectory("og-cuda-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, OperatingSystem.IsWindows() ? "onnxruntime_providers_cuda.dll" : "libonnxruntime_providers_cuda.so"), "no library");

            var demanded = Assert.Throws<CudaUnavailableException>(() => OnnxRuntimeEnvironment.Create(ExecutionProvider.Cuda, folder.FullName));

            // Without a driver the loader is not even asked; with all of CUDA it does not take this file.
            Assert.Matches("libcu.*\\((NVIDIA's driver|CUDA 13|cuDNN 9)\\)|did not load", demanded.Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Cuda_is_told_what_makes_sessions_alike_and_how_much_it_may_take()
    {
        var settings = OnnxRuntimeEnvironment.CudaSettings(1 << 20);

        Assert.Equal(("0", "HEURISTIC", "1048576"), (settings["use_tf32"], settings["cudnn_conv_algo_search"], settings["gpu_mem_limit"]));
    }
}
