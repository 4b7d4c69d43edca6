using System.Text.Json;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.EndToEnd.Tests.Network;

/// <summary>Makes a block now and then on a chain that makes them only for transactions: what waits for the next block would wait for ever.</summary>
internal sealed class BlockMaker : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public BlockMaker(EthereumClient client) => _running = RunAsync(client, _stop.Token);

    /// <summary>Moves the chain's time on, and makes a block at that time.</summary>
    public static async Task PassAsync(EthereumClient client, uint seconds, CancellationToken stop)
    {
        await client.SendAsync(RpcCall.Create("evm_increaseTime", writer => writer.WriteNumberValue(seconds), static (ref Utf8JsonReader _) => true), stop);
        await MineAsync(client, stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private static Task<bool> MineAsync(EthereumClient client, CancellationToken stop) =>
        client.SendAsync(RpcCall.Create("evm_mine", null, static (ref Utf8JsonReader _) => true), stop);

    private static async Task RunAsync(EthereumClient client, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, stop);
                await MineAsync(client, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody needs blocks any more.
        }
    }
}
