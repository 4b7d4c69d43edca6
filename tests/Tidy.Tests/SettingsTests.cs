using System.Text.RegularExpressions;

namespace OpenGradient.Tidy.Tests;

/// <summary>Every setting stands in .env.example, and nothing stands there that no code reads.</summary>
public sealed partial class SettingsTests
{
    // Set by the launcher for the program, not by people.
    private static readonly string[] Internal = ["OG_ROOT"];

    [Fact]
    public void The_example_lists_exactly_the_settings_that_the_code_reads()
    {
        var read = SourceTree.Files(".cs")
            .Where(path => SourceTree.Relative(path).StartsWith("src/", StringComparison.Ordinal))
            .SelectMany(path => QuotedSetting().Matches(File.ReadAllText(path)))
            .Select(match => match.Groups[1].Value)
            .Except(Internal, StringComparer.Ordinal)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        var listed = ListedSetting().Matches(SourceTree.Read(".env.example"))
            .Select(match => match.Groups[1].Value)
            .Order(StringComparer.Ordinal);

        Assert.Equal(read, listed);
    }

    [Fact]
    public void Every_listed_setting_is_explained_above_it()
    {
        var lines = SourceTree.Read(".env.example").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (ListedSetting().IsMatch(lines[i]))
                Assert.StartsWith("#", i == 0 ? string.Empty : lines[i - 1], StringComparison.Ordinal);
        }
    }

    [GeneratedRegex("\"(OG_[A-Z0-9_]+)\"", RegexOptions.None, 1000)]
    private static partial Regex QuotedSetting();

    [GeneratedRegex("^(OG_[A-Z0-9_]+)=", RegexOptions.Multiline, 1000)]
    private static partial Regex ListedSetting();
}
