using System.Text;
using OpenGradient.Blobs.Folders;
using OpenGradient.Cli.Doctor;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends;
using OpenGradient.Relayer.Hosting;
using OpenGradient.Support;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Cli.Tests.Doctor;

/// <summary>What an operator is told of the servers that are to run text models, before any request does.</summary>
public sealed class ServerChecksTests : IDisposable
{
    private const string Key = "secret-key-of-the-server";

    private static readonly byte[] Document = """{"format":"OpenGradient.TextModel.1","model":"org/small","maxTokens":64}"""u8.ToArray();

    private readonly string _folder = Directory.CreateTempSubdirectory("og-servers-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(200, """{"data":[{"id":"org/small"}]}""", null, Health.Good)]
    [InlineData(200, """{"data":[{"id":"here"}]}""", "here", Health.Good)]
    [InlineData(200, """{"data":[{"id":"another"}]}""", null, Health.Limited)]
    [InlineData(401, "", null, Health.Limited)]
    [InlineData(307, "", null, Health.Limited)]
    public async Task Asks_a_server_of_text_models_whether_it_has_the_model(int status, string answer, string? called, Health expected)
    {
        List<string> paths = [];
        await using var elsewhere = TestServer.Http(_ => throw new InvalidOperationException("Nobody follows redirects: the key is for one server."));
        await using var server = TestServer.Http(request =>
        {
            paths.Add($"{request.Method} {request.Path} {request.Headers["Authorization"]}");
            return (status, status == 307 ? $"Location: {elsewhere.HttpUrl}\r\n" : string.Empty, Encoding.UTF8.GetBytes(answer));
        });

        var finding = await LookAsync(Document, new RemoteServer.Text(new Uri(server.HttpUrl, "/v1/"), called) { Key = Key });

        Assert.Equal(expected, finding.Health);
        Assert.Equal([$"GET /v1/models Bearer {Key}"], paths, StringComparer.Ordinal);
        Assert.DoesNotContain(Key, finding.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_what_such_a_server_cannot_run()
    {
        var server = new RemoteServer.Text(new Uri("http://127.0.0.1:1/v1/"), Model: null);

        Assert.Equal(Health.Broken, (await LookAsync(await File.ReadAllBytesAsync(Repository.PathOf("models", "volatility", "model.onnx"), TestContext.Current.CancellationToken), server)).Health);
        Assert.Contains("cannot be reached", (await LookAsync(Document, server)).ToString(), StringComparison.Ordinal);
        Assert.Contains("in none of our places", (await LookAsync(Document, server, isStored: false)).ToString(), StringComparison.Ordinal);
    }

    private async Task<Finding> LookAsync(byte[] artifact, RemoteServer server, bool isStored = true)
    {
        var stop = TestContext.Current.CancellationToken;
        var store = Directory.CreateDirectory(Path.Combine(_folder, Path.GetRandomFileName())).FullName;
        if (isStored)
            await new FolderBlobStore(store).PutAsync(new MemoryStream(artifact), stop);
        using var blobs = OpenedBlobs.Open(new BlobPlaces(Path.Combine(store, "cache"), 1 << 20, [store], [], 1 << 20), TimeProvider.System);
        return await new ServerChecks(blobs.Reader, TimeSpan.FromSeconds(15)).LookAsync("version", "Active", Hash32.FromUInt256(1u), ArtifactSource.HashOf(artifact), server, stop);
    }
}
