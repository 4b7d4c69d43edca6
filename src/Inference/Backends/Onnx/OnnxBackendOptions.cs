using System.ComponentModel.DataAnnotations;

namespace OpenGradient.Inference.Backends.Onnx;

/// <summary>On what models run.</summary>
public enum ExecutionProvider
{
    /// <summary>CUDA where its library loads and finds a device, else the CPU.</summary>
    Auto,
    Cpu,

    /// <summary>CUDA, or an error at the start.</summary>
    Cuda,
}

/// <summary>How the embedded runtime runs models.</summary>
public sealed record OnnxBackendOptions
{
    public const long DefaultCudaModelBytes = 4L << 30;

    public ExecutionProvider Provider { get; init; } = ExecutionProvider.Auto;

    /// <summary>The folder with the provider library for CUDA and what it needs; none, and there is no CUDA.</summary>
    public string? CudaFolder { get; init; }

    /// <summary>The most memory of the GPU that the tensors of one loaded model may take, in bytes. What CUDA and cuDNN take beside them does not count.</summary>
    [Range(1L << 20, 1L << 46)]
    public long CudaModelBytes { get; init; } = DefaultCudaModelBytes;

    /// <summary>The most that loaded models may take together, in bytes, as estimated from their artifacts.</summary>
    [Range(1L << 20, 1L << 46)]
    public long MemoryBudgetBytes { get; init; } = 4L << 30;

    /// <summary>How many runs go on at once, of all versions together.</summary>
    [Range(1, 1024)]
    public int MaxConcurrentRuns { get; init; } = 2;

    /// <summary>How many threads one run uses. With one, an answer depends on neither the machine's cores nor what else runs.</summary>
    [Range(1, 256)]
    public int ThreadsPerRun { get; init; } = 1;

    /// <summary>How many questions may wait for one version.</summary>
    [Range(1, 1_000_000)]
    public int MaxWaiting { get; init; } = 1024;

    /// <summary>How many questions are answered in one run at the most, where the model can; 1 never joins any.</summary>
    [Range(1, 4096)]
    public int MaxBatch { get; init; } = 16;

    /// <summary>How long a question waits for others to join it, in milliseconds; 0 joins only those that wait anyway.</summary>
    [Range(0, 1000)]
    public int BatchWaitMs { get; init; }

    /// <summary>How long one run may take, in milliseconds.</summary>
    [Range(1, 3_600_000)]
    public int RunLimitMs { get; init; } = 30_000;

    /// <summary>How long a question waits for its model to be loaded, in milliseconds.</summary>
    [Range(1, 3_600_000)]
    public int LoadLimitMs { get; init; } = 60_000;

    /// <summary>The longest answer, in bytes of tensor data.</summary>
    [Range(1, int.MaxValue)]
    public int MaxAnswerBytes { get; init; } = 16 << 20;

    /// <summary>Throws where a value is out of its range.</summary>
    public OnnxBackendOptions Validated()
    {
        Validator.ValidateObject(this, new ValidationContext(this), validateAllProperties: true);
        return this;
    }
}
