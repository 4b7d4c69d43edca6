using System.Runtime.InteropServices;

namespace OpenGradient.Foundry;

/// <summary>Where npm put Foundry's native programs. The wrappers in node_modules/.bin are avoided: theirs exit 0 on failure.</summary>
public static class FoundryPrograms
{
    public static string Anvil(string repositoryRoot) => Locate(repositoryRoot, "anvil");

    public static string Cast(string repositoryRoot) => Locate(repositoryRoot, "cast");

    public static string Forge(string repositoryRoot) => Locate(repositoryRoot, "forge");

    /// <summary>The npm package that holds a program for this platform, such as <c>@foundry-rs/anvil-linux-amd64</c>.</summary>
    public static string PackageOf(string program) => $"@foundry-rs/{program}-{Platform}-{Architecture}";

    private static string Platform =>
        OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsWindows() ? "win32" : "unknown";

    private static string Architecture => RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64
        ? "arm64"
        : "amd64";

    private static string Locate(string repositoryRoot, string program)
    {
        var file = OperatingSystem.IsWindows() ? program + ".exe" : program;
        var path = Path.Combine(repositoryRoot, "node_modules", PackageOf(program), "bin", file);
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException(
                $"{program} is not installed: npm package {PackageOf(program)} is missing. Run `npm ci` in {repositoryRoot}.", path);
    }
}
