using System.Text.RegularExpressions;
using OpenGradient.Foundry;

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
    public void The_deployment_script_reads_exactly_the_settings_that_it_is_given()
    {
        var read = SourceTree.Files(".sol")
            .Where(path => SourceTree.Relative(path).StartsWith("contracts/script/", StringComparison.Ordinal))
            .SelectMany(path => QuotedSetting().Matches(File.ReadAllText(path)))
            .Select(match => match.Groups[1].Value)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);

        Assert.Equal(DeploymentSettings.Names.Order(StringComparer.Ordinal), read);
    }

    [Fact]
    public void The_defaults_in_the_example_are_those_of_the_deployment_script()
    {
        var script = SourceTree.Read("contracts/script/deployment/Configuration.sol");
        var defaults = NumberInScript().Matches(script).ToDictionary(
            match => match.Groups[1].Value, match => long.Parse(match.Groups[2].ValueSpan, provider: null) * UnitOf(match.Groups[3].Value),
            StringComparer.Ordinal);
        var example = NumberInExample().Matches(SourceTree.Read(".env.example"))
            .Where(match => match.Groups[1].Value.StartsWith("OG_DEPLOY_", StringComparison.Ordinal))
            .ToDictionary(match => match.Groups[1].Value, match => long.Parse(match.Groups[2].ValueSpan, provider: null), StringComparer.Ordinal);

        Assert.NotEmpty(example);
        Assert.Equal(example.OrderBy(setting => setting.Key, StringComparer.Ordinal), defaults.OrderBy(setting => setting.Key, StringComparer.Ordinal));
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

    private static long UnitOf(string word) => word switch
    {
        "minutes" => 60,
        "hours" => 3600,
        "days" => 86400,
        _ => 1,
    };

    [GeneratedRegex("\"(OG_DEPLOY_[A-Z0-9_]+)\", ([0-9_]+)(?: (minutes|hours|days))?[,)]", RegexOptions.None, 1000)]
    private static partial Regex NumberInScript();

    [GeneratedRegex("^(OG_[A-Z0-9_]+)=([0-9]+)$", RegexOptions.Multiline, 1000)]
    private static partial Regex NumberInExample();

    [GeneratedRegex("^(OG_[A-Z0-9_]+)=", RegexOptions.Multiline, 1000)]
    private static partial Regex ListedSetting();
}
