using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OpenGradient.Benchmarks.Measuring;

/// <summary>What the figures were measured on. Without it a figure means little.</summary>
public sealed record Machine(string Processor, int Cores, int VectorBits, string System, string Runtime, string PeerRuntime)
{
    public static Machine Describe(string peerRuntime) => new(
        ProcessorName(),
        Environment.ProcessorCount,
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128,
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        peerRuntime);

    private static string ProcessorName()
    {
        const string Linux = "/proc/cpuinfo";
        var line = File.Exists(Linux)
            ? File.ReadLines(Linux).FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
