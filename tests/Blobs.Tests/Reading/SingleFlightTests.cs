using OpenGradient.Blobs.Reading;
using OpenGradient.Blobs.Tests.Support;

namespace OpenGradient.Blobs.Tests.Reading;

/// <summary>However many want a blob, it is fetched once at a time.</summary>
public sealed class SingleFlightTests : IDisposable
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private static readonly byte[] Content = Samples.Bytes(50_000);
    private static readonly BlobHash Hash = BlobHash.Of(Content);

    private readonly ReaderFixture _fixture = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<byte[]?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Many_at_once_ask_once_and_each_has_a_lease_of_its_own()
    {
        var source = Held();
        var reader = _fixture.Over(source);
        var reads = Enumerable.Range(0, 50).Select(_ => reader.ReadAsync(new BlobRequest(Hash), Stop)).ToArray();
        await _asked.Task;
        _answer.SetResult(Content);

        var readings = await Task.WhenAll(reads);

        Assert.Single(source.Offsets);
        var leases = readings.Select(reading => Assert.IsType<BlobReading.Found>(reading).Blob).ToArray();
        Assert.Equal(50, leases.Distinct().Count());
        foreach (var lease in leases)
        {
            Assert.Equal(Content, await lease.ReadAllAsync(Content.Length, Stop));
            lease.Dispose();
        }
    }

    [Fact]
    public async Task Who_leaves_does_not_stop_the_others()
    {
        var reader = _fixture.Over(Held());
        using var leaving = new CancellationTokenSource();
        var first = reader.ReadAsync(new BlobRequest(Hash), leaving.Token);
        await _asked.Task;
        var second = reader.ReadAsync(new BlobRequest(Hash), Stop);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _answer.SetResult(Content);

        Assert.IsType<BlobReading.Found>(await second);
    }

    [Fact]
    public async Task When_all_have_left_the_fetch_ends_and_the_next_goes_on_with_what_it_has()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var source = new ScriptedSource("a", offset => offset == 0
            ? new BlobOffer.Content(new HeldStream(Content[..20_000], begun), 0, Content.Length)
            : new BlobOffer.Content(new MemoryStream(Content[(int)offset..]), offset, Content.Length));
        var reader = _fixture.Over(source);
        using var leaving = new CancellationTokenSource();
        var first = reader.ReadAsync(new BlobRequest(Hash), leaving.Token);
        await begun.Task;

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        var found = Assert.IsType<BlobReading.Found>(await reader.ReadAsync(new BlobRequest(Hash), Stop));

        Assert.Equal([0L, 20_000], source.Offsets);
        Assert.Equal(Content, await found.Blob.ReadAllAsync(Content.Length, Stop));
    }

    [Fact]
    public async Task Those_who_ask_the_same_share_a_failure_too()
    {
        var source = Held();
        var reader = _fixture.Over(source);
        var reads = Enumerable.Range(0, 20).Select(_ => reader.ReadAsync(new BlobRequest(Hash), Stop)).ToArray();
        await _asked.Task;
        _answer.SetResult(null);

        Assert.All(await Task.WhenAll(reads), reading => Assert.IsType<BlobReading.NotFound>(reading));
        Assert.Single(source.Offsets);
    }

    [Fact]
    public async Task Who_allows_more_is_not_told_that_another_allowed_too_little()
    {
        var source = Held();
        var reader = _fixture.Over(source);
        var small = reader.ReadAsync(new BlobRequest(Hash) { MaxBytes = 10 }, Stop);
        await _asked.Task;
        var large = reader.ReadAsync(new BlobRequest(Hash), Stop);
        _answer.SetResult(Content);

        Assert.IsType<BlobReading.TooLarge>(await small);
        Assert.IsType<BlobReading.Found>(await large);
        Assert.Equal(2, source.Offsets.Count);
    }

    [Fact]
    public async Task Different_blobs_do_not_wait_for_each_other()
    {
        var other = Samples.Bytes(100, seed: 5);
        var held = Held();
        var waiting = _fixture.Over(held).ReadAsync(new BlobRequest(Hash), Stop);
        await _asked.Task;

        Assert.IsType<BlobReading.Found>(await _fixture.Over(ScriptedSource.With("b", other)).ReadAsync(new BlobRequest(BlobHash.Of(other)), Stop));

        Assert.False(waiting.IsCompleted);
        _answer.SetResult(Content);
        Assert.IsType<BlobReading.Found>(await waiting);
    }

    private ScriptedSource Held() => new("held", async (offset, cancellationToken) =>
    {
        _asked.TrySetResult();
        return await _answer.Task.WaitAsync(cancellationToken) is { } content
            ? new BlobOffer.Content(new MemoryStream(content[(int)offset..]), offset, content.Length)
            : new BlobOffer.Missing();
    });

    /// <summary>Gives some bytes, and then nothing until somebody gives up.</summary>
    private sealed class HeldStream(byte[] bytes, TaskCompletionSource whenGiven) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Read(buffer.Span) is var count and > 0)
                return count;
            whenGiven.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }
}
