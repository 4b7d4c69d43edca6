using System.Net;
using OpenGradient.Blobs.Folders;
using OpenGradient.Contracts.Hub;
using OpenGradient.EndToEnd.Tests.Network;
using OpenGradient.EndToEnd.Tests.Ordeals;
using OpenGradient.Inference.Tensors;
using OpenGradient.Support;

namespace OpenGradient.EndToEnd.Tests;

/// <summary>A real relayer, a real model, a real chain.</summary>
[Collection(TestNetwork.OnSharedChain)]
public sealed class SignedRequestTests(DeployedChainFixture chain)
{
    [Fact]
    public async Task Requests_are_answered_by_running_the_published_model()
    {
        var stop = TestContext.Current.CancellationToken;
        var network = await TestNetwork.OpenAsync(chain);
        var floats = await network.PublishAsync("volatility", "model.onnx", "volatility-float");
        var integers = await network.PublishAsync("volatility", "model.ogq", "volatility-integer");
        using var node = await network.EnlistAsync(3);
        using var relayer = new TestRelayer(chain.Deployment, chain.Endpoint);
        await StoreAsync(relayer, "volatility", "model.onnx");
        await StoreAsync(relayer, "volatility", "model.ogq");
        await using var host = await relayer.StartAsync(node);

        var float1 = await network.AskAsync(floats, Returns());
        var integer1 = await network.AskAsync(integers, Quantised());
        var malformed = await network.AskAsync(floats, "no tensors"u8.ToArray());
        await network.ReachesAsync(float1.RequestId, Stage.Settled);
        await network.ReachesAsync(integer1.RequestId, Stage.Settled);
        await network.ReachesAsync(malformed.RequestId, Stage.Failed);

        using var http = new HttpClient { BaseAddress = host.Address };
        using var ready = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), stop);
        Assert.True(ready.StatusCode == HttpStatusCode.OK, await ready.Content.ReadAsStringAsync(stop));
        // What the chain says first, the relayer is told a moment later.
        await RelayerProcess.UntilAsync(
            async () => (await http.GetStringAsync(new Uri($"/api/jobs/{float1.RequestId}", UriKind.Relative), stop)).Contains("\"stage\":\"Settled\"", StringComparison.Ordinal),
            "the relayer says that it is settled");
        Assert.Contains("opengradient_relayer_jobs_filed_total", await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), stop), StringComparison.Ordinal);
        Assert.Contains(float1.RequestId.ToString()[..12], await http.GetStringAsync(new Uri("/", UriKind.Relative), stop), StringComparison.Ordinal);
    }

    private static async Task StoreAsync(TestRelayer relayer, string sample, string file)
    {
        var store = new FolderBlobStore(relayer.BlobFolder);
        await using var content = File.OpenRead(Repository.PathOf("models", sample, file));
        await store.PutAsync(content, TestContext.Current.CancellationToken);
    }

    private static byte[] Returns()
    {
        var data = new byte[16 * sizeof(float)];
        for (var i = 0; i < 16; i++)
            BitConverter.TryWriteBytes(data.AsSpan(i * sizeof(float)), 0.01f * (i - 8));
        return Encode(new Tensor("returns", DataType.Float, [1, 16], data));
    }

    private static byte[] Quantised() => Encode(new Tensor("input", DataType.Uint8, [16], Enumerable.Range(120, 16).Select(i => (byte)i).ToArray()));

    private static byte[] Encode(Tensor tensor) =>
        TensorEncoding.TryEncode([tensor], out var encoded) is var fault and not TensorFault.None
            ? throw new InvalidOperationException($"The input has no encoding: {fault}.")
            : encoded;
}
