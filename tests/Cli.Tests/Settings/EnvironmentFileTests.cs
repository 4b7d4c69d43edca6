using OpenGradient.Cli.Settings;

namespace OpenGradient.Cli.Tests.Settings;

public sealed class EnvironmentFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public void Reads_values_comments_and_quotes()
    {
        var file = Load("# a comment\n\nOG_A=1\n  OG_B = \"two words\" \nOG_C=a=b\nOG_D=\n");

        Assert.Equal("1", file.Find("OG_A"));
        Assert.Equal("two words", file.Find("OG_B"));
        Assert.Equal("a=b", file.Find("OG_C"));
        Assert.Null(file.Find("OG_D"));
        Assert.Null(file.Find("OG_E"));
    }

    [Fact]
    public void The_environment_wins_over_the_file()
    {
        File.WriteAllText(_path, "OG_A=file\nOG_B=file\n");
        var file = EnvironmentFile.Load(_path, name => name == "OG_A" ? "environment" : null);

        Assert.Equal("environment", file.Find("OG_A"));
        Assert.Equal("file", file.Find("OG_B"));
    }

    [Fact]
    public void A_missing_file_leaves_the_defaults() =>
        Assert.Equal(5, EnvironmentFile.Load(_path + ".missing", _ => null).Number("OG_A", 5, 0, 10));

    [Fact]
    public void An_error_names_the_line_and_never_shows_it()
    {
        var failure = Assert.Throws<ExpectedFailureException>(() => Load("OG_A=1\nhunter2\n"));

        Assert.Equal(ExitCode.Usage, failure.ExitCode);
        Assert.Contains("Line 2", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failure.Message + failure.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_that_is_given_twice_is_refused() =>
        Assert.Contains("OG_A", Assert.Throws<ExpectedFailureException>(() => Load("OG_A=1\nOG_A=2\n")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("-1")]
    [InlineData("11")]
    [InlineData("ten")]
    [InlineData("99999999999")]
    public void A_number_out_of_range_says_the_range(string text)
    {
        var failure = Assert.Throws<ExpectedFailureException>(() => Load($"OG_A={text}").Number("OG_A", 5, 0, 10));

        Assert.Contains("from 0 to 10", failure.Remedy, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_path);

    private EnvironmentFile Load(string text)
    {
        File.WriteAllText(_path, text);
        return EnvironmentFile.Load(_path, _ => null);
    }
}
