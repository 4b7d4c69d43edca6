using System.Text.Json.Nodes;
using OpenGradient.Foundry;
using OpenGradient.Support;

namespace OpenGradient.BindingGenerator.Tests;

/// <summary>The committed bindings, and how one learns that they are not current any more.</summary>
public sealed class BindingFilesTests : IDisposable
{
    private static readonly BindingSet Probes = new(
        "OpenGradient.BindingGenerator.Tests.Generated", "tests/BindingGenerator.Tests/Generated", ["AbiProbe", "NameProbe"])
    {
        ArtifactFolder = "tests/BindingGenerator.Tests/Artifacts",
    };

    private readonly string _root = Directory.CreateTempSubdirectory("bindings").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task The_committed_bindings_of_the_probes_are_what_is_generated() =>
        Assert.Empty(await BindingFiles.FindDriftAsync(Repository.Root, Probes, Cancelled));

    [Fact]
    public async Task The_committed_artifact_of_the_probe_is_what_its_source_compiles_to()
    {
        var run = await ProgramRunner.RunAsync(
            new ProgramRun(
                FoundryPrograms.Forge(Repository.Root),
                ["build", "contracts/test/support/AbiProbe.sol", "--out", Path.Combine(_root, "out"), "--cache-path", Path.Combine(_root, "cache")],
                Repository.Root),
            Cancelled);
        Assert.True(run.Succeeded, run.Output + run.Errors);

        var compiled = await ReadAsync(Path.Combine(_root, "out", "AbiProbe.sol", "AbiProbe.json"));
        var committed = await ReadAsync(Repository.PathOf("tests", "BindingGenerator.Tests", "Artifacts", "AbiProbe.json"));

        Assert.True(JsonNode.DeepEquals(compiled["abi"], committed["abi"]), "The interface changed.");
        Assert.True(JsonNode.DeepEquals(compiled["bytecode"]!["object"], committed["bytecode"]!["object"]), "The code changed.");
        Assert.True(JsonNode.DeepEquals(compiled["methodIdentifiers"], committed["methodIdentifiers"]), "The selectors changed.");
    }

    [Fact]
    public async Task Writing_twice_changes_nothing_the_second_time()
    {
        var set = ArrangeOne();

        Assert.Equal(["bindings/Small.cs"], await BindingFiles.WriteAsync(_root, set, Cancelled));
        Assert.Empty(await BindingFiles.WriteAsync(_root, set, Cancelled));
        Assert.Empty(await BindingFiles.FindDriftAsync(_root, set, Cancelled));
    }

    [Fact]
    public async Task Finds_what_is_missing_changed_or_left_over()
    {
        var set = ArrangeOne();
        var file = Path.Combine(_root, "bindings", "Small.cs");

        Assert.Equal(["bindings/Small.cs is missing."], await BindingFiles.FindDriftAsync(_root, set, Cancelled));

        await BindingFiles.WriteAsync(_root, set, Cancelled);
        var lines = await File.ReadAllLinesAsync(file, Cancelled);
        lines[6] += " ";
        await File.WriteAllTextAsync(file, string.Join('\n', lines) + "\n", Cancelled);
        await File.WriteAllTextAsync(Path.Combine(_root, "bindings", "Old.cs"), "class Old;", Cancelled);

        Assert.Equal(
            ["bindings/Small.cs is not what its contract gives, from line 7 on.", "bindings/Old.cs belongs to no contract."],
            await BindingFiles.FindDriftAsync(_root, set, Cancelled));
        Assert.Equal(["bindings/Small.cs", "bindings/Old.cs"], await BindingFiles.WriteAsync(_root, set, Cancelled));
        Assert.False(File.Exists(Path.Combine(_root, "bindings", "Old.cs")));
    }

    [Fact]
    public async Task Says_to_compile_when_there_is_no_artifact()
    {
        var set = new BindingSet("Test", "bindings", ["Absent.sol/Absent"]);

        var error = await Assert.ThrowsAsync<BindingException>(() => BindingFiles.FindDriftAsync(_root, set, Cancelled));

        Assert.Contains("forge build", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_two_contracts_of_one_name()
    {
        ArrangeOne();
        Directory.CreateDirectory(Path.Combine(_root, "artifacts", "Other.sol"));
        File.Copy(Path.Combine(_root, "artifacts", "Small.sol", "Small.json"), Path.Combine(_root, "artifacts", "Other.sol", "Small.json"));
        var set = new BindingSet("Test", "bindings", ["Small.sol/Small", "Other.sol/Small"]) { ArtifactFolder = "artifacts" };

        await Assert.ThrowsAsync<BindingException>(() => BindingFiles.WriteAsync(_root, set, Cancelled));
    }

    private BindingSet ArrangeOne()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root, "artifacts", "Small.sol")).FullName;
        File.WriteAllText(Path.Combine(folder, "Small.json"), """{"abi":[{"type":"function","name":"f","inputs":[],"outputs":[]}]}""");
        return new BindingSet("Test", "bindings", ["Small.sol/Small"]) { ArtifactFolder = "artifacts" };
    }

    private static async Task<JsonObject> ReadAsync(string path) =>
        Assert.IsType<JsonObject>(JsonNode.Parse(await File.ReadAllTextAsync(path, Cancelled)));
}
