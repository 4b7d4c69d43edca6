using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Foundry;
using OpenGradient.Relayer.Operations;
using OpenGradient.Support;

namespace OpenGradient.EndToEnd.Tests.Ordeals;

/// <summary>A relayer as an operator runs it, in a process that can be killed, stopped and started again on what it left behind.</summary>
internal sealed class RelayerProcess : IAsyncDisposable
{
    private const int KeptLines = 60;

    private readonly string _config;
    private readonly Queue<string> _said = new();
    private readonly HttpClient _http;
    private Process? _process;

    /// <param name="folder">Where its settings, its cache and perhaps its database are.</param>
    /// <param name="settings">All of them but where it listens.</param>
    public RelayerProcess(string folder, IReadOnlyDictionary<string, string> settings)
    {
        Directory.CreateDirectory(folder);
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{FreePort()}") };
        _config = Path.Combine(folder, "relayer.env");
        var text = new StringBuilder();
        foreach (var (name, value) in settings.Append(new("OG_RELAYER_LISTEN", _http.BaseAddress.GetLeftPart(UriPartial.Authority))))
            text.AppendLine(CultureInfo.InvariantCulture, $"{name}={value}");
        File.WriteAllText(_config, text.ToString());
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Starts it, and waits until it answers.</summary>
    public async Task StartAsync()
    {
        Launch();
        await UntilAsync(async () =>
        {
            Assert.True(IsRunning, $"The relayer ended. {Said()}");
            try
            {
                using var answer = await _http.GetAsync(new Uri("/health/live", UriKind.Relative), Stop);
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, "The relayer answers", this);
    }

    /// <summary>Starts it, and waits for nothing.</summary>
    public void Launch()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "og.dll"), "relayer", "run", "--json", "--config", _config])
        {
            WorkingDirectory = Repository.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OG_ROOT"] = Repository.Root;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>SIGKILL: it has no time for anything.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(Stop);
        _process.Dispose();
        _process = null;
    }

    /// <summary>Waits until it has ended by itself, and gives its exit code.</summary>
    public async Task<int> EndsAsync()
    {
        await _process!.WaitForExitAsync(Stop).WaitAsync(Eventually.Patience, Stop);
        var code = _process.ExitCode;
        _process.Dispose();
        _process = null;
        return code;
    }

    public Task PauseAsync() => SignalAsync("-STOP");

    public Task WakeAsync() => SignalAsync("-CONT");

    /// <summary>What it says of a request; null where it knows nothing of it.</summary>
    public async Task<JobSummary?> JobAsync(Hash32 requestId)
    {
        using var answer = await _http.GetAsync(new Uri($"/api/jobs/{requestId}", UriKind.Relative), Stop);
        return answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<JobDetails>(Stop))?.Job : null;
    }

    /// <summary>All that it says of a request and of itself, for who wonders why nothing came of it.</summary>
    public async Task<string> AccountOfAsync(Hash32 requestId)
    {
        if (!IsRunning)
            return $"It does not run. {Said()}";
        var account = new StringBuilder();
        foreach (var page in new[] { $"/api/jobs/{requestId}", "/health/ready" })
        {
            using var answer = await _http.GetAsync(new Uri(page, UriKind.Relative), Stop);
            account.AppendLine(await answer.Content.ReadAsStringAsync(Stop));
        }

        return account.Append(Said()).ToString();
    }

    /// <summary>Its last words.</summary>
    public string Said()
    {
        lock (_said)
            return string.Join('\n', _said);
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            await WakeAsync();
            await KillAsync();
        }

        _process?.Dispose();
        _http.Dispose();
    }

    /// <summary>Waits for something that must come.</summary>
    public static Task UntilAsync(Func<Task<bool>> isSo, string what, RelayerProcess? who = null) => Eventually.UntilAsync(isSo, what, Stop, () => who?.Said());

    private async Task SignalAsync(string signal)
    {
        var sent = await ProgramRunner.RunAsync(
            new ProgramRun("kill", [signal, _process!.Id.ToString(CultureInfo.InvariantCulture)], Repository.Root), CancellationToken.None);
        Assert.True(sent.Succeeded, sent.Errors);
    }

    private void Keep(string? line)
    {
        lock (_said)
        {
            if (line is not null)
                _said.Enqueue(line);
            if (_said.Count > KeptLines)
                _said.Dequeue();
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
