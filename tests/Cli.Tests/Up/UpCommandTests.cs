using System.Text.Json;
using OpenGradient.Foundry;
using OpenGradient.Support;

namespace OpenGradient.Cli.Tests.Up;

/// <summary><c>og up --once</c>: the whole network, from nothing, in a process of its own.</summary>
public sealed class UpCommandTests : IDisposable
{
    // Whoever works in the checkout may have a network of their own.
    private readonly string _state = Directory.CreateTempSubdirectory("og-up-state-").FullName;

    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_network_comes_up_answers_and_says_so_as_data()
    {
        var run = await ProgramRunner.RunAsync(
            new ProgramRun("dotnet", [typeof(CommandLine).Assembly.Location, "up", "--once", "--json", "--state", _state], Repository.Root)
            {
                Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["OG_ROOT"] = Repository.Root, ["OG_CHAIN_PORT"] = "0" },
            },
            Stop);

        Assert.True(run.ExitCode == ExitCode.Success, run.Output + run.Errors);
        using var report = JsonDocument.Parse(run.Output);
        Assert.All(report.RootElement.GetProperty("checks").EnumerateArray(), check => Assert.True(check.GetProperty("held").GetBoolean(), check.ToString()));
        Assert.Equal(6, report.RootElement.GetProperty("nodes").GetArrayLength());
        var requests = report.RootElement.GetProperty("requests").EnumerateArray().ToList();
        Assert.Equal(
            "Failed 1, Refunded 2, Settled 13, Slashed 1",
            string.Join(", ", requests.GroupBy(request => request.GetProperty("state").GetString(), StringComparer.Ordinal)
                .OrderBy(state => state.Key, StringComparer.Ordinal).Select(state => $"{state.Key} {state.Count()}")));
        foreach (var request in requests.Where(request => request.GetProperty("state").GetString() == "Settled"))
        {
            // What was asked privately shows nothing to the chain.
            var isPrivate = request.GetProperty("scene").GetString() == "an attested node is asked privately";
            Assert.Equal(isPrivate, !request.TryGetProperty("output", out var output) || output.ValueKind == JsonValueKind.Null);
            Assert.True(isPrivate || output.GetString()!.StartsWith("0x", StringComparison.Ordinal));
            Assert.True(request.GetProperty("latencyMs").GetDouble() > 0);
            Assert.True(request.GetProperty("gas").GetProperty("total").GetUInt64() > 0);
            Assert.NotEmpty(request.GetProperty("node").GetString()!);
        }

        // Whoever reads the report sees what its environment is.
        var attested = requests.Where(request => request.GetProperty("assurance").GetString() == "Attested").ToList();
        Assert.Equal(2, attested.Count);
        Assert.All(attested, request => Assert.Equal("attested node (emulated)", request.GetProperty("node").GetString()));
        Assert.Contains(attested, request => request.GetProperty("came").GetString()!.StartsWith("opened by who asked (emulated): ", StringComparison.Ordinal));
        var proven = requests.Where(request => request.GetProperty("assurance").GetString() == "Proven").ToList();
        // What is asked together is settled together.
        Assert.Equal([1, 8], proven.Select(request => request.GetProperty("gas").GetProperty("settledTogether").GetInt32()).Order());

        Assert.Equal(Path.Combine(_state, "deployment.json"), report.RootElement.GetProperty("addressesFile").GetString());
        Assert.True(File.Exists(Path.Combine(_state, "deployment.json")));

        // The command that it gives works as it stands, though the network is gone.
        var command = Assert.Single(requests.Select(request => request.GetProperty("verifyBy").GetString()).OfType<string>());
        var verified = await VerifyAsync(command);
        Assert.True(verified.ExitCode == ExitCode.Success, verified.Output + verified.Errors);
        Assert.Contains("Valid:", verified.Output, StringComparison.Ordinal);
        // Without a block that it rests on it says less.
        Assert.Equal(ExitCode.Failed, (await VerifyAsync(command[..command.LastIndexOf(" --block-hash", StringComparison.Ordinal)])).ExitCode);
    }

    public void Dispose() => Directory.Delete(_state, recursive: true);

    // As a shell would, of the launcher's program.
    private static Task<ProgramResult> VerifyAsync(string command)
    {
        const string Launcher = "./og ";
        Assert.StartsWith(Launcher, command, StringComparison.Ordinal);
        return ProgramRunner.RunAsync(
            new ProgramRun("bash", ["-c", $"dotnet '{typeof(CommandLine).Assembly.Location}' {command[Launcher.Length..]}"], Repository.Root)
            {
                Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["OG_ROOT"] = Repository.Root },
            },
            Stop);
    }
}
