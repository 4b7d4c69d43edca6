using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using OpenGradient.Blobs.Folders;
using OpenGradient.Contracts.Hub;
using OpenGradient.EndToEnd.Tests.Network;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Tensors;
using OpenGradient.Relayer.Hosting;
using OpenGradient.Support;
using OpenGradient.Support.Rpc;

namespace OpenGradient.EndToEnd.Tests;

/// <summary>A text model behind a server of chat completions: published by its document, and answered through the hub. It has a chain of its own: the shared one has no account left.</summary>
public sealed class TextRequestTests : IAsyncLifetime
{
    private const string Key = "secret-key-of-the-server";

    private static readonly byte[] Document = """{"format":"OpenGradient.TextModel.1","model":"org/small","system":true,"maxTokens":64}"""u8.ToArray();

    private readonly DeployedChainFixture _chain = new();

    public ValueTask InitializeAsync() => _chain.InitializeAsync();

    public ValueTask DisposeAsync() => _chain.DisposeAsync();

    [Fact]
    public async Task A_prompt_is_answered_by_the_server_that_the_operator_names()
    {
        var stop = TestContext.Current.CancellationToken;
        ConcurrentQueue<SeenRequest> seen = new();
        await using var server = TestServer.Http(request =>
        {
            seen.Enqueue(request);
            return (200, string.Empty, """{"choices":[{"message":{"role":"assistant","content":"Grüße"}}]}"""u8.ToArray());
        });
        var network = await TestNetwork.OpenAsync(_chain);
        var versionId = await network.PublishTextAsync(Document, TextSignature.WithSystem.Hash, "assistant");
        using var node = await network.EnlistAsync(9);
        using var relayer = new TestRelayer(_chain.Deployment, _chain.Endpoint);
        relayer.Options = relayer.Options with
        {
            Versions = Relayer.Versions.ServedVersions.Of([versionId]),
            Servers = new Dictionary<Hash32, RemoteServer> { [versionId] = new RemoteServer.Text(new Uri(server.HttpUrl, "/v1/"), "small-here") { Key = Key, MaxPromptBytes = 1_000 } },
        };
        await new FolderBlobStore(relayer.BlobFolder).PutAsync(new MemoryStream(Document), stop);
        await using var host = await relayer.StartAsync(node);

        var asked = await network.AskAsync(versionId, Question("Wie geht's?"));
        var odd = await network.AskAsync(versionId, Encode(new Tensor("prompt", DataType.Uint8, [1], new byte[] { 0xff }), Text("system", "?")));
        var settled = await network.OutputAsync(asked.RequestId);
        await network.ReachesAsync(odd.RequestId, Stage.Failed);

        var answer = Assert.Single(Assert.IsType<TensorDecoding.Decoded>(TensorEncoding.Decode(settled)).Tensors);
        Assert.Equal(("text", "Grüße"), (answer.Name, Encoding.UTF8.GetString(answer.Data.Span)));
        var request = Assert.Single(seen);
        Assert.Equal(("/v1/chat/completions", $"Bearer {Key}"), (request.Path, request.Headers["Authorization"]));
        using var body = JsonDocument.Parse(request.Body);
        Assert.Equal(("small-here", 64), (body.RootElement.GetProperty("model").GetString(), body.RootElement.GetProperty("max_tokens").GetInt32()));

        using var http = new HttpClient { BaseAddress = host.Address };
        foreach (var page in (string[])["/", $"/api/jobs/{asked.RequestId}", "/health/ready", "/metrics"])
            Assert.DoesNotContain(Key, await http.GetStringAsync(new Uri(page, UriKind.Relative), stop), StringComparison.Ordinal);
    }

    private static byte[] Question(string prompt) => Encode(Text("prompt", prompt), Text("system", "Antworte kurz."));

    private static Tensor Text(string name, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new Tensor(name, DataType.Uint8, [(uint)bytes.Length], bytes);
    }

    private static byte[] Encode(params Tensor[] tensors) =>
        TensorEncoding.TryEncode(tensors, out var encoded) is var fault and not TensorFault.None
            ? throw new InvalidOperationException($"The input has no encoding: {fault}.")
            : encoded;
}
