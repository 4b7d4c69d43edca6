using OpenGradient.Cli.Settings;
using OpenGradient.Foundry;
using OpenGradient.Support;

namespace OpenGradient.Cli.Tests.Settings;

public sealed class KnownSettingsTests
{
    [Theory]
    [InlineData("OG_CHAIN_PROT", "OG_CHAIN_PORT")]
    [InlineData("OG_CHAIN_PORTS", "OG_CHAIN_PORT")]
    [InlineData("og_chain_port", "OG_CHAIN_PORT")]
    [InlineData("OG_PORT", "OG_CHAIN_PORT", false)]
    [InlineData("OG_CHAIN_BLOCKTIME_MS", "OG_CHAIN_BLOCK_TIME_MS")]
    [InlineData("OG_CHAIN_BLOCK_TIME", "OG_CHAIN_BLOCK_TIME_MS")]
    public void A_misspelt_name_is_warned_about_and_the_nearest_one_suggested(string name, string meant, bool isNear = true)
    {
        var warning = Assert.Single(KnownSettings.Warnings([name, "PATH", "OG_CHAIN_PORT"], ".env"));

        Assert.StartsWith($"{name} in .env is no setting.", warning, StringComparison.Ordinal);
        Assert.EndsWith(isNear ? $"Did you mean {meant}?" : ".env.example lists them all.", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_that_was_renamed_is_told_by_its_new_name() => Assert.Equal(
        "OG_RELAYER_BLOB_FOLDERS in .env is no setting. It is called OG_BLOB_FOLDER now.", Assert.Single(KnownSettings.Warnings(["OG_RELAYER_BLOB_FOLDERS"], ".env")));

    [Fact]
    public void The_known_names_are_those_of_the_example() => Assert.Equal(
        File.ReadLines(Repository.PathOf(".env.example")).Where(line => line.StartsWith("OG_", StringComparison.Ordinal))
            .Select(line => line.Split('=')[0]),
        KnownSettings.Names,
        StringComparer.Ordinal);

    [Fact]
    public async Task A_command_warns_on_standard_error_and_goes_on()
    {
        var run = await ProgramRunner.RunAsync(
            new ProgramRun("dotnet", [typeof(CommandLine).Assembly.Location, "doctor", "--json"], Repository.Root)
            {
                Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["OG_ROOT"] = Repository.Root, ["OG_CHAIN_PROT"] = "1" },
            },
            TestContext.Current.CancellationToken);

        Assert.Contains("OG_CHAIN_PROT in the environment is no setting. Did you mean OG_CHAIN_PORT?", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("OG_ROOT", run.Errors, StringComparison.Ordinal);
        Assert.StartsWith("{", run.Output, StringComparison.Ordinal);
    }
}
