using System.Diagnostics;
using System.Globalization;

namespace OpenGradient.Benchmarks.Indexer;

/// <summary>A canned node in a process of its own, so that the memory of whoever asks it is theirs alone. It ends with its input.</summary>
internal sealed class CannedNodeProcess : IAsyncDisposable
{
    private readonly Process _process;

    private CannedNodeProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<CannedNodeProcess> StartAsync(int blocks, int logsPerBlock, CancellationToken cancellationToken)
    {
        var program = typeof(CannedNodeProcess).Assembly.Location;
        var process = Process.Start(new ProcessStartInfo(
            "dotnet", [program, "canned-node", blocks.ToString(CultureInfo.InvariantCulture), logsPerBlock.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        }) ?? throw new InvalidOperationException("The canned node could not be started.");
        try
        {
            var said = await process.StandardOutput.ReadLineAsync(cancellationToken);
            return Uri.TryCreate(said, UriKind.Absolute, out var address)
                ? new CannedNodeProcess(process, address)
                : throw new InvalidOperationException($"The canned node said no address, but: {said}");
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>What the process does: says where it listens, and answers until its input ends.</summary>
    public static async Task<int> ServeAsync(string blocks, string logsPerBlock)
    {
        var chain = new CannedChain(
            CannedLogs.Tokens(int.Parse(logsPerBlock, CultureInfo.InvariantCulture)), int.Parse(blocks, CultureInfo.InvariantCulture));
        await using var node = await CannedNode.StartAsync(chain, CancellationToken.None);
        await Console.Out.WriteLineAsync(node.Address.ToString());
        await Console.In.ReadToEndAsync();
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
