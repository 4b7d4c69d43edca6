using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace OpenGradient.Inference.Backends.Onnx;

/// <summary>Raised where CUDA was asked for and is not to be had.</summary>
public sealed class CudaUnavailableException(string message) : Exception(message);

/// <summary>The device that sessions run on, and why it is this one.</summary>
/// <param name="Provider">Cpu or Cuda, never Auto.</param>
/// <param name="Reason">For people.</param>
public sealed record ChosenProvider(ExecutionProvider Provider, string Reason);

/// <summary>
/// ONNX Runtime in this process: one environment for all sessions, and the provider for CUDA where its library is. The path with CUDA has not been
/// run by whoever wrote it, for want of a GPU.
/// </summary>
internal sealed class OnnxRuntimeEnvironment
{
    private const string CudaRegistration = "og-cuda";
    private const string CudaProvider = "CUDAExecutionProvider";

    private static readonly Lock Gate = new();

    private readonly IReadOnlyList<OrtEpDevice> _devices;
    private readonly long _cudaMemoryBytes;

    private OnnxRuntimeEnvironment(ChosenProvider chosen, IReadOnlyList<OrtEpDevice> devices, long cudaMemoryBytes)
    {
        Chosen = chosen;
        _devices = devices;
        _cudaMemoryBytes = cudaMemoryBytes;
    }

    public ChosenProvider Chosen { get; }

    public static OnnxRuntimeEnvironment Create(
        ExecutionProvider provider, string? cudaFolder, long cudaMemoryBytes = OnnxBackendOptions.DefaultCudaModelBytes)
    {
        if (provider == ExecutionProvider.Cpu)
            return OnCpu("the CPU was asked for");
        var devices = FindCuda(cudaFolder, out var reason);
        if (devices.Count > 0)
            return new OnnxRuntimeEnvironment(new ChosenProvider(ExecutionProvider.Cuda, reason), devices, cudaMemoryBytes);
        return provider == ExecutionProvider.Auto ? OnCpu(reason) : throw new CudaUnavailableException($"CUDA was asked for, but {reason}.");
    }

    /// <summary>Options that make answers of Float versions as equal as they can be: no TF32, no half precision, no fast mathematics.</summary>
    public SessionOptions CreateOptions(int threads, GraphOptimizationLevel optimisation = GraphOptimizationLevel.ORT_ENABLE_ALL)
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = optimisation,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        options.AddSessionConfigEntry("session.set_denormal_as_zero", "0");
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        if (_devices.Count > 0)
            options.AppendExecutionProvider(OrtEnv.Instance(), _devices, CudaSettings(_cudaMemoryBytes));
        return options;
    }

    /// <summary>
    /// What CUDA is told. By itself it times all ways of a convolution and takes the quickest, which may be another in each session; the heuristic one follows from
    /// the device and the shapes alone. The arena takes what is asked for and no more, up to a limit: without one a model may take all of a GPU.
    /// </summary>
    internal static Dictionary<string, string> CudaSettings(long memoryBytes) => new(StringComparer.Ordinal)
    {
        ["use_tf32"] = "0",
        ["cudnn_conv_algo_search"] = "HEURISTIC",
        ["arena_extend_strategy"] = "kSameAsRequested",
        ["gpu_mem_limit"] = memoryBytes.ToString(CultureInfo.InvariantCulture),
    };

    private static OnnxRuntimeEnvironment OnCpu(string reason) => new(new ChosenProvider(ExecutionProvider.Cpu, reason), [], cudaMemoryBytes: 0);

    private static List<OrtEpDevice> FindCuda(string? folder, out string reason)
    {
        var library = folder is null ? null : Path.Combine(folder, OperatingSystem.IsWindows() ? "onnxruntime_providers_cuda.dll" : "libonnxruntime_providers_cuda.so");
        if (library is null || !File.Exists(library))
        {
            reason = library is null ? "no folder with its provider library is configured" : $"there is no {library}";
            return [];
        }

        if (CudaLibraries.Missing(folder!) is { Count: > 0 } missing)
        {
            reason = $"its provider library needs what the loader does not find: {string.Join(", ", missing)}";
            return [];
        }

        try
        {
            // A library registers once in a process; a second backend finds its devices.
            lock (Gate)
            {
                if (CudaDevices().Count == 0)
                    OrtEnv.Instance().RegisterExecutionProviderLibrary(CudaRegistration, library);
                var devices = CudaDevices();
                reason = devices.Count > 0 ? $"its provider library was loaded from {folder}" : "its provider library found no device";
                return devices;
            }
        }
        catch (OnnxRuntimeException error)
        {
            reason = $"its provider library did not load: {OnnxText.Clean(error.Message)}";
            return [];
        }
    }

    // The first device only: which of several is used must not depend on the machine.
    private static List<OrtEpDevice> CudaDevices() => [.. OrtEnv.Instance().GetEpDevices().Where(device => device.EpName == CudaProvider).Take(1)];
}
