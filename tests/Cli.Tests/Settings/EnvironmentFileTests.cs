using OpenGradient.Cli.Settings;
using OpenGradient.Support;

namespace OpenGradient.Cli.Tests.Settings;

public sealed class EnvironmentFileTests : IDisposable
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public async Task Reads_values_comments_and_quotes()
    {
        var file = await LoadAsync("# a comment\n\nOG_A=1\n  OG_B = \"two words\" \nOG_C=a=b\nOG_D=\n");

        Assert.Equal("1", file.Find("OG_A"));
        Assert.Equal("two words", file.Find("OG_B"));
        Assert.Equal("a=b", file.Find("OG_C"));
        Assert.Null(file.Find("OG_D"));
        Assert.Null(file.Find("OG_E"));
    }

    [Fact]
    public async Task The_environment_wins_over_the_file()
    {
        await File.WriteAllTextAsync(_path, "OG_A=file\nOG_B=file\n", Stop);
        var file = await EnvironmentFile.LoadAsync(_path, name => name == "OG_A" ? "environment" : null, Stop);

        Assert.Equal("environment", file.Find("OG_A"));
        Assert.Equal("file", file.Find("OG_B"));
    }

    [Fact]
    public async Task A_missing_or_empty_file_leaves_the_defaults()
    {
        Assert.Equal(5, (await EnvironmentFile.LoadAsync(_path + ".missing", _ => null, Stop)).Number("OG_A", 5, 0, 10));
        Assert.Equal(5, (await LoadAsync(string.Empty)).Number("OG_A", 5, 0, 10));
    }

    [Fact]
    public async Task A_name_may_be_exported()
    {
        var file = await LoadAsync("export OG_A=1\nexport\t OG_B = 2\nexported=3\nexport=4\n");

        Assert.Equal(["OG_A", "OG_B", "exported", "export"], file.Names);
        Assert.Equal("2", file.Find("OG_B"));
    }

    [Fact]
    public async Task A_pipe_and_a_folder_are_refused_and_never_opened()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no such pipes.");
        File.Delete(_path);
        await PeerProcess.RunAsync("mkfifo", [_path], string.Empty, Stop);

        var link = _path + ".link";
        File.CreateSymbolicLink(link, _path);

        foreach (var path in (string[])[_path, link, Path.GetTempPath(), "/dev/zero"])
        {
            var failure = await Assert.ThrowsAsync<ExpectedFailureException>(
                () => Task.Run(() => EnvironmentFile.LoadAsync(path, _ => null, Stop), Stop).WaitAsync(Eventually.Patience, Stop));

            Assert.Contains("no regular file", failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("hunter2")]
    [InlineData("=hunter2")]
    [InlineData("export hunter2")]
    [InlineData("set OG_B=hunter2")]
    public async Task An_error_names_the_line_and_never_shows_it(string line)
    {
        var failure = await Assert.ThrowsAsync<ExpectedFailureException>(() => LoadAsync($"OG_A=1\n{line}\n"));

        Assert.Equal(ExitCode.Usage, failure.ExitCode);
        Assert.Contains("Line 2", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failure.Message + failure.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_setting_that_is_given_twice_is_refused()
    {
        var failure = await Assert.ThrowsAsync<ExpectedFailureException>(() => LoadAsync("OG_A=1\nexport OG_A=2\n"));

        Assert.Contains("OG_A", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("11")]
    [InlineData("ten")]
    [InlineData("99999999999")]
    public async Task A_number_out_of_range_says_the_range(string text)
    {
        var file = await LoadAsync($"OG_A={text}");

        var failure = Assert.Throws<ExpectedFailureException>(() => file.Number("OG_A", 5, 0, 10));

        Assert.Contains("from 0 to 10", failure.Remedy, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        File.Delete(_path);
        File.Delete(_path + ".link");
    }

    private async Task<EnvironmentFile> LoadAsync(string text)
    {
        await File.WriteAllTextAsync(_path, text, Stop);
        return await EnvironmentFile.LoadAsync(_path, _ => null, Stop);
    }
}
