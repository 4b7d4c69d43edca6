using OpenGradient.Blobs.Addresses;
using OpenGradient.Blobs.Caching;
using OpenGradient.Blobs.Folders;
using OpenGradient.Blobs.Http;
using OpenGradient.Blobs.Reading;
using OpenGradient.Blobs.Tests.Support;
using OpenGradient.Foundry;
using OpenGradient.Support;

namespace OpenGradient.Blobs.Tests.Folders;

/// <summary>
/// A disk that is really full: a file system in memory of one MiB. Where this process may not mount one, the tests say that they were skipped.
/// </summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private const int TooMuch = 2 << 20;
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly TestFolder _folder = new();
    private bool _isMounted;

    public async ValueTask InitializeAsync() =>
        _isMounted = OperatingSystem.IsLinux() && await RunAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", _folder.Path);

    public async ValueTask DisposeAsync()
    {
        if (_isMounted)
            await RunAsync("umount", _folder.Path);
        _folder.Dispose();
    }

    [Fact]
    public async Task A_store_says_that_the_disk_is_full_and_leaves_nothing_behind()
    {
        Assert.SkipUnless(_isMounted, "A small file system cannot be mounted here.");
        var store = new FolderBlobStore(_folder.Path);

        var writing = await store.PutAsync(new MemoryStream(Samples.Bytes(TooMuch)), Stop);

        Assert.Contains("full", Assert.IsType<BlobWriting.NoRoom>(writing).Reason, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories));
        // And what fits is taken afterwards.
        Assert.IsType<BlobWriting.Stored>(await store.PutAsync(new MemoryStream(Samples.Bytes(TooMuch / 4)), Stop));
    }

    [Fact]
    public async Task A_reader_says_that_the_disk_is_full_and_gives_the_room_back()
    {
        Assert.SkipUnless(_isMounted, "A small file system cannot be mounted here.");
        using var cache = BlobCache.Open(new BlobCacheOptions { Folder = _folder.Path });
        using var http = new HttpBlobClient();
        var large = Samples.Bytes(TooMuch);
        var small = Samples.Bytes(TooMuch / 4);
        var reader = new BlobReader([ScriptedSource.With("a", large)], cache, new BlobUris(http));

        var reading = await reader.ReadAsync(new BlobRequest(BlobHash.Of(large)), Stop);

        Assert.Contains("full", Assert.IsType<BlobReading.NoRoom>(reading).Reason, StringComparison.Ordinal);
        Assert.Equal(0, cache.UsedBytes);
        var again = await new BlobReader([ScriptedSource.With("a", small)], cache, new BlobUris(http)).ReadAsync(new BlobRequest(BlobHash.Of(small)), Stop);
        using var blob = Assert.IsType<BlobReading.Found>(again).Blob;
        Assert.Equal(small, await blob.ReadAllAsync(TooMuch, Stop));
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        try
        {
            return (await ProgramRunner.RunAsync(new ProgramRun(program, arguments, Repository.Root), CancellationToken.None)).Succeeded;
        }
        catch (MissingProgramException)
        {
            return false;
        }
    }
}
