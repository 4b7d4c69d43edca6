using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenGradient.Benchmarks.Measuring;

/// <summary>
/// The other side of a benchmark: a Node process that is given the data once and then asked to time its cases, a JSON line each way. It is
/// kept alive over all rounds, so that its just-in-time compiler is as warm as ours.
/// </summary>
public sealed class NodePeer : IAsyncDisposable
{
    private readonly Process _process;

    private NodePeer(Process process) => _process = process;

    /// <summary>Node's version, as the peer reports it.</summary>
    public string Runtime { get; private set; } = string.Empty;

    /// <summary>Starts <c>benchmarks/peers/NAME.mjs</c> and hands it the data.</summary>
    public static async Task<NodePeer> StartAsync(string repositoryRoot, string name, JsonObject data, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("node", [Path.Combine("benchmarks", "peers", name + ".mjs")])
        {
            WorkingDirectory = repositoryRoot,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        var peer = new NodePeer(Process.Start(start) ?? throw new InvalidOperationException("node did not start."));
        try
        {
            var answer = await peer.AskAsync(new JsonObject { ["data"] = data }, cancellationToken);
            peer.Runtime = (string?)answer["runtime"] ?? string.Empty;
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the peer computes for a case, to hold against ours.</summary>
    public async Task<string> DigestAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(new JsonObject { ["digest"] = name }, cancellationToken);
        return (string?)answer["digest"] ?? throw new InvalidOperationException($"The peer has no case '{name}'.");
    }

    /// <summary>Runs a case for about so long and gives nanoseconds per operation.</summary>
    public async Task<double> TimeAsync(string name, TimeSpan duration, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(
            new JsonObject { ["time"] = name, ["milliseconds"] = duration.TotalMilliseconds }, cancellationToken);
        return (double?)answer["nanosecondsPerOperation"] ?? throw new InvalidOperationException($"The peer did not time '{name}'.");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task<JsonObject> AskAsync(JsonObject question, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(question.ToJsonString().AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        var line = await _process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException("The benchmark's peer ended early; its own message stands above.");
        var answer = JsonNode.Parse(line)?.AsObject() ?? throw new JsonException("The peer answered null.");
        return answer["error"] is { } error ? throw new InvalidOperationException($"The peer failed: {error}") : answer;
    }
}
