using System.Diagnostics;
using OpenGradient.Blobs.Addresses;
using OpenGradient.Blobs.Caching;
using OpenGradient.Blobs.Folders;
using OpenGradient.Blobs.Http;
using OpenGradient.Blobs.Reading;
using OpenGradient.Blobs.Tests.Support;
using OpenGradient.Support;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Blobs.Tests.Folders;

/// <summary>A process of its own is killed in the middle of a write. The children are explicit tests of this class, which no ordinary run starts.</summary>
public sealed class KilledProcessTests : IDisposable
{
    private const string FolderName = "BLOBS_TEST_FOLDER";
    private const string GatewayName = "BLOBS_TEST_GATEWAY";
    private const int Enough = 1 << 20;
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private static readonly byte[] Content = Samples.Bytes(3 << 20);
    private static readonly BlobHash Hash = BlobHash.Of(Content);

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_store_has_nothing_of_what_a_killed_process_was_writing()
    {
        using var child = Start(nameof(Puts_a_blob_without_an_end), "");
        await WaitAsync(() => SizeOf(_folder.Of("tmp")) > Enough, child);

        await KillAsync(child);

        Assert.Equal([_folder.Of("tmp")], Directory.EnumerateDirectories(_folder.Path).ToArray());
        Assert.NotEqual(0, SizeOf(_folder.Of("tmp")));
        var time = new ManualTime();
        time.Advance(TimeSpan.FromDays(36500));
        var store = new FolderBlobStore(_folder.Path, clock: time);
        Assert.Equal(0, SizeOf(_folder.Of("tmp")));
        Assert.IsType<BlobWriting.Stored>(await store.PutAsync(new MemoryStream(Content), Stop));
    }

    [Fact]
    public async Task A_reader_goes_on_with_what_a_killed_process_had_fetched()
    {
        var isWhole = false;
        await using var server = TestServer.Raw(async (request, stream, token) =>
        {
            var from = request.Headers.TryGetValue("Range", out var range) ? int.Parse(range["bytes=".Length..^1], provider: null) : 0;
            var head = from == 0
                ? TestServer.Head(200, "", Content.Length)
                : TestServer.Head(206, $"Content-Range: bytes {from}-{Content.Length - 1}/{Content.Length}\r\n", Content.Length - from);
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(head), token);
            await stream.WriteAsync(Content.AsMemory(from, isWhole ? Content.Length - from : 2 << 20), token);
            if (!isWhole)
                await Task.Delay(Timeout.Infinite, token);
        });
        using var fixture = new ReaderFixture();
        fixture.Cache.Dispose();
        using var child = Start(nameof(Reads_a_blob_that_does_not_come), server.HttpUrl.AbsoluteUri, fixture.Folder);
        await WaitAsync(() => SizeOf(Path.Combine(fixture.Folder, "partial")) > Enough, child);

        await KillAsync(child);
        isWhole = true;
        fixture.Reopen();
        var fetched = fixture.Cache.UsedBytes;
        List<BlobProgress> steps = [];
        var found = Assert.IsType<BlobReading.Found>(await fixture.Over(new HttpGateway(server.HttpUrl, fixture.Http))
            .ReadAsync(new BlobRequest(Hash) { Progress = new Each(steps.Add) }, Stop));

        Assert.InRange(fetched, Enough, Content.Length - 1);
        Assert.True(steps[0].Bytes > fetched);
        Assert.Equal(Content, await found.Blob.ReadAllAsync(Content.Length, Stop));
    }

    [Fact(Explicit = true)]
    public async Task Puts_a_blob_without_an_end()
    {
        var store = new FolderBlobStore(Environment.GetEnvironmentVariable(FolderName)!);

        Assert.IsType<BlobWriting.Stored>(await store.PutAsync(new EndlessStream(Enough * 2, () => Task.Delay(Timeout.Infinite).GetAwaiter().GetResult()), Stop));
    }

    [Fact(Explicit = true)]
    public async Task Reads_a_blob_that_does_not_come()
    {
        using var cache = BlobCache.Open(new BlobCacheOptions { Folder = Environment.GetEnvironmentVariable(FolderName)! });
        using var http = new HttpBlobClient(new HttpBlobOptions { AllowPrivateAddresses = true, AllowPlainHttp = true });
        var gateway = new HttpGateway(new Uri(Environment.GetEnvironmentVariable(GatewayName)!), http);

        Assert.IsType<BlobReading.Found>(await new BlobReader([gateway], cache, new BlobUris(http)).ReadAsync(new BlobRequest(Hash), Stop));
    }

    private static long SizeOf(string folder) =>
        Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length) : 0;

    private static async Task WaitAsync(Func<bool> isReached, Process child)
    {
        while (!isReached())
        {
            Assert.False(child.HasExited, "The child ended by itself.");
            await Task.Delay(20, Stop);
        }
    }

    private static async Task KillAsync(Process child)
    {
        child.Kill();
        await child.WaitForExitAsync(Stop);
    }

    private Process Start(string test, string gateway, string? folder = null)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])
            [typeof(KilledProcessTests).Assembly.Location, "--explicit", "only", "--filter-method", $"{typeof(KilledProcessTests).FullName}.{test}", "--no-progress"])
            start.ArgumentList.Add(argument);
        start.Environment[FolderName] = folder ?? _folder.Path;
        start.Environment[GatewayName] = gateway;
        return Process.Start(start)!;
    }

    private sealed class Each(Action<BlobProgress> tell) : IProgress<BlobProgress>
    {
        public void Report(BlobProgress value) => tell(value);
    }
}
