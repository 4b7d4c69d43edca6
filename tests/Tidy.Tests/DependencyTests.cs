using System.Text.RegularExpressions;

namespace OpenGradient.Tidy.Tests;

/// <summary>Dependencies between projects point one way, down to the Ethereum library.</summary>
public sealed partial class DependencyTests
{
    // What each project under src may refer to. A project that is not here must be given its place first.
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Ethereum"] = [],
        ["Foundry"] = ["Ethereum"],
        ["BindingGenerator"] = ["Ethereum"],
        ["Contracts"] = ["Ethereum"],
        ["OnnxRuntime"] = [],
        ["Inference"] = ["Ethereum", "OnnxRuntime"],
        ["Samples"] = ["Ethereum", "Inference"],
        ["Blobs"] = ["Ethereum"],
        ["Signing"] = ["Ethereum"],
        ["Attestation"] = ["Ethereum"],
        ["PrivateRequests"] = ["Ethereum"],
        ["PrivateService"] = ["Ethereum", "Contracts", "Inference", "Attestation", "PrivateRequests"],
        ["Client"] = ["Ethereum", "Contracts", "Attestation", "PrivateRequests"],
        ["ReceiptBundles"] = ["Ethereum", "Contracts", "Attestation", "Indexer"],
        ["Database"] = ["Ethereum"],
        ["Sending"] = ["Ethereum", "Database"],
        ["Relayer"] = ["Ethereum", "Contracts", "Inference", "Blobs", "Signing", "Attestation", "Database", "Sending", "Prover", "PrivateRequests", "PrivateService"],
        ["Prover"] = ["Ethereum", "Inference"],
        ["Benchmarks"] = ["Ethereum", "Foundry", "Contracts", "OnnxRuntime", "Inference", "Samples", "Blobs", "Database", "Sending", "Relayer", "Prover", "Attestation", "Indexer", "PrivateRequests", "PrivateService", "Client"],
        ["Indexer"] = ["Ethereum", "Contracts", "Database", "Blobs"],
        ["IndexerClient"] = ["Ethereum"],
        ["Explorer"] = ["Ethereum", "Contracts", "Attestation"],
        ["Cli"] =
        [
            "Ethereum", "Foundry", "BindingGenerator", "Contracts", "Inference", "Samples", "Blobs", "Signing", "Database", "Sending", "Relayer", "Prover", "Attestation",
            "Indexer", "Explorer", "Benchmarks", "PrivateRequests", "PrivateService", "Client", "ReceiptBundles", "IndexerClient",
        ],
    };

    [Fact]
    public void Every_project_refers_only_to_what_its_place_allows()
    {
        var projects = SourceTree.Projects().Where(path => !SourceTree.Relative(path).StartsWith("tests/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(projects);
        foreach (var project in projects)
        {
            var name = Path.GetFileNameWithoutExtension(project);
            Assert.True(Allowed.TryGetValue(name, out var allowed), $"{name} has no place in the order of dependencies yet.");
            Assert.Empty(SourceTree.ReferencesOf(project).Except(allowed, StringComparer.Ordinal));
        }
    }

    [Fact]
    public void The_ethereum_library_knows_nothing_else_of_ours_and_no_package()
    {
        foreach (var path in SourceTree.Files(".cs").Where(InEthereum))
        {
            foreach (Match match in OurNamespace().Matches(File.ReadAllText(path)))
                Assert.True(match.Value.StartsWith("OpenGradient.Ethereum", StringComparison.Ordinal), $"{path} uses {match.Value}");
        }

        Assert.DoesNotContain("PackageReference", SourceTree.Read("src/Ethereum/Ethereum.csproj"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_solution_holds_every_project()
    {
        var solution = SourceTree.Read("OpenGradient.Relayer.sln").Replace('\\', '/');
        foreach (var project in SourceTree.Projects())
            Assert.Contains(SourceTree.Relative(project), solution, StringComparison.Ordinal);
    }

    private static bool InEthereum(string path) => SourceTree.Relative(path).StartsWith("src/Ethereum/", StringComparison.Ordinal);

    [GeneratedRegex(@"\bOpenGradient\.[A-Z][A-Za-z]*", RegexOptions.None, 1000)]
    private static partial Regex OurNamespace();
}
