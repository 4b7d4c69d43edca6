using System.Text.RegularExpressions;

namespace OpenGradient.Tidy.Tests;

/// <summary>What the sources say, and must not say.</summary>
public sealed partial class WordingTests
{
    [Fact]
    public void No_source_leaves_work_undone_or_names_a_machine()
    {
        var found = SourceTree.Files(".cs", ".sol", ".mjs", ".md", ".json", ".toml", ".props", ".csproj", ".sh")
            .Where(path => Path.GetFileName(path) != "WordingTests.cs")
            .SelectMany(path => File.ReadLines(path).Select((line, index) => (Path: path, Number: index + 1, Line: line)))
            .Where(item => Unfinished().IsMatch(item.Line) || MachinePath().IsMatch(item.Line))
            .Select(item => $"{SourceTree.Relative(item.Path)}:{item.Number}: {item.Line.Trim()}");

        Assert.Empty(found);
    }

    [Fact]
    public void Tests_are_named_by_sentences()
    {
        var tests = SourceTree.Files(".cs")
            .Where(path => SourceTree.Relative(path).StartsWith("tests/", StringComparison.Ordinal))
            .SelectMany(path => TestMethod().Matches(File.ReadAllText(path)))
            .Select(match => match.Groups[1].Value)
            .ToList();

        Assert.NotEmpty(tests);
        Assert.Empty(tests.Where(name => !Sentence().IsMatch(name)));
    }

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException", RegexOptions.None, 1000)]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"(?<![\w.])/(work|root|home/\w+|Users/\w+)/", RegexOptions.None, 1000)]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\[(?:Fact|Theory)[^\]]*\](?:\s*\[[^\]]*\])*\s*public (?:static )?(?:async )?[\w<>]+ (\w+)\(", RegexOptions.None, 5000)]
    private static partial Regex TestMethod();

    [GeneratedRegex("^[A-Z][A-Za-z0-9]*(_[A-Za-z0-9]+)+$", RegexOptions.None, 1000)]
    private static partial Regex Sentence();
}
