using System.Text.RegularExpressions;
using OpenGradient.Cli;
using OpenGradient.Support;

namespace OpenGradient.Tidy.Tests;

/// <summary>What the documents say is there, is there.</summary>
public sealed partial class DocumentTests
{
    private const int PageLimitLines = 60;

    [Fact]
    public void Every_place_that_the_architecture_names_exists()
    {
        var named = FolderName().Matches(SourceTree.Read("ARCHITECTURE.md")).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal);

        var missing = named.Where(folder => !Path.Exists(Repository.PathOf(folder)));

        Assert.Empty(missing);
    }

    [Fact]
    public void The_architecture_names_every_project_that_ships_and_every_folder_of_the_ethereum_library()
    {
        var architecture = SourceTree.Read("ARCHITECTURE.md");
        var folders = SourceTree.Projects().Select(path => Path.GetDirectoryName(path)!)
            .Where(folder => !folder.EndsWith(".Tests", StringComparison.Ordinal))
            .Concat(Directory.EnumerateDirectories(Repository.PathOf("src", "Ethereum")).Where(HoldsSources))
            .Select(SourceTree.Relative);

        Assert.Empty(folders.Where(folder => !architecture.Contains($"`{folder}`", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("ARCHITECTURE.md")]
    public void Every_og_command_in_a_document_exists(string document)
    {
        var commands = OgCommand().Matches(SourceTree.Read(document)).Select(match => match.Groups[1].Value.Trim()).ToList();

        if (document == "README.md")
            Assert.True(commands.Contains("up", StringComparer.Ordinal) && commands.Contains("test", StringComparer.Ordinal), "README shows both commands.");
        foreach (var command in commands)
            Assert.Empty(CommandLine.FindMistakes(command.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(mistake => $"og {command}: {mistake}"));
    }

    [Fact]
    public void The_readme_shows_code_that_a_test_runs()
    {
        var run = SourceTree.Read("tests/Contracts.Tests/ReadmeTests.cs");
        var shown = CodeBlock().Match(SourceTree.Read("README.md")).Groups[1].Value
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        Assert.NotEmpty(shown);
        Assert.Empty(shown.Where(line => !run.Contains(line, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_relative_link_leads_somewhere()
    {
        foreach (var path in SourceTree.Files(".md"))
        {
            // In code, brackets before parentheses are something else.
            var broken = Link().Matches(Code().Replace(File.ReadAllText(path), string.Empty))
                .Select(match => match.Groups[1].Value.Split('#')[0])
                .Where(link => link.Length > 0 && !link.Contains("://", StringComparison.Ordinal))
                .Where(link => !Path.Exists(Path.Combine(Path.GetDirectoryName(path)!, link)));
            Assert.Empty(broken.Select(link => $"{SourceTree.Relative(path)}: {link}"));
        }
    }

    [Fact]
    public void Decision_records_are_numbered_without_a_gap_and_fit_a_page()
    {
        var records = Directory.EnumerateFiles(Repository.PathOf("docs", "decisions"), "*.md").Order(StringComparer.Ordinal).ToList();

        Assert.NotEmpty(records);
        for (var i = 0; i < records.Count; i++)
        {
            Assert.StartsWith($"{i + 1:0000}-", Path.GetFileName(records[i]), StringComparison.Ordinal);
            Assert.True(File.ReadLines(records[i]).Count() <= PageLimitLines, $"{records[i]} is longer than a page.");
        }
    }

    private static bool HoldsSources(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Any()
        && Path.GetFileName(folder) is not ("bin" or "obj");

    [GeneratedRegex("`((?:src|tests|contracts|benchmarks|docs|eng)(?:/[A-Za-z0-9.]+)*)/?`", RegexOptions.None, 1000)]
    private static partial Regex FolderName();

    [GeneratedRegex(@"\./og ([a-z][A-Za-z0-9 =-]*)", RegexOptions.None, 1000)]
    private static partial Regex OgCommand();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline, 1000)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("```.*?```", RegexOptions.Singleline, 1000)]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\(([^)\s]+)\)", RegexOptions.None, 1000)]
    private static partial Regex Link();
}
