using System.Text.Json;
using OpenGradient.Support;

namespace OpenGradient.Tidy.Tests;

/// <summary>What is installed is pinned, and pinned without naming where it came from.</summary>
public sealed class LockFileTests
{
    [Fact]
    public void Every_project_has_a_lock_file() => Assert.Empty(
        SourceTree.Projects().Where(path => !File.Exists(Path.Combine(Path.GetDirectoryName(path)!, "packages.lock.json"))));

    [Fact]
    public void No_project_states_a_version_of_its_own()
    {
        var stated = SourceTree.Projects().Where(path => File.ReadLines(path).Any(line =>
            line.Contains("PackageReference", StringComparison.Ordinal) && line.Contains("Version=", StringComparison.Ordinal)));

        Assert.Empty(stated);
    }

    [Fact]
    public void The_npm_lock_file_matches_the_manifest_and_pins_exact_versions()
    {
        using var manifest = JsonDocument.Parse(SourceTree.Read("package.json"));
        using var locked = JsonDocument.Parse(SourceTree.Read("package-lock.json"));
        var packages = locked.RootElement.GetProperty("packages");
        foreach (var kind in (string[])["devDependencies", "optionalDependencies"])
        {
            var wanted = manifest.RootElement.GetProperty(kind).EnumerateObject().ToList();
            Assert.NotEmpty(wanted);
            foreach (var package in wanted)
            {
                Assert.Equal(package.Value.GetString(), packages.GetProperty("").GetProperty(kind).GetProperty(package.Name).GetString());
                Assert.Equal(package.Value.GetString(), packages.GetProperty("node_modules/" + package.Name).GetProperty("version").GetString());
            }
        }
    }

    [Fact]
    public void No_lock_file_names_where_a_package_was_fetched_from()
    {
        Assert.DoesNotContain("\"resolved\"", SourceTree.Read("package-lock.json"), StringComparison.Ordinal);
        Assert.False(File.Exists(Repository.PathOf("NuGet.Config")), "Package sources are the machine's own affair.");
    }
}
