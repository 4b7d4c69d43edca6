using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using OpenGradient.Support;

namespace OpenGradient.Foundry.Tests;

public sealed class AnvilTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Starts_a_chain_with_the_fixed_id_and_ends_it()
    {
        int processId;
        await using (var anvil = await Anvil.StartAsync(Repository.Root, new AnvilOptions(), Stop))
        {
            processId = anvil.ProcessId;
            Assert.Equal("0x7a69", await AskAsync(anvil.HttpUrl, "eth_chainId"));
            Assert.Equal("127.0.0.1", anvil.HttpUrl.Host);
            Assert.Equal("ws", anvil.WebSocketUrl.Scheme);
        }

        Assert.Throws<ArgumentException>(() => Process.GetProcessById(processId));
    }

    [Fact]
    public async Task Is_out_of_reach_of_signals_that_the_terminal_sends_to_our_group()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Process groups are read from /proc.");
        await using var anvil = await Anvil.StartAsync(Repository.Root, new AnvilOptions(), Stop);

        Assert.NotEqual(GroupOf(Environment.ProcessId), GroupOf(anvil.ProcessId));
    }

    [Fact]
    public async Task Says_why_it_did_not_start()
    {
        await using var first = await Anvil.StartAsync(Repository.Root, new AnvilOptions(), Stop);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Anvil.StartAsync(Repository.Root, new AnvilOptions { Port = first.HttpUrl.Port }, Stop));

        Assert.Contains("in use", failure.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("og-guarded", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_program_names_the_package_and_the_command_that_installs_it()
    {
        var failure = await Assert.ThrowsAsync<MissingProgramException>(() => Anvil.StartAsync(Path.GetTempPath(), new AnvilOptions(), Stop));

        Assert.Contains("npm ci", failure.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_cannot_be_run_is_told_from_one_that_failed()
    {
        var package = Directory.CreateTempSubdirectory("og-anvil-");
        var program = Path.Combine(package.FullName, "node_modules", "@foundry-rs", "anvil-linux-amd64", "bin", "anvil");
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        await File.WriteAllTextAsync(program, "not executable", Stop);
        try
        {
            var failure = await Assert.ThrowsAsync<MissingProgramException>(() => Anvil.StartAsync(package.FullName, new AnvilOptions(), Stop));

            Assert.Contains("Permission denied", failure.Problem, StringComparison.Ordinal);
            Assert.Contains("npm ci", failure.Remedy, StringComparison.Ordinal);
        }
        finally
        {
            package.Delete(recursive: true);
        }
    }

    // The third field after the name, which stands in parentheses and may hold anything.
    private static int GroupOf(int processId)
    {
        var status = File.ReadAllText($"/proc/{processId}/stat");
        return int.Parse(status[(status.LastIndexOf(')') + 2)..].Split(' ')[2], CultureInfo.InvariantCulture);
    }

    private static async Task<string?> AskAsync(Uri url, string method)
    {
        using var client = new HttpClient();
        using var response = await client.PostAsJsonAsync(url, new { jsonrpc = "2.0", id = 1, method, @params = Array.Empty<string>() }, Stop);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Stop));
        return answer.RootElement.GetProperty("result").GetString();
    }
}
