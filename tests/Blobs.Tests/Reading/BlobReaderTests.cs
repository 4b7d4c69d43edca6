using OpenGradient.Blobs.Caching;
using OpenGradient.Blobs.Folders;
using OpenGradient.Blobs.Reading;
using OpenGradient.Blobs.Tests.Support;

namespace OpenGradient.Blobs.Tests.Reading;

public sealed class BlobReaderTests : IDisposable
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private static readonly byte[] Content = Samples.Bytes(200_000);
    private static readonly BlobHash Hash = BlobHash.Of(Content);

    private readonly ReaderFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Asks_one_place_after_the_other_and_then_the_cache()
    {
        var reader = _fixture.Over(ScriptedSource.Without("a"), ScriptedSource.Down("b"), ScriptedSource.With("c", Content));

        var found = await FindAsync(reader);
        var again = await FindAsync(reader);

        Assert.Equal("c", found.Source);
        Assert.Equal([("a", SourceFaultKind.Missing), ("b", SourceFaultKind.Unreachable)], found.Faults.Select(fault => (fault.Source, fault.Kind)));
        Assert.Equal(BlobCache.SourceName, again.Source);
        Assert.Empty(again.Faults);
        Assert.Equal(2, _fixture.Readings.Count);
    }

    [Fact]
    public async Task Asks_nobody_afar_where_only_what_is_here_was_asked_for()
    {
        using var folder = new TestFolder();
        var store = new FolderBlobStore(folder.Path);
        var afar = ScriptedSource.With("afar", Content);
        var reader = _fixture.Over(afar, store);
        var request = new BlobRequest(Hash) { IsOnlyHere = true, Uris = ["https://elsewhere.example/it"] };

        Assert.IsType<BlobReading.NotFound>(await reader.ReadAsync(request, Stop));
        using (var content = new MemoryStream(Content))
            Assert.IsType<BlobWriting.Stored>(await store.PutAsync(content, Stop));
        using (var fromFolder = Assert.IsType<BlobReading.Found>(await reader.ReadAsync(request, Stop)).Blob)
            Assert.Equal(Content.Length, fromFolder.Length);
        Assert.Empty(afar.Offsets);

        Assert.Equal("afar", (await FindAsync(reader)).Source);
        var cached = Assert.IsType<BlobReading.Found>(await reader.ReadAsync(request, Stop));
        Assert.Equal(BlobCache.SourceName, cached.Source);
        cached.Blob.Dispose();
    }

    [Fact]
    public async Task Names_who_lies_and_takes_the_blob_from_the_next()
    {
        var liar = ScriptedSource.With("liar", Samples.Flipped(Content));

        var found = await FindAsync(_fixture.Over(liar, ScriptedSource.With("honest", Content)));

        Assert.Equal("honest", found.Source);
        Assert.Equal(("liar", SourceFaultKind.Corrupt), found.Faults.Select(fault => (fault.Source, fault.Kind)).Single());
        Assert.Equal(found.Faults, _fixture.Faults);
        Assert.Single(liar.Offsets);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_place_that_gives_more_or_less_than_the_blob_lies(int difference)
    {
        var bytes = difference > 0 ? [.. Content, 0] : Content[..^1];

        var corrupt = Assert.IsType<BlobReading.Corrupt>(await ReadAsync(_fixture.Over(ScriptedSource.With("liar", bytes))));

        Assert.Equal(["liar"], corrupt.Sources);
    }

    [Fact]
    public async Task When_all_lie_or_have_nothing_all_who_lie_are_named()
    {
        var reader = _fixture.Over(
            ScriptedSource.With("x", Samples.Flipped(Content)), ScriptedSource.Without("y"), ScriptedSource.With("z", Samples.Bytes(10, seed: 9)));

        var corrupt = Assert.IsType<BlobReading.Corrupt>(await ReadAsync(reader));

        Assert.Equal(["x", "z"], corrupt.Sources);
        Assert.Equal(0, _fixture.Cache.UsedBytes);
    }

    [Fact]
    public async Task Asking_later_may_help_while_any_place_is_down()
    {
        var reader = _fixture.Over(ScriptedSource.With("x", Samples.Flipped(Content)), ScriptedSource.Down("y"));

        var unreachable = Assert.IsType<BlobReading.Unreachable>(await ReadAsync(reader));

        Assert.Equal("y", Assert.Single(unreachable.Reasons).Source);
        Assert.Equal(2, unreachable.Faults.Count);
    }

    [Fact]
    public async Task Is_not_found_where_nobody_has_it_and_where_there_is_nobody()
    {
        Assert.Equal(2, Assert.IsType<BlobReading.NotFound>(
            await ReadAsync(_fixture.Over(ScriptedSource.Without("x"), ScriptedSource.Without("y")))).Faults.Count);
        Assert.Empty(Assert.IsType<BlobReading.NotFound>(await ReadAsync(_fixture.Over())).Faults);
    }

    [Fact]
    public async Task Stops_at_the_limit_whether_the_length_was_announced_or_not()
    {
        var silent = new ScriptedSource("silent", _ => new BlobOffer.Content(new EndlessStream(1 << 20, () => Assert.Fail("It read on.")), 0, null));
        var announced = ScriptedSource.With("announced", Content);

        var reading = await _fixture.Over(silent, announced).ReadAsync(new BlobRequest(Hash) { MaxBytes = Content.Length - 1 }, Stop);

        Assert.Equal(Content.Length - 1, Assert.IsType<BlobReading.TooLarge>(reading).LimitBytes);
        Assert.All(reading.Faults, fault => Assert.Equal(SourceFaultKind.TooLarge, fault.Kind));
        Assert.IsType<BlobReading.Found>(await _fixture.Over(announced).ReadAsync(new BlobRequest(Hash) { MaxBytes = Content.Length }, Stop));
        // From the cache too: who allows less gets less.
        Assert.IsType<BlobReading.TooLarge>(await _fixture.Over().ReadAsync(new BlobRequest(Hash) { MaxBytes = 10 }, Stop));
    }

    [Fact]
    public async Task Goes_on_where_the_connection_broke()
    {
        var source = Cutting("cutting", Content, piece: 66_000);

        Assert.Equal("cutting", (await FindAsync(_fixture.Over(source))).Source);

        Assert.Equal([0L, 66_000, 132_000, 198_000], source.Offsets);
    }

    [Fact]
    public async Task A_place_that_gives_a_little_each_time_is_left()
    {
        var source = Cutting("drop by drop", Content, piece: 1);

        Assert.IsType<BlobReading.Unreachable>(await ReadAsync(_fixture.Over(source)));

        Assert.Equal(_fixture.Options.AttemptsPerSource, source.Offsets.Count);
    }

    [Fact]
    public async Task Goes_on_at_another_place_with_what_the_first_gave()
    {
        _fixture.Options = new BlobReaderOptions { AttemptsPerSource = 1 };
        var first = Cutting("first", Content, piece: 60_000);
        var second = ScriptedSource.With("second", Content);

        await FindAsync(_fixture.Over(first, second));

        Assert.Equal([60_000L], second.Offsets);
    }

    [Fact]
    public async Task Nobody_is_blamed_for_the_half_that_another_gave()
    {
        _fixture.Options = new BlobReaderOptions { AttemptsPerSource = 1 };
        var liar = Cutting("liar", Samples.Bytes(Content.Length, seed: 7), piece: 60_000);
        _fixture.Options = _fixture.Options with { AttemptsPerSource = 2 };
        var once = new ScriptedSource("liar", offset => offset == 0 ? Offer(liar, offset) : new BlobOffer.Failed("Gone.", MayPass: false));
        var honest = ScriptedSource.With("honest", Content);

        var found = await FindAsync(_fixture.Over(once, honest));

        Assert.Equal("honest", found.Source);
        Assert.Equal([60_000L, 0], honest.Offsets);
        Assert.DoesNotContain(found.Faults, fault => fault.Kind == SourceFaultKind.Corrupt);
    }

    [Fact]
    public async Task Goes_on_after_the_process_ended()
    {
        _fixture.Options = new BlobReaderOptions { AttemptsPerSource = 1 };
        Assert.IsType<BlobReading.Unreachable>(await ReadAsync(_fixture.Over(Cutting("first", Content, piece: 60_000))));
        _fixture.Reopen();
        var second = ScriptedSource.With("second", Content);

        await FindAsync(_fixture.Over(second));

        Assert.Equal([60_000L], second.Offsets);
        Assert.Equal(Content.Length, _fixture.Cache.UsedBytes);
    }

    [Fact]
    public async Task A_place_that_cannot_go_on_is_taken_from_its_beginning()
    {
        var asked = 0;
        var source = new ScriptedSource("whole", _ =>
            new BlobOffer.Content(new MemoryStream(asked++ == 0 ? Content[..50_000] : Content), 0, Content.Length));

        await FindAsync(_fixture.Over(source));

        Assert.Equal([0L, 50_000], source.Offsets);
    }

    [Fact]
    public async Task A_place_that_gives_nothing_several_times_is_left()
    {
        var source = new ScriptedSource("empty", offset => new BlobOffer.Content(Stream.Null, offset, Content.Length));

        var unreachable = Assert.IsType<BlobReading.Unreachable>(await ReadAsync(_fixture.Over(source)));

        Assert.Equal(_fixture.Options.AttemptsPerSource, source.Offsets.Count);
        Assert.Contains("broke off after 0", unreachable.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_place_that_does_not_answer_is_left()
    {
        var source = new ScriptedSource("silent", async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return new BlobOffer.Missing();
        });

        var reading = await _fixture.OutwaitAsync(ReadAsync(_fixture.Over(source)), _fixture.Options.AnswerTimeout + TimeSpan.FromSeconds(1));

        Assert.Contains("No answer within 30 s", Assert.IsType<BlobReading.Unreachable>(reading).Explanation, StringComparison.Ordinal);
        Assert.Equal(_fixture.Options.AttemptsPerSource, source.Offsets.Count);
    }

    [Fact]
    public async Task A_blob_in_a_folder_of_this_machine_is_checked_and_not_copied()
    {
        using var folder = new TestFolder();
        var store = new FolderBlobStore(folder.Path);
        await store.PutAsync(new MemoryStream(Content), Stop);
        var file = folder.Of(Hash.Digits[..2], Hash.Digits);

        var found = Assert.IsType<BlobReading.Found>(await ReadAsync(_fixture.Over(store)));

        Assert.Equal(file, found.Blob.Path);
        Assert.Equal(0, _fixture.Cache.UsedBytes);
        await File.WriteAllBytesAsync(file, Samples.Flipped(Content), Stop);
        Assert.Equal([store.Name], Assert.IsType<BlobReading.Corrupt>(await ReadAsync(_fixture.Over(store))).Sources);
    }

    [Fact]
    public async Task Tells_how_far_it_is()
    {
        var progress = new Told();

        await _fixture.Over(Cutting("a", Content, piece: 70_000)).ReadAsync(new BlobRequest(Hash) { Progress = progress }, Stop);

        Assert.Equal(progress.Steps.OrderBy(step => step.Bytes), progress.Steps);
        Assert.Equal(new BlobProgress("a", Content.Length, Content.Length), progress.Steps[^1]);
    }

    [Fact]
    public async Task An_empty_blob_is_a_blob()
    {
        var reading = await _fixture.Over(ScriptedSource.With("a", [])).ReadAsync(new BlobRequest(BlobHash.Of([])), Stop);

        Assert.Equal(0, Assert.IsType<BlobReading.Found>(reading).Blob.Length);
    }

    private static ScriptedSource Cutting(string name, byte[] content, int piece) => new(name, offset =>
        new BlobOffer.Content(new MemoryStream(content[(int)offset..Math.Min(content.Length, (int)offset + piece)]), offset, content.Length));

    private static BlobOffer Offer(ScriptedSource source, long offset) => source.OpenAsync(Hash, offset, Stop).GetAwaiter().GetResult();

    private static Task<BlobReading> ReadAsync(BlobReader reader) => reader.ReadAsync(new BlobRequest(Hash), Stop);

    private static async Task<BlobReading.Found> FindAsync(BlobReader reader)
    {
        var found = Assert.IsType<BlobReading.Found>(await ReadAsync(reader));
        Assert.Equal(Hash, found.Blob.Hash);
        Assert.Equal(Content, await found.Blob.ReadAllAsync(Content.Length, Stop));
        found.Blob.Dispose();
        return found;
    }

    private sealed class Told : IProgress<BlobProgress>
    {
        public List<BlobProgress> Steps { get; } = [];

        public void Report(BlobProgress value) => Steps.Add(value);
    }
}
