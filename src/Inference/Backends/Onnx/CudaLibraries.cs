using System.Runtime.InteropServices;

namespace OpenGradient.Inference.Backends.Onnx;

/// <summary>What the provider library for CUDA of this version of ONNX Runtime needs of the machine, and what of that is not there.</summary>
internal static class CudaLibraries
{
    private const string Toolkit = "CUDA 13";

    // Each after those that it needs itself. cuDNN is opened only by the first operator that wants it: that the provider loads says nothing of it.
    private static readonly (string File, string PartOf)[] Needed =
    [
        ("libcuda.so.1", "NVIDIA's driver"), ("libcudart.so.13", Toolkit), ("libcublasLt.so.13", Toolkit), ("libcublas.so.13", Toolkit),
        ("libcurand.so.10", Toolkit), ("libcudnn.so.9", "cuDNN 9"),
    ];

    /// <summary>
    /// Loads them, from the folder of the provider first and then from where the system looks, and names those that are in neither. What is loaded stays so: the
    /// provider itself looks in the system's places alone, and takes what is in the process already.
    /// </summary>
    public static IReadOnlyList<string> Missing(string folder)
    {
        if (!OperatingSystem.IsLinux())
            return [];
        List<string> missing = [];
        foreach (var (file, partOf) in Needed)
        {
            var beside = Path.GetFullPath(Path.Combine(folder, file));
            if (!(File.Exists(beside) && NativeLibrary.TryLoad(beside, out _)) && !NativeLibrary.TryLoad(file, out _))
                missing.Add($"{file} ({partOf})");
        }

        return missing;
    }
}
