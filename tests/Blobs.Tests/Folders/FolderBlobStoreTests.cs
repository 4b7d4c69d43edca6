using OpenGradient.Blobs.Folders;
using OpenGradient.Blobs.Tests.Support;
using OpenGradient.Support;

namespace OpenGradient.Blobs.Tests.Folders;

public sealed class FolderBlobStoreTests : IDisposable
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300_000)]
    public async Task Gives_back_what_was_put(int length)
    {
        var store = new FolderBlobStore(_folder.Path);
        var bytes = Samples.Bytes(length);

        var stored = Assert.IsType<BlobWriting.Stored>(await store.PutAsync(new MemoryStream(bytes), Stop));

        Assert.Equal(new BlobWriting.Stored(BlobHash.Of(bytes), length, WasThere: false), stored);
        Assert.Equal(bytes, await ReadAsync(store, stored.Hash, 0));
        Assert.Equal(bytes[(length / 2)..], await ReadAsync(store, stored.Hash, length / 2));
        Assert.True(Assert.IsType<BlobWriting.Stored>(await store.PutAsync(new MemoryStream(bytes), Stop)).WasThere);
    }

    [Fact]
    public async Task Lies_in_a_folder_named_by_the_first_digits()
    {
        var hash = await PutAsync(Samples.Bytes(10));

        Assert.Equal(
            _folder.Of(hash.Digits[..2], hash.Digits), Assert.Single(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories)));
    }

    [Fact]
    public async Task Says_that_it_does_not_have_what_it_does_not_have() => Assert.IsType<BlobOffer.Missing>(
        await new FolderBlobStore(_folder.Path).OpenAsync(BlobHash.Of("nothing"u8), 0, Stop));

    [Fact]
    public async Task Refuses_what_is_larger_than_it_takes_and_leaves_nothing_of_it()
    {
        var store = new FolderBlobStore(_folder.Path, limitBytes: 1000);

        Assert.Equal(new BlobWriting.TooLarge(1000), await store.PutAsync(new MemoryStream(Samples.Bytes(1001)), Stop));

        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories));
        Assert.IsType<BlobWriting.Stored>(await store.PutAsync(new MemoryStream(Samples.Bytes(1000)), Stop));
    }

    [Fact]
    public async Task Mends_a_blob_that_the_disk_has_spoilt_when_it_is_put_again()
    {
        var bytes = Samples.Bytes(1000);
        var hash = await PutAsync(bytes);
        await File.WriteAllBytesAsync(_folder.Of(hash.Digits[..2], hash.Digits), Samples.Flipped(bytes), Stop);

        await PutAsync(bytes);

        Assert.Equal(bytes, await ReadAsync(new FolderBlobStore(_folder.Path), hash, 0));
    }

    [Fact]
    public async Task Many_put_the_same_and_others_at_once()
    {
        var store = new FolderBlobStore(_folder.Path);
        var blobs = Enumerable.Range(0, 40).Select(i => Samples.Bytes(20_000, seed: i % 8)).ToArray();

        var stored = await Task.WhenAll(blobs.Select(bytes => Task.Run(() => store.PutAsync(new MemoryStream(bytes), Stop), Stop)));

        Assert.All(stored, writing => Assert.IsType<BlobWriting.Stored>(writing));
        Assert.Equal(8, Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Count());
        foreach (var bytes in blobs)
            Assert.Equal(bytes, await ReadAsync(store, BlobHash.Of(bytes), 0));
    }

    [Fact]
    public async Task Leaves_nothing_of_a_stream_that_breaks_or_a_wait_that_is_ended()
    {
        var store = new FolderBlobStore(_folder.Path);
        using var cancelled = new CancellationTokenSource();
        var half = new EndlessStream(1 << 18, () => throw new IOException("The other half is gone."));
        var endless = new EndlessStream(1 << 18, cancelled.Cancel);

        Assert.Contains("other half", Assert.IsType<BlobWriting.Failed>(await store.PutAsync(half, Stop)).Reason, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.PutAsync(endless, cancelled.Token));

        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Sweeps_up_what_ended_processes_left_and_spares_what_is_being_written()
    {
        var time = new ManualTime();
        _ = new FolderBlobStore(_folder.Path, clock: time);
        foreach (var (name, age) in new[] { ("old", 25), ("new", 23) })
        {
            await File.WriteAllTextAsync(_folder.Of("tmp", name), name, Stop);
            File.SetLastWriteTimeUtc(_folder.Of("tmp", name), (time.GetUtcNow() - TimeSpan.FromHours(age)).UtcDateTime);
        }

        _ = new FolderBlobStore(_folder.Path, clock: time);

        Assert.Equal(_folder.Of("tmp", "new"), Assert.Single(Directory.EnumerateFiles(_folder.Of("tmp"))));
    }

    private static async Task<byte[]> ReadAsync(FolderBlobStore store, BlobHash hash, long offset)
    {
        var content = Assert.IsType<BlobOffer.Content>(await store.OpenAsync(hash, offset, Stop));
        Assert.Equal(offset, content.Offset);
        await using var stream = content.Stream;
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, Stop);
        return bytes.ToArray();
    }

    private async Task<BlobHash> PutAsync(byte[] bytes) =>
        Assert.IsType<BlobWriting.Stored>(await new FolderBlobStore(_folder.Path).PutAsync(new MemoryStream(bytes), Stop)).Hash;
}
