using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Blobs.Folders;
using OpenGradient.Database;
using OpenGradient.Samples;

namespace OpenGradient.Benchmarks.Relayer;

/// <summary>A relayer as an operator runs it: a process of its own, by settings, whose memory and start are nobody else's.</summary>
internal sealed class RelayerProgram : IAsyncDisposable
{
    // The third of the local chain's accounts, which everybody knows.
    private const string NodeKey = "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a";
    private static readonly TimeSpan MostSilence = TimeSpan.FromMinutes(1);

    private readonly string _folder;
    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private RelayerProgram(string folder, Process process) => (_folder, _process) = (folder, process);

    public DatabaseOptions Database => DatabaseOptions.Parse($"sqlite:{Path.Combine(_folder, "relayer.db")}");

    /// <summary>From the start of the process to the first answer of its health page.</summary>
    public TimeSpan StartTook { get; private set; }

    /// <summary>What it holds of the machine's memory now, in MiB.</summary>
    public double ResidentMiB => MiBOf("VmRSS");

    /// <summary>The most that it ever held.</summary>
    public double PeakMiB => MiBOf("VmHWM");

    public static async Task<RelayerProgram> StartAsync(string root, BenchNetwork network, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("og-bench-").FullName;
        var blobs = Path.Combine(folder, "blobs");
        await using (var content = File.OpenRead(Path.Combine(root, "models", "volatility", SampleModels.IntegerFile)))
            await new FolderBlobStore(blobs).PutAsync(content, stop);
        await File.WriteAllBytesAsync(Path.Combine(folder, "deployment.json"), network.AddressesFile, stop);
        var address = $"http://127.0.0.1:{FreePort()}";
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OG_RELAYER_RPC_URLS"] = network.Endpoint.ToString(),
            ["OG_RELAYER_DEPLOYMENT"] = Path.Combine(folder, "deployment.json"),
            ["OG_RELAYER_DATABASE"] = $"sqlite:{Path.Combine(folder, "relayer.db")}",
            ["OG_RELAYER_LISTEN"] = address,
            ["OG_RELAYER_VERSIONS"] = "all",
            ["OG_RELAYER_IN_FLIGHT"] = "1000",
            ["OG_BLOB_CACHE"] = Path.Combine(folder, "cache"),
            ["OG_BLOB_FOLDER"] = blobs,
            ["OG_NODE_PRIVATE_KEY"] = NodeKey,
        };
        var file = Path.Combine(folder, "relayer.env");
        await File.WriteAllLinesAsync(file, settings.Select(setting => $"{setting.Key}={setting.Value}"), stop);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "og.dll"), "relayer", "run", "--json", "--config", file])
        {
            WorkingDirectory = root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OG_ROOT"] = root;
        var started = Stopwatch.GetTimestamp();
        var program = new RelayerProgram(folder, Process.Start(start)!);
        try
        {
            program.Listen();
            await program.AnswersAsync(new Uri(new Uri(address), "health/live"), stop);
            program.StartTook = Stopwatch.GetElapsedTime(started);
            return program;
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // Whoever does not read lets it wait for its own log.
    private void Listen()
    {
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += (_, line) => _errors.AppendLine(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private async Task AnswersAsync(Uri page, CancellationToken stop)
    {
        using var http = new HttpClient();
        var patience = new Patience(MostSilence, TimeProvider.System);
        while (true)
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"The relayer ended with {_process.ExitCode}. {_errors}");
            patience.Spend(() => $"{page} does not answer");
            try
            {
                using var answer = await http.GetAsync(page, stop);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(5, stop);
        }
    }

    // As Linux tells it: 0 elsewhere.
    private double MiBOf(string field)
    {
        var file = $"/proc/{_process.Id.ToString(CultureInfo.InvariantCulture)}/status";
        if (!OperatingSystem.IsLinux() || _process.HasExited)
            return 0;
        var told = File.ReadLines(file).First(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(told.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
