using OpenGradient.Foundry;

namespace OpenGradient.Benchmarks.Inference;

/// <summary>Which GPU it was, by its driver's own tool: a figure without it means little.</summary>
internal static class GpuName
{
    public static async Task<string> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            // The first device is the one that models run on.
            var run = await ProgramRunner.RunAsync(
                new ProgramRun("nvidia-smi", ["--query-gpu=name,driver_version", "--format=csv,noheader", "--id=0"], Environment.CurrentDirectory), cancellationToken);
            return run.Succeeded ? $"{run.Output.Trim()} (driver)" : "a GPU that nvidia-smi does not name";
        }
        catch (MissingProgramException)
        {
            return "a GPU that nothing names: nvidia-smi is not installed";
        }
    }
}
