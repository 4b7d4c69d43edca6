using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace OpenGradient.Benchmarks.Indexer;

/// <summary>
/// Ponder, another indexer, on the same node and the same events, with tables of the same rows and balances: from its first question for logs until it says
/// that it is ready. Its packages are its own, in benchmarks/Indexer/peer.
/// </summary>
internal static partial class PonderPeer
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    /// <summary>Events a second.</summary>
    /// <param name="repositoryRoot">The checkout.</param>
    /// <param name="node">Where it asks.</param>
    /// <param name="lastBlock">Where it ends.</param>
    /// <param name="events">So many it must have handled.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static async Task<double> MeasureAsync(string repositoryRoot, CannedNode node, int lastBlock, long events, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(repositoryRoot, "benchmarks", "Indexer", "peer");
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
            await InstallAsync(folder, cancellationToken);
        RemoveState(folder);
        var port = FreePort();
        var start = new ProcessStartInfo(
            "node", [Path.Combine("node_modules", "ponder", "dist", "esm", "bin", "ponder.js"), "start", "--schema", "bench", "--port", port, "--log-level", "warn"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["PONDER_TELEMETRY_DISABLED"] = "1";
        start.Environment["OG_BENCH_RPC"] = node.Address.ToString();
        start.Environment["OG_BENCH_LAST_BLOCK"] = lastBlock.ToString(CultureInfo.InvariantCulture);
        start.Environment.Remove("DATABASE_URL");
        using var process = Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
        try
        {
            var said = process.StandardOutput.ReadToEndAsync(cancellationToken);
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            await ReadyAsync(client, process, said, cancellationToken);
            var elapsed = Stopwatch.GetElapsedTime(node.FirstLogsAt);
            var metrics = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellationToken);
            var handled = Handled().Matches(metrics).Sum(line => double.Parse(line.Groups["count"].Value, CultureInfo.InvariantCulture));
            return handled >= events
                ? events / elapsed.TotalSeconds
                : throw new InvalidOperationException($"Ponder handled {handled} of {events} events.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            RemoveState(folder);
        }
    }

    /// <summary>Whether it is the peer that failed: its packages, its process, or what it answers; not who waited for it.</summary>
    public static bool IsFailure(Exception failure, CancellationToken cancellationToken) =>
        failure is InvalidOperationException or Win32Exception or HttpRequestException or IOException
        || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    // What it has read it would not read again.
    private static void RemoveState(string folder)
    {
        var state = Path.Combine(folder, ".ponder");
        if (Directory.Exists(state))
            Directory.Delete(state, recursive: true);
    }

    private static async Task ReadyAsync(HttpClient client, Process process, Task<string> said, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Limit);
        while (!await IsReadyAsync(client, limited.Token))
        {
            if (process.HasExited)
                throw new InvalidOperationException($"Ponder ended early: {await said}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), limited.Token);
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri("/ready", UriKind.Relative), cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return false;
        }
    }

    // By its lock file. Not `npm ci`, which wants the builds of a dependency for other systems to be listed, which registries may leave out.
    private static async Task InstallAsync(string folder, CancellationToken cancellationToken)
    {
        using var install = Process.Start(new ProcessStartInfo("npm", ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]) { WorkingDirectory = folder })
            ?? throw new InvalidOperationException("npm did not start.");
        await install.WaitForExitAsync(cancellationToken);
        if (install.ExitCode != 0)
            throw new InvalidOperationException($"npm could not install the peer: exit code {install.ExitCode}.");
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("^ponder_indexing_completed_events\\{[^}]*\\} (?<count>\\S+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Handled();
}
