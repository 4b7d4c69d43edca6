using System.Diagnostics;
using System.Globalization;

namespace OpenGradient.Foundry;

/// <summary>A local chain in a process of its own, bound to 127.0.0.1, that ends with this object, and with this process however that ends.</summary>
public sealed class Anvil : IAsyncDisposable
{
    private const int KeptOutputLines = 40;
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    private readonly string _program;
    private readonly Process _process;
    private readonly Queue<string> _output = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Uri? _announced;

    private Anvil(string program, AnvilOptions options)
    {
        _program = program;
        _process = new Process { StartInfo = GuardedStart.Of(program, ArgumentsOf(options)) };
    }

    /// <summary>The address of the JSON-RPC server over HTTP.</summary>
    public Uri HttpUrl => _listening.Task.IsCompletedSuccessfully
        ? _listening.Task.GetAwaiter().GetResult()
        : throw new InvalidOperationException("anvil has not started.");

    /// <summary>The address of the JSON-RPC server over WebSocket.</summary>
    public Uri WebSocketUrl => new UriBuilder(HttpUrl) { Scheme = "ws" }.Uri;

    /// <summary>The chain's own process, which is not a child of this one: see <see cref="GuardedStart"/>.</summary>
    public int ProcessId { get; private set; }

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a chain and returns when it takes requests; throws with anvil's own words when it does not.</summary>
    public static async Task<Anvil> StartAsync(string repositoryRoot, AnvilOptions options, CancellationToken cancellationToken = default)
    {
        var anvil = new Anvil(FoundryPrograms.Anvil(repositoryRoot), options);
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
            _process.StandardInput.Close();
            await _process.WaitForExitAsync(CancellationToken.None);
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
        ProgramRunner.Start(_process);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        // All output has been read when this completes.
        var ended = _process.WaitForExitAsync(cancellationToken);
        try
        {
            if (await Task.WhenAny(_listening.Task, ended).WaitAsync(StartLimit, cancellationToken) == _listening.Task)
                return;
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"anvil did not listen within {StartLimit.TotalSeconds:0} s.{Environment.NewLine}{LastOutput()}", late);
        }

        await ended;
        if (_process.ExitCode is GuardedStart.CannotRun or GuardedStart.NotFound)
            throw new MissingProgramException($"{_program} cannot be run: {LastOutput()}", "Make it executable, or install it anew (`npm ci`).");
        throw new InvalidOperationException($"anvil ended before it listened:{Environment.NewLine}{LastOutput()}");
    }

    private void Read(string? line)
    {
        if (line is null)
            return;

        const string Marker = "Listening on ";
        if (line.StartsWith(GuardedStart.ProcessMarker, StringComparison.Ordinal))
            ProcessId = int.Parse(line.AsSpan(GuardedStart.ProcessMarker.Length), CultureInfo.InvariantCulture);
        else if (line.StartsWith(Marker, StringComparison.Ordinal))
            _announced = new Uri("http://" + line[Marker.Length..].Trim());

        else
            Keep(line);

        // Both lines come over one stream, and nothing but habit says which is first.
        if (ProcessId != 0 && _announced is not null)
            _listening.TrySetResult(_announced);
    }

    private void Keep(string line)
    {
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
