using OpenGradient.Blobs.Caching;
using OpenGradient.Blobs.Reading;
using OpenGradient.Blobs.Tests.Support;

namespace OpenGradient.Blobs.Tests.Caching;

public sealed class BlobCacheTests : IDisposable
{
    private const int Length = 1000;
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly ReaderFixture _fixture = new(budgetBytes: 3 * Length);

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task The_blob_that_was_not_used_for_longest_leaves_first()
    {
        List<BlobHash> evicted = [];
        _fixture.Cache.OnEvicted = (hash, _) => evicted.Add(hash);
        await UseAsync(1);
        await UseAsync(2);
        await UseAsync(3);
        await UseAsync(1);

        await UseAsync(4);

        Assert.Equal([HashOf(2)], evicted);
        Assert.Equal(3 * Length, _fixture.Cache.UsedBytes);
        Assert.Equal(BlobCache.SourceName, await UseAsync(1));
        Assert.Equal("origin", await UseAsync(2));
    }

    [Fact]
    public async Task The_order_of_use_outlives_the_process()
    {
        foreach (var seed in (int[])[1, 2, 3, 1])
        {
            await UseAsync(seed);
            _fixture.Time.Advance(TimeSpan.FromMinutes(1));
        }

        _fixture.Reopen(3 * Length);
        Assert.Equal(3 * Length, _fixture.Cache.UsedBytes);
        await UseAsync(4);

        Assert.Equal(BlobCache.SourceName, await UseAsync(1));
        Assert.Equal("origin", await UseAsync(2));
    }

    [Fact]
    public async Task A_smaller_budget_is_kept_from_the_start()
    {
        await UseAsync(1);
        await UseAsync(2);
        await UseAsync(3);

        _fixture.Reopen(Length + 1);

        Assert.Equal(Length, _fixture.Cache.UsedBytes);
        Assert.Single(BlobFiles());
    }

    [Fact]
    public async Task Blobs_in_use_stay_and_when_nothing_can_leave_there_is_no_room()
    {
        var first = await ReadAsync(1);
        var second = await ReadAsync(2);
        var third = await ReadAsync(3);

        var reading = await OverSamples(4).ReadAsync(new BlobRequest(HashOf(4)), Stop);
        Assert.IsType<BlobReading.NoRoom>(reading);
        Assert.All((BlobLease[])[first, second, third], lease => Assert.True(File.Exists(lease.Path)));

        second.Dispose();
        second.Dispose();
        using var fourth = await ReadAsync(4);
        Assert.False(File.Exists(second.Path));
        Assert.True(File.Exists(first.Path));
        first.Dispose();
        third.Dispose();
    }

    [Fact]
    public async Task A_blob_that_two_use_stays_until_both_are_done()
    {
        var first = await ReadAsync(1);
        var again = await ReadAsync(1);
        first.Dispose();
        await UseAsync(2);
        await UseAsync(3);
        await UseAsync(4);
        await UseAsync(5);

        Assert.Equal(Samples.Bytes(Length, 1), await again.ReadAllAsync(Length, Stop));
        again.Dispose();
        await UseAsync(6);
        await UseAsync(7);
        await UseAsync(8);
        Assert.False(File.Exists(again.Path));
    }

    [Fact]
    public async Task What_is_half_here_leaves_before_what_is_whole()
    {
        var cut = new ScriptedSource("cut", _ => new BlobOffer.Content(new MemoryStream(Samples.Bytes(Length, 1)[..600]), 0, Length));
        _fixture.Options = new BlobReaderOptions { AttemptsPerSource = 1 };
        Assert.IsType<BlobReading.Unreachable>(await _fixture.Over(cut).ReadAsync(new BlobRequest(HashOf(1)), Stop));
        Assert.Equal(600, _fixture.Cache.UsedBytes);

        await UseAsync(2);
        await UseAsync(3);

        Assert.Equal(2600, _fixture.Cache.UsedBytes);
        await UseAsync(4);
        Assert.Equal(3 * Length, _fixture.Cache.UsedBytes);
        Assert.Equal(BlobCache.SourceName, await UseAsync(2));
    }

    [Fact]
    public void Another_process_cannot_open_the_same_folder()
    {
        var options = new BlobCacheOptions { Folder = _fixture.Folder };

        Assert.Contains("in use", Assert.Throws<IOException>(() => BlobCache.Open(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blob_that_the_disk_has_spoilt_is_fetched_anew_and_told_of()
    {
        await UseAsync(1);
        var file = BlobFiles().Single();
        await File.WriteAllBytesAsync(file, Samples.Flipped(Samples.Bytes(Length, 1)), Stop);

        Assert.Equal("origin", await UseAsync(1));

        Assert.Equal((BlobCache.SourceName, SourceFaultKind.Corrupt), _fixture.Faults.Select(fault => (fault.Source, fault.Kind)).Single());
        Assert.Equal(Samples.Bytes(Length, 1), await File.ReadAllBytesAsync(file, Stop));
        Assert.Equal(Length, _fixture.Cache.UsedBytes);
    }

    private static BlobHash HashOf(int seed) => BlobHash.Of(Samples.Bytes(Length, seed));

    private IEnumerable<string> BlobFiles() => Directory.EnumerateFiles(_fixture.Folder, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(file).Length == 64 && Path.GetFileName(Path.GetDirectoryName(file)) != "partial");

    private BlobReader OverSamples(int seed) => _fixture.Over(ScriptedSource.With("origin", Samples.Bytes(Length, seed)));

    private async Task<BlobLease> ReadAsync(int seed) =>
        Assert.IsType<BlobReading.Found>(await OverSamples(seed).ReadAsync(new BlobRequest(HashOf(seed)), Stop)).Blob;

    private async Task<string> UseAsync(int seed)
    {
        var found = Assert.IsType<BlobReading.Found>(await OverSamples(seed).ReadAsync(new BlobRequest(HashOf(seed)), Stop));
        found.Blob.Dispose();
        return found.Source;
    }
}
