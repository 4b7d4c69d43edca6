using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OpenGradient.Support.Databases;

/// <summary>
/// A PostgreSQL server of this process alone, in a folder of its own, on a free port of 127.0.0.1. It ends with this object, and with this
/// process however that ends: a shell stands between that holds the reading end of a pipe, which the system closes even on SIGKILL.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    public const string Programs = "/usr/lib/postgresql/15/bin";

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(4);

    // The shell reads words: stop and start the server, while the folder stays; at the end of its input everything goes. What stands in the
    // braces is, by `set -m`, a process group of its own, which no signal to our whole group reaches.
    private const string Script =
        """
        set -u
        programs=$1 port=$2 account=$3
        set -m
        trap '' HUP INT QUIT TERM
        {
          folder=$(mktemp -d /tmp/og-postgres-XXXXXXXX) || exit 1
          as=(env LC_ALL=C.UTF-8)
          if [ "$(id -u)" = 0 ]; then
            chown "$account" "$folder"
            as+=(setpriv --reuid="$account" --regid="$(id -g "$account")" --clear-groups)
          fi
          cd "$folder"
          "${as[@]}" "$programs/initdb" -D "$folder/data" -U og -A trust -E UTF8 --no-sync >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log"; rm -rf "$folder"; exit 1; }
          start() {
            "${as[@]}" "$programs/postgres" -D "$folder/data" -k "$folder" -h 127.0.0.1 -p "$port" -c fsync=off -c max_connections=200 -c shared_buffers=32MB \
              >>"$folder/server.log" 2>&1 </dev/null &
            server=$!
            for _ in $(seq 600); do
              if ! kill -0 "$server" 2>/dev/null; then tail -20 "$folder/server.log"; return 1; fi
              if "$programs/pg_isready" -q -h 127.0.0.1 -p "$port" -U og; then echo "ready"; return 0; fi
              sleep 0.05
            done
            return 1
          }
          stop() { kill "-$1" "$server" 2>/dev/null; wait "$server" 2>/dev/null; }
          if start; then
            while read -r word; do
              case "$word" in
                stop) stop INT; echo "stopped" ;;
                kill) stop QUIT; echo "stopped" ;;
                start) start || echo "failed" ;;
              esac
            done
          fi
          stop QUIT
          rm -rf "$folder"
        } &
        # What the shell says about its jobs is for nobody.
        exec 2>/dev/null
        wait "$!"
        """;

    private readonly Process _shell;

    private PostgresServer(Process shell, int port) => (_shell, Port) = (shell, port);

    public int Port { get; }

    public static async Task<PostgresServer> StartAsync(string account, CancellationToken cancellationToken)
    {
        // Another may take the port between the question and its use.
        const int Attempts = 5;
        var said = "";
        for (var i = 0; i < Attempts; i++)
        {
            var server = Launch(account, FreePort());
            said = await server.AnswerAsync(cancellationToken);
            if (said == "ready")
                return server;
            await server.DisposeAsync();
        }

        throw new InvalidOperationException($"PostgreSQL did not start: {said}");
    }

    /// <summary>Ends the server, orderly or at once, as a restart or a crash does; connections break.</summary>
    public Task StopAsync(bool atOnce, CancellationToken cancellationToken) => SayAsync(atOnce ? "kill" : "stop", "stopped", cancellationToken);

    public Task StartAgainAsync(CancellationToken cancellationToken) => SayAsync("start", "ready", cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync(CancellationToken.None);
        _shell.Dispose();
    }

    private static PostgresServer Launch(string account, int port)
    {
        var start = new ProcessStartInfo("bash", ["-c", Script, "og-postgres", Programs, port.ToString(CultureInfo.InvariantCulture), account])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        return new PostgresServer(Process.Start(start)!, port);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task SayAsync(string word, string answer, CancellationToken cancellationToken)
    {
        await _shell.StandardInput.WriteLineAsync(word.AsMemory(), cancellationToken);
        await _shell.StandardInput.FlushAsync(cancellationToken);
        if (await AnswerAsync(cancellationToken) is var said && said != answer)
            throw new InvalidOperationException($"PostgreSQL was told to {word}, and said: {said}");
    }

    private async Task<string> AnswerAsync(CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(StartLimit);
        var said = new StringBuilder();
        while (await _shell.StandardOutput.ReadLineAsync(limited.Token) is { } line)
        {
            if (line is "ready" or "stopped" or "failed")
                return line;
            said.AppendLine(line);
        }

        return said.ToString();
    }
}
