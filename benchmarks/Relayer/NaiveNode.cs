using System.Diagnostics;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Foundry;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Integer;
using OpenGradient.Samples;

namespace OpenGradient.Benchmarks.Relayer;

/// <summary>The usual way: one request after another, one transaction for each, and waiting until it is mined. It stores nothing.</summary>
internal static class NaiveNode
{
    /// <summary>Settled requests a second, on a chain that mines each transaction at once, which is the best that it can get.</summary>
    public static async Task<double> MeasureAsync(string root, int requests, CancellationToken stop)
    {
        await using var network = await BenchNetwork.StartAsync(root, blockTime: null, stop);
        var artifact = await File.ReadAllBytesAsync(Path.Combine(root, "models", "volatility", SampleModels.IntegerFile), stop);
        var model = IntegerModel.Read(artifact, ArtifactLimits.Default) is IntegerReading.Accepted(var read)
            ? read
            : throw new InvalidOperationException("The sample is no integer model.");
        var asked = await AskedAsync(network, requests, stop);
        var sender = new DevelopmentSender(network.Client, network.Node, network.Deployment.ChainId);
        var domain = new HubDomain(network.Deployment.ChainId, network.Deployment.Hub);
        var payee = await new INodeRegistryContract(network.Client, network.Deployment.Nodes).CallPayeeOfAsync(network.Node.Address, cancellationToken: stop);

        var started = Stopwatch.GetTimestamp();
        foreach (var told in asked)
        {
            IntegerExecutor.Run(model, told.Input.Span[^16..]);
            var now = await network.Hub.CallActiveTimeAsync(BlockTag.Pending, stop);
            byte[] output = [1];
            var submission = await domain.SignAsync(
                new IHubContract.Submission(
                    new IHubContract.Ask(told.Request, told.Requester, told.Nonce), new IHubContract.Terms([], []), Keccak256.Hash(output),
                    network.Node.Address, payee, 0, now, told.Request.Deadline, Hash32.Zero, ReadOnlyMemory<byte>.Empty, output),
                network.Node, stop);
            await sender.SendAsync(network.Hub.PrepareSettle(submission), gasLimit: 500_000, stop);
        }

        return requests / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<IReadOnlyList<IHubContract.RequestedEvent>> AskedAsync(BenchNetwork network, int requests, CancellationToken stop)
    {
        await network.AskAsync(requests, assigned: true, stop);
        var logs = await network.Client.GetLogsAsync(
            network.Deployment.FirstBlock, BlockTag.Latest,
            LogFilter.Of(network.Deployment.Hub, IHubContract.RequestedEvent.Topic0), stop);
        return [.. logs.Select(log => IHubContract.RequestedEvent.Decode(log.Content))];
    }
}
