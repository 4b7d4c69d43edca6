using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using OpenGradient.Cli.Up;
using OpenGradient.Foundry;
using OpenGradient.Support;

namespace OpenGradient.Cli.Tests.Up;

/// <summary>However <c>og up</c> is ended, no chain and no node stays behind, and what was asked to end says so by the same exit code.</summary>
public sealed partial class UpStopTests
{
    private const string ToGroup = "-";
    private const string ToProcess = "";
    private const int KilledExitCode = 128 + 9;
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    // Job control gives og a group of its own, as a terminal does, and leaves SIGINT as it is: a shell without it would have og ignore that. So
    // would whatever ignores signals above it, as nohup does: env sets them back. What does not end by its signal is killed in the end. Minutes are
    // what the contracts take to be compiled, where nobody has done so before.
    private const string Script = """
        set -m
        env --default-signal=HUP,INT,QUIT dotnet "$1" up --no-examples --state "$5" >"$2" &
        og=$!
        for ((waited = 0; waited < 6000; waited++)); do
          grep -q "stays up at" "$2" && break
          kill -0 "$og" 2>/dev/null || break
          sleep 0.1
        done
        kill -"$3" -- "$4$og"
        { sleep 240; kill -KILL -- "-$og"; } >/dev/null 2>&1 &
        guard=$!
        wait "$og" 2>/dev/null
        exit_code=$?
        kill -- "-$guard"
        exit "$exit_code"
        """;

    [Theory]
    [InlineData("INT", ToGroup, ExitCode.Success)]
    [InlineData("HUP", ToGroup, ExitCode.Success)]
    [InlineData("QUIT", ToGroup, ExitCode.Success)]
    [InlineData("TERM", ToProcess, ExitCode.Success)]
    [InlineData("KILL", ToProcess, KilledExitCode)]
    [InlineData("KILL", ToGroup, KilledExitCode)]
    public async Task No_signal_leaves_anything_behind(string signal, string target, int exitCode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no such signals.");
        var (shown, state) = (Path.GetTempFileName(), Directory.CreateTempSubdirectory("og-up-state-").FullName);
        try
        {
            var run = await ProgramRunner.RunAsync(
                new ProgramRun("bash", ["-c", Script, "bash", typeof(CommandLine).Assembly.Location, shown, signal, target, state], Repository.Root)
                {
                    Environment = new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["OG_ROOT"] = Repository.Root,
                        ["OG_CHAIN_PORT"] = "0",
                    },
                },
                Stop);

            var text = await File.ReadAllTextAsync(shown, Stop);
            Assert.True(run.ExitCode == exitCode, $"{run.ExitCode}: {text}{run.Errors}");
            var ports = PortsIn(text);
            Assert.True(ports.Count == 9, text);
            foreach (var port in ports)
                Assert.True(await IsClosedAsync(port), $"Something still listens at {port}.");
            // Nothing of it holds the folder, which another may take.
            using var next = UpState.Take(new Checkout(Repository.Root), state);
        }
        finally
        {
            File.Delete(shown);
            Directory.Delete(state, recursive: true);
        }
    }

    // Of the chain, of six nodes' pages, of the private relay, and of the indexer.
    private static List<int> PortsIn(string text) =>
        [.. Port().Matches(text).Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).Distinct()];

    [GeneratedRegex("http://127\\.0\\.0\\.1:([0-9]+)", RegexOptions.None, 1000)]
    private static partial Regex Port();

    private static async Task<bool> IsClosedAsync(int port)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < Eventually.Patience)
        {
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, Stop);
            }
            catch (SocketException)
            {
                return true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), Stop);
        }

        return false;
    }
}
