using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenGradient.Cli.Tests.Support;
using OpenGradient.Support;

namespace OpenGradient.Cli.Tests.Relayer;

/// <summary>A relayer as an operator runs it: a process that is asked, ended and killed.</summary>
public sealed class RelayerCommandTests(DeployedChainFixture chain) : IDisposable
{
    // The fourth of the local chain's accounts.
    private const string Key = "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6";

    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("og-relayer-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Says_all_that_is_wrong_with_the_settings()
    {
        var config = Path.Combine(_folder.FullName, "wrong.env");
        await File.WriteAllTextAsync(config, "OG_RELAYER_WORKERS=many\nOG_RELAYER_LISTEN=http://0.0.0.0:80\n", Stop);

        var said = await OgRun.RefusalAsync(ExitCode.Usage, "relayer", "run", "--config", config);

        foreach (var name in new[] { "OG_RELAYER_WORKERS", "OG_RELAYER_LISTEN", "OG_RELAYER_RPC_URLS", "OG_RELAYER_DEPLOYMENT", "OG_RELAYER_VERSIONS" })
            Assert.Contains(name, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_says_where_it_found_nobody()
    {
        var said = await OgRun.RefusalAsync(ExitCode.Failed, "relayer", "status", "--url", $"http://127.0.0.1:{FreePort()}");

        Assert.Contains("No relayer answers", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_goes_where_the_pages_have_moved()
    {
        await using var moved = await ServedAnswers.StartAsync(context => context.Response.WriteAsync(
            context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal) ? "[]" : """{"isReady":true,"checks":[]}"""));
        await using var known = await ServedAnswers.StartAsync(context =>
        {
            context.Response.Redirect(moved.Address + context.Request.Path);
            return Task.CompletedTask;
        });

        var report = await OgRun.RunAsync("relayer", "status", "--url", known.Address, "--json");

        Assert.Equal(ExitCode.Success, report.ExitCode);
        Assert.Equal(2, moved.Asked.Count);
    }

    [Fact]
    public async Task Runs_until_it_is_asked_to_end_and_survives_being_killed()
    {
        var port = FreePort();
        var config = await ConfigureAsync(port);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        using (var first = Start(config))
        {
            await AnswersAsync(http, first);
            var report = await OgRun.RunAsync("relayer", "status", "--url", http.BaseAddress.ToString(), "--json");
            using var status = JsonDocument.Parse(report.Output);
            var checks = status.RootElement.GetProperty("health").GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("name").GetString()).ToList();
            Assert.Superset(new HashSet<string?>(StringComparer.Ordinal) { "running", "chain", "endpoints", "quorum", "lag", "key", "stake", "bonds", "breaker", "disk", "database", "jobs" }, checks.ToHashSet(StringComparer.Ordinal));
            // The node is not registered, and that is told.
            Assert.Equal(ExitCode.Failed, report.ExitCode);
            first.Kill();
            await first.WaitForExitAsync(Stop);
        }

        using var second = Start(config);
        await AnswersAsync(http, second);
        using var instances = JsonDocument.Parse(await http.GetStringAsync(new Uri("/api/instances", UriKind.Relative), Stop));
        // Who was killed could not say so.
        Assert.Equal(2, instances.RootElement.GetArrayLength());
        await ProcessSignals.TerminateAsync(second.Id, Stop);
        await second.WaitForExitAsync(Stop).WaitAsync(Eventually.Patience, Stop);
        Assert.Equal(ExitCode.Success, second.ExitCode);
    }

    [Fact]
    public async Task The_doctor_says_what_the_relayer_lacks_and_how_to_mend_it()
    {
        var config = await ConfigureAsync(FreePort());

        var run = await OgRun.RunAsync("doctor", "--relayer", "--config", config, "--json");

        Assert.Equal(ExitCode.MissingPrerequisite, run.ExitCode);
        using var report = JsonDocument.Parse(run.Output);
        var findings = report.RootElement.GetProperty("findings").EnumerateArray().ToDictionary(
            finding => finding.GetProperty("subject").GetString()!, finding => finding, StringComparer.Ordinal);
        foreach (var subject in new[] { "settings", "endpoint 1", "key", "gas", "storage", "inference", "database" })
            Assert.True(findings[subject].GetProperty("health").GetString() == "Good", findings[subject].ToString());
        Assert.Contains("og node register", findings["registration"].GetProperty("remedy").GetString(), StringComparison.Ordinal);
        Assert.Contains("og node stake", findings["stake"].GetProperty("remedy").GetString(), StringComparison.Ordinal);
    }

    private async Task<string> ConfigureAsync(int port)
    {
        var deployment = Path.Combine(_folder.FullName, "deployment.json");
        await File.WriteAllBytesAsync(deployment, chain.AddressesFile, Stop);
        var config = Path.Combine(_folder.FullName, "relayer.env");
        await File.WriteAllTextAsync(
            config,
            $"""
            OG_RELAYER_RPC_URLS={chain.Endpoint}
            OG_RELAYER_DEPLOYMENT={deployment}
            OG_RELAYER_DATABASE=sqlite:{_folder.FullName}/relayer.db
            OG_BLOB_CACHE={_folder.FullName}/blobs
            OG_RELAYER_LISTEN=http://127.0.0.1:{port}
            OG_RELAYER_VERSIONS=all
            OG_NODE_PRIVATE_KEY={Key}
            """,
            Stop);
        return config;
    }

    private static Process Start(string config)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "og.dll"), "relayer", "run", "--json", "--config", config])
        {
            WorkingDirectory = Repository.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OG_ROOT"] = Repository.Root;
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static Task AnswersAsync(HttpClient http, Process process) => Eventually.UntilAsync(
        async () =>
        {
            Assert.False(process.HasExited, "The relayer ended.");
            try
            {
                await http.GetStringAsync(new Uri("/health/live", UriKind.Relative), Stop);
                return true;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        },
        "the relayer answers", Stop);

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
