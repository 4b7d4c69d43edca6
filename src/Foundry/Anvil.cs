using System.Diagnostics;
using System.Globalization;

namespace OpenGradient.Foundry;

/// <summary>A local chain in a process of its own, bound to 127.0.0.1, that ends with this object.</summary>
public sealed class Anvil : IAsyncDisposable
{
    private const int KeptOutputLines = 40;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Queue<string> _output = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Anvil(Process process) => _process = process;

    /// <summary>The address of the JSON-RPC server over HTTP.</summary>
    public Uri HttpUrl => _listening.Task.IsCompletedSuccessfully
        ? _listening.Task.GetAwaiter().GetResult()
        : throw new InvalidOperationException("anvil has not started.");

    /// <summary>The address of the JSON-RPC server over WebSocket.</summary>
    public Uri WebSocketUrl => new UriBuilder(HttpUrl) { Scheme = "ws" }.Uri;

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a chain and returns when it takes requests; throws with anvil's own words when it does not.</summary>
    public static async Task<Anvil> StartAsync(string repositoryRoot, AnvilOptions options, CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo(FoundryPrograms.Anvil(repositoryRoot), ArgumentsOf(options))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var anvil = new Anvil(new Process { StartInfo = start, EnableRaisingEvents = true });
        try
        {
            await anvil.StartAsync(cancellationToken);
            return anvil;
        }
        catch
        {
            await anvil.DisposeAsync();
            throw;
        }
    }

    /// <summary>Completes when the process has ended by itself or by someone else's hand.</summary>
    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_process.HasExited)
            {
                _process.Kill();
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }
        catch (InvalidOperationException)
        {
            // It was never started, so there is nothing to stop.
        }

        _process.Dispose();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Exited += (_, _) => _listening.TrySetException(new InvalidOperationException(
            $"anvil ended before it listened:{Environment.NewLine}{LastOutput()}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await _listening.Task.WaitAsync(StartLimit, cancellationToken);
    }

    private void Read(string? line)
    {
        if (line is null)
            return;

        const string Marker = "Listening on ";
        if (line.StartsWith(Marker, StringComparison.Ordinal))
            _listening.TrySetResult(new Uri("http://" + line[Marker.Length..].Trim()));

        lock (_output)
        {
            _output.Enqueue(line);
            if (_output.Count > KeptOutputLines)
                _output.Dequeue();
        }
    }

    private string LastOutput()
    {
        lock (_output)
            return string.Join(Environment.NewLine, _output);
    }

    private static List<string> ArgumentsOf(AnvilOptions options)
    {
        List<string> arguments =
        [
            "--host", "127.0.0.1",
            "--port", Text(options.Port),
            "--chain-id", options.ChainId.ToString(),
            "--mnemonic", options.Mnemonic,
            "--accounts", Text(options.Accounts),
            "--hardfork", options.Hardfork,
            "--slots-in-an-epoch", Text(options.SlotsInAnEpoch),
        ];
        if (options.BlockTime is { } blockTime)
            arguments.AddRange(["--block-time", blockTime.TotalSeconds.ToString(CultureInfo.InvariantCulture)]);
        arguments.AddRange(options.ExtraArguments);
        return arguments;

        static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
    }
}
