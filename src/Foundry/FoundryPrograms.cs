using System.Runtime.InteropServices;

namespace OpenGradient.Foundry;

/// <summary>
/// Where Foundry's native programs are: npm's pinned ones on the reference platform, those on PATH elsewhere. npm's wrappers in
/// node_modules/.bin are avoided: theirs exit 0 on failure.
/// </summary>
public static class FoundryPrograms
{
    /// <summary>The version that npm pins, and that one on PATH should have.</summary>
    public const string Version = "1.7.1";

    public static string Anvil(string repositoryRoot) => Locate(repositoryRoot, "anvil");

    public static string Cast(string repositoryRoot) => Locate(repositoryRoot, "cast");

    public static string Forge(string repositoryRoot) => Locate(repositoryRoot, "forge");

    private static bool IsReferencePlatform => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    private static string Locate(string repositoryRoot, string program)
    {
        if (!IsReferencePlatform)
        {
            return FindOnPath(program) ?? throw new MissingProgramException(
                $"{program} is not on PATH, and npm brings it only for Linux x64.", $"Install Foundry {Version}.");
        }

        var package = $"@foundry-rs/{program}-linux-amd64";
        var path = Path.Combine(repositoryRoot, "node_modules", package, "bin", program);
        return File.Exists(path)
            ? path
            : throw new MissingProgramException(
                $"{program} is not installed: npm package {package} is missing.", $"Run `npm ci` in {repositoryRoot}.");
    }

    private static string? FindOnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program))
        .FirstOrDefault(File.Exists);
}
