using OpenGradient.Foundry;

namespace OpenGradient.Support;

/// <summary>Programs that tests need from the system. As root on Debian they are installed when they are missing.</summary>
public static class DebianPackages
{
    private const string AptGet = "/usr/bin/apt-get";

    private static readonly SemaphoreSlim Installing = new(1, 1);

    /// <summary>Gives why the program is not there, or null when it is.</summary>
    /// <param name="program">Where it is once it is installed.</param>
    /// <param name="packages">The packages that bring it, with blanks between.</param>
    /// <param name="missing">What is said where nothing can be installed.</param>
    public static async Task<string?> InstallAsync(string program, string packages, string missing)
    {
        await Installing.WaitAsync();
        try
        {
            if (File.Exists(program))
                return null;
            if (!Environment.IsPrivilegedProcess || !File.Exists(AptGet))
                return missing;

            // No cluster and no service come with them: only programs are wanted.
            var install = new ProgramRun(
                "bash",
                ["-c", $"{AptGet} install -y --no-install-recommends -o DPkg::Lock::Timeout=120 {packages} || "
                    + $"{{ {AptGet} update -o DPkg::Lock::Timeout=120 && {AptGet} install -y --no-install-recommends -o DPkg::Lock::Timeout=120 {packages}; }}"],
                Repository.Root)
            {
                Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["DEBIAN_FRONTEND"] = "noninteractive", ["RUNLEVEL"] = "1" },
            };
            var result = await ProgramRunner.RunAsync(install, CancellationToken.None);
            return result.Succeeded && File.Exists(program) ? null : $"{missing} apt-get could not install it: exit code {result.ExitCode}.";
        }
        finally
        {
            Installing.Release();
        }
    }
}
