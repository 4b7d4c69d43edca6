using System.Text.Json;
using System.Text.RegularExpressions;
using OpenGradient.Foundry;
using OpenGradient.Support;

namespace OpenGradient.Contracts.Tests;

/// <summary>
/// What a dApp's developer does: packs or installs the npm package of the contracts, sets the remapping, and pastes what its README shows. It runs with
/// Foundry's defaults, without our own settings, and without a network.
/// </summary>
public sealed partial class PackageTests : IDisposable
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly DirectoryInfo _project = Directory.CreateTempSubdirectory("og-package-");

    [Fact]
    public async Task A_fresh_project_that_installs_the_package_compiles_and_passes_what_the_readme_shows()
    {
        await InstallAsync();
        var readme = await File.ReadAllTextAsync(Repository.PathOf("contracts", "README.md"), Stop);
        var settings = Assert.Single(CodeBlocks("toml", readme));
        var sources = CodeBlocks("solidity", readme);
        Assert.Equal(2, sources.Count);
        await WriteAsync("foundry.toml", $"{settings}solc = \"{Repository.PathOf("eng", "solc")}\"\noffline = true\ndeny = \"warnings\"\n");
        await WriteAsync("src/Classifier.sol", sources[0]);
        await WriteAsync("test/Gate.t.sol", sources[1]);

        var run = await RunAsync(FoundryPrograms.Forge(Repository.Root), "test");

        Assert.Contains("[PASS] test_AHighScoreOpensTheGate()", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_package_holds_only_what_a_dapp_imports()
    {
        await InstallAsync();
        var installed = Path.Combine(_project.FullName, "node_modules", "@opengradient", "relayer-contracts");

        var entries = Directory.EnumerateFileSystemEntries(installed).Concat(Directory.EnumerateFileSystemEntries(Path.Combine(installed, "src")))
            .Select(path => Path.GetRelativePath(installed, path)).Order(StringComparer.Ordinal);

        Assert.Equal("README.md package.json src src/interfaces src/sdk src/types", string.Join(' ', entries));
        Assert.All(Directory.EnumerateFiles(installed, "*.sol", SearchOption.AllDirectories), EveryImportIsInside);
    }

    [Fact]
    public void The_package_has_the_version_of_the_repository() =>
        Assert.Equal(VersionIn(Repository.PathOf("package.json")), VersionIn(Repository.PathOf("contracts", "package.json")));

    public void Dispose() => _project.Delete(recursive: true);

    private async Task InstallAsync()
    {
        var packed = await RunAsync("npm", "pack", Repository.PathOf("contracts"), "--offline");
        await WriteAsync("package.json", "{}");
        await RunAsync(
            "npm", "install", "./" + packed.Output.Trim().Split('\n')[^1], "--offline", "--ignore-scripts", "--no-audit", "--no-fund");
        CopySources(
            Repository.PathOf("node_modules", "@layerzerolabs", "toolbox-foundry", "lib", "forge-std"),
            Path.Combine(_project.FullName, "lib", "forge-std", "src"));
    }

    private async Task<ProgramResult> RunAsync(string program, params string[] arguments)
    {
        var result = await ProgramRunner.RunAsync(new ProgramRun(program, arguments, _project.FullName), Stop);
        Assert.True(result.Succeeded, result.Output + result.Errors);
        return result;
    }

    private Task WriteAsync(string path, string content)
    {
        var file = new FileInfo(Path.Combine(_project.FullName, path));
        file.Directory!.Create();
        return File.WriteAllTextAsync(file.FullName, content, Stop);
    }

    private static void EveryImportIsInside(string source)
    {
        var imports = Import().Matches(File.ReadAllText(source)).Select(match => match.Groups[1].Value);

        Assert.Empty(imports.Where(import => !import.StartsWith('.') || !File.Exists(Path.Combine(Path.GetDirectoryName(source)!, import))));
    }

    private static string? VersionIn(string manifest)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(manifest));
        return json.RootElement.GetProperty("version").GetString();
    }

    private static void CopySources(string from, string to)
    {
        foreach (var source in Directory.EnumerateFiles(from, "*.sol", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, source));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(source, target);
        }
    }

    private static List<string> CodeBlocks(string language, string document) =>
        [.. CodeBlock().Matches(document).Where(match => match.Groups[1].Value == language).Select(match => match.Groups[2].Value)];

    [GeneratedRegex("```([a-z]+)\n(.*?)```", RegexOptions.Singleline, 1000)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("^import (?:\\{[^}]*\\} from )?\"([^\"]+)\"", RegexOptions.Multiline, 1000)]
    private static partial Regex Import();
}
