using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Backends.Onnx;

/// <summary>ONNX Runtime in this process.</summary>
public sealed class OnnxBackend : IInferenceBackend, IAsyncDisposable
{
    private readonly SessionPool _pool;
    private readonly int _maxAnswerBytes;

    /// <exception cref="CudaUnavailableException">CUDA was asked for, and is not to be had.</exception>
    public OnnxBackend(OnnxBackendOptions options, TimeProvider time)
    {
        var environment = OnnxRuntimeEnvironment.Create(options.Validated().Provider, options.CudaFolder, options.CudaModelBytes);
        Provider = environment.Chosen;
        _maxAnswerBytes = options.MaxAnswerBytes;
        _pool = new SessionPool(options, environment, time);
    }

    public string Name => "onnx";

    /// <summary>On what models run here, and why.</summary>
    public ChosenProvider Provider { get; }

    /// <summary>What the loaded models are estimated to take.</summary>
    public long LoadedBytes => _pool.Bytes;

    /// <summary>How many runs there were: fewer than questions, where some were joined.</summary>
    public long Runs => _pool.Runs;

    /// <summary>The artifacts that are loaded.</summary>
    public IReadOnlyList<Hash32> LoadedArtifacts => _pool.Loaded;

    public async Task<InferenceOutcome> InferAsync(LoadedVersion version, IReadOnlyList<Tensor> inputs, CancellationToken cancellationToken)
    {
        if (version.Body is not VersionBody.Onnx body)
            return NotSupported(version);
        if (TensorRules.Arrange(version.Signature, inputs, out var arranged) is { } failed)
            return failed;

        // What no answer can keep within is not run: the runtime would make room for all of it before anyone could count.
        if (version.Signature.LeastOutputBytes is var least && least > _maxAnswerBytes)
        {
            return new InferenceOutcome.Unavailable(
                UnavailableReason.AnswerTooLarge, IsRetryable: false, $"By its signature an answer has {least} bytes or more; {_maxAnswerBytes} are the most here.");
        }

        var (lease, unavailable) = await _pool.TakeAsync(version, body, cancellationToken);
        if (lease is null)
            return unavailable!;
        using (lease)
        {
            var outcome = await lease.Worker.AskAsync(arranged, cancellationToken);
            // A run that was stopped since nobody waits for it has failed for no other reason.
            if (outcome is RunOutcome.Failed)
                cancellationToken.ThrowIfCancellationRequested();
            return outcome switch
            {
                RunOutcome.Done(var outputs) => TensorRules.Judge(version, outputs),
                RunOutcome.Failed(var reason, var isRetryable, var detail) => new InferenceOutcome.Unavailable(reason, isRetryable, detail),
                var other => throw new InvalidOperationException($"There is no outcome {other}."),
            };
        }
    }

    public async Task<InferenceOutcome.Unavailable?> WarmUpAsync(LoadedVersion version, CancellationToken cancellationToken)
    {
        if (version.Body is not VersionBody.Onnx body)
            return NotSupported(version);
        var (lease, unavailable) = await _pool.TakeAsync(version, body, cancellationToken);
        lease?.Dispose();
        return unavailable;
    }

    /// <summary>Waits for what runs, and frees all models.</summary>
    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    private static InferenceOutcome.Unavailable NotSupported(LoadedVersion version) => new(
        UnavailableReason.NotSupported, IsRetryable: false,
        version.Body is VersionBody.Remote ? "A text model runs on a server, and none is named for this version." : "The embedded runtime runs ONNX artifacts.");
}
