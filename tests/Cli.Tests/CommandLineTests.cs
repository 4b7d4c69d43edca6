using System.Text.Json;
using OpenGradient.Foundry;
using OpenGradient.Support;

namespace OpenGradient.Cli.Tests;

public sealed class CommandLineTests
{
    private static readonly string[] Commands =
    [
        "up", "deploy", "key", "node", "model", "request", "receipt", "private", "relayer", "indexer", "attest", "verify", "test", "bench", "doctor", "bindings", "help",
    ];

    [Theory]
    [InlineData("bogus")]
    [InlineData("test", "--bogus")]
    [InlineData("bench", "ethereum", "extra")]
    [InlineData("test", "no-such-suite")]
    [InlineData("bench", "no-such-benchmark")]
    [InlineData("model", "train", "no-such-sample")]
    [InlineData("model")]
    [InlineData("help", "no-such-command")]
    public async Task Wrong_usage_exits_with_2_and_says_what_to_do(params string[] arguments)
    {
        var (exitCode, output, errors) = await RunAsync(arguments);

        Assert.Equal(ExitCode.Usage, exitCode);
        Assert.Empty(output);
        Assert.Contains("og", errors, StringComparison.Ordinal);
        Assert.True(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length >= 2, errors);
    }

    [Fact]
    public async Task Help_names_every_command_and_is_what_og_alone_shows()
    {
        var (exitCode, help, _) = await RunAsync("help");
        var (_, alone, _) = await RunAsync();

        Assert.Equal(ExitCode.Success, exitCode);
        Assert.Equal(help, alone);
        Assert.All(Commands, command => Assert.Contains(command, help, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Help_of_a_command_shows_its_options()
    {
        foreach (var command in Commands)
        {
            var (exitCode, output, _) = await RunAsync("help", command);

            Assert.Equal(ExitCode.Success, exitCode);
            Assert.Contains("--json", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_doctor_reports_json_and_nothing_else_on_standard_output()
    {
        var (exitCode, output, _) = await RunAsync("doctor", "--json");

        using var report = JsonDocument.Parse(output);
        Assert.Equal(exitCode == ExitCode.Success, report.RootElement.GetProperty("healthy").GetBoolean());
        var findings = report.RootElement.GetProperty("findings").EnumerateArray().ToList();
        Assert.Contains(findings, finding => finding.GetProperty("subject").GetString() == "anvil");
        Assert.All(findings, finding => Assert.True(
            finding.GetProperty("health").GetString() == "Good" || finding.GetProperty("remedy").GetString()!.Length > 0));
    }

    [Fact]
    public async Task The_suites_are_the_test_projects_and_what_is_beside_them()
    {
        var (_, output, _) = await RunAsync("test", "--list");

        var projects = Directory.EnumerateFiles(Repository.PathOf("tests"), "*.Tests.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetFileNameWithoutExtension(path));
        Assert.Equal(
            projects.Append("contracts").Append("checks").Order(StringComparer.Ordinal),
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_launcher_names_what_is_missing_and_exits_with_3()
    {
        // A PATH with the shell's own tools and without .NET.
        var folder = Directory.CreateTempSubdirectory("og-path-").FullName;
        foreach (var tool in (string[])["bash", "dirname", "env"])
            File.CreateSymbolicLink(Path.Combine(folder, tool), await WhichAsync(tool));
        try
        {
            var run = await ProgramRunner.RunAsync(
                new ProgramRun(await WhichAsync("bash"), [Repository.PathOf("og"), "help"], Repository.Root)
                {
                    Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = folder },
                },
                TestContext.Current.CancellationToken);

            Assert.Equal(ExitCode.MissingPrerequisite, run.ExitCode);
            Assert.Contains("dotnet was not found. Install the .NET 10 SDK.", run.Errors, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> WhichAsync(string tool) =>
        (await PeerProcess.RunAsync("bash", ["-c", $"command -v {tool}"], string.Empty, TestContext.Current.CancellationToken)).Trim();

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var exitCode = await CommandLine.RunAsync(arguments, output, errors);
        return (exitCode, output.ToString(), errors.ToString());
    }
}
