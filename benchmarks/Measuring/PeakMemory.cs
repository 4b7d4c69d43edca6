using System.Diagnostics;

namespace OpenGradient.Benchmarks.Measuring;

/// <summary>The most memory that this process held at once since it was last forgotten. Only Linux forgets: elsewhere it is the most since the start.</summary>
public static class PeakMemory
{
    private const string ClearPeak = "/proc/self/clear_refs";

    public static double MiB
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64 / (double)(1 << 20);
        }
    }

    /// <summary>Gives back to the system what nothing refers to any more, and forgets the peak: what is alive counts, and garbage of before does not.</summary>
    public static void Forget()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (OperatingSystem.IsLinux())
            File.WriteAllText(ClearPeak, "5");
    }
}
