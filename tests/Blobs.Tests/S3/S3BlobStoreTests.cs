using OpenGradient.Blobs.Reading;
using OpenGradient.Blobs.S3;
using OpenGradient.Blobs.Tests.Support;

namespace OpenGradient.Blobs.Tests.S3;

public sealed class S3BlobStoreTests : IAsyncDisposable
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private static readonly byte[] Content = Samples.Bytes(150_000);
    private static readonly BlobHash Hash = BlobHash.Of(Content);

    private readonly S3Fake _s3 = new();
    private readonly ReaderFixture _fixture = new();

    public async ValueTask DisposeAsync()
    {
        await _s3.DisposeAsync();
        _fixture.Dispose();
    }

    [Fact]
    public async Task Gives_back_what_was_put_and_puts_it_once()
    {
        using var store = Store();

        var first = await store.PutAsync(new MemoryStream(Content), Stop);
        var second = await store.PutAsync(new MemoryStream(Content), Stop);

        Assert.Equal(new BlobWriting.Stored(Hash, Content.Length, WasThere: false), first);
        Assert.Equal(new BlobWriting.Stored(Hash, Content.Length, WasThere: true), second);
        Assert.Equal(["HEAD", "PUT", "HEAD"], _s3.Seen.Select(request => request.Method).ToArray());
        Assert.Equal(Content, _s3.Objects[$"/models/blobs/{Hash.Digits}"]);
        Assert.Equal(Content, await ReadAllAsync(store));
    }

    [Fact]
    public async Task Puts_from_where_the_stream_stands()
    {
        using var store = Store();
        var stream = new MemoryStream([1, 2, 3, .. Content]) { Position = 3 };

        Assert.Equal(Hash, Assert.IsType<BlobWriting.Stored>(await store.PutAsync(stream, Stop)).Hash);

        // It stays the caller's.
        Assert.True(stream.CanRead);
    }

    [Theory]
    [InlineData("strange key/with spaces+plus/ünïcode&=?#%.bin")]
    [InlineData("a//b/c~d*(e)!'f',g;h:i@j$k")]
    [InlineData("back\\slash/%2e%2e/%2F")]
    public async Task Signs_any_key_as_it_is_sent(string key)
    {
        using var store = Store();
        _s3.Objects["/models/" + key] = Content;

        var found = await _fixture.Over(store.FindObject("models", key)!).ReadAsync(new BlobRequest(Hash), Stop);

        Assert.IsType<BlobReading.Found>(found);
    }

    [Fact]
    public async Task Goes_on_where_the_connection_broke()
    {
        using var store = Store();
        _s3.Objects[$"/models/blobs/{Hash.Digits}"] = Content;
        _s3.CutAfter = 60_000;

        Assert.Equal(Content, await ReadAllAsync(store));

        Assert.Equal([200, 206, 206], _s3.Seen.Select(request => request.Status));
    }

    [Fact]
    public async Task A_spoilt_object_is_told_of()
    {
        using var store = Store();
        _s3.Objects[$"/models/blobs/{Hash.Digits}"] = Samples.Flipped(Content);

        var reading = await _fixture.Over(store).ReadAsync(new BlobRequest(Hash), Stop);

        Assert.Equal([store.Name], Assert.IsType<BlobReading.Corrupt>(reading).Sources);
    }

    [Fact]
    public async Task Wrong_credentials_are_refused_and_never_shown()
    {
        const string Wrong = "some-other-secret";
        using var store = Store(new S3Credentials(S3Fake.KeyId, Wrong));

        var writing = await store.PutAsync(new MemoryStream(Content), Stop);
        var reading = await _fixture.Over(store).ReadAsync(new BlobRequest(Hash), Stop);

        Assert.Contains("403", Assert.IsType<BlobWriting.Failed>(writing).Reason, StringComparison.Ordinal);
        Assert.Contains("403", Assert.IsType<BlobReading.Unreachable>(reading).Explanation, StringComparison.Ordinal);
        var shown = $"{writing} {reading} {store} {Options(new S3Credentials(S3Fake.KeyId, Wrong))} {new S3Credentials(S3Fake.KeyId, Wrong)}";
        Assert.DoesNotContain(Wrong, shown, StringComparison.Ordinal);
        Assert.DoesNotContain(S3Fake.KeyId, shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sends_a_session_token_under_the_signature()
    {
        using var store = Store(new S3Credentials(S3Fake.KeyId, S3Fake.Secret, "a-token"));

        Assert.IsType<BlobWriting.Stored>(await store.PutAsync(new MemoryStream(Content), Stop));

        Assert.Equal("a-token", _s3.LastToken);
    }

    [Theory]
    [InlineData(500, typeof(BlobWriting.Failed))]
    [InlineData(301, typeof(BlobWriting.Failed))]
    [InlineData(507, typeof(BlobWriting.NoRoom))]
    [InlineData(413, typeof(BlobWriting.TooLarge))]
    public async Task A_refusal_is_told_by_its_kind(int status, Type kind)
    {
        using var store = Store();
        _s3.Status = status;

        Assert.IsType(kind, await store.PutAsync(new MemoryStream(Content), Stop));
    }

    [Fact]
    public async Task A_storage_that_is_not_there_is_a_failure()
    {
        using var store = new S3BlobStore(Options(Credentials()) with { Endpoint = new Uri("http://127.0.0.1:1") });

        Assert.IsType<BlobWriting.Failed>(await store.PutAsync(new MemoryStream(Content), Stop));
        Assert.True(Assert.IsType<BlobOffer.Failed>(await store.OpenAsync(Hash, 0, Stop)).MayPass);
    }

    [Fact]
    public void Only_buckets_that_are_set_are_read_for_strangers()
    {
        using var store = Store();

        Assert.NotNull(store.FindObject("models", "x"));
        Assert.NotNull(store.FindObject("shared", "x"));
        Assert.Null(store.FindObject("private", "x"));
        Assert.Null(store.FindObject("models", "../private/x"));
        Assert.Null(store.FindObject("models", ""));
        Assert.Null(store.FindObject("models", "line\nbreak"));
        Assert.Null(store.FindObject("models", new string('x', 1025)));
    }

    [Theory]
    [InlineData("http://host/path")]
    [InlineData("http://user:pass@host")]
    [InlineData("ftp://host")]
    public void Refuses_an_address_that_is_no_storage(string endpoint) =>
        Assert.Throws<ArgumentException>(() => new S3BlobStore(Options(Credentials()) with { Endpoint = new Uri(endpoint) }));

    private static S3Credentials Credentials() => new(S3Fake.KeyId, S3Fake.Secret);

    private S3Options Options(S3Credentials credentials) => new()
    {
        Endpoint = _s3.Endpoint,
        Bucket = "models",
        Prefix = "blobs/",
        ReadableBuckets = ["shared"],
        Credentials = credentials,
    };

    private S3BlobStore Store(S3Credentials? credentials = null) => new(Options(credentials ?? Credentials()));

    private async Task<byte[]> ReadAllAsync(S3BlobStore store)
    {
        var found = Assert.IsType<BlobReading.Found>(await _fixture.Over(store).ReadAsync(new BlobRequest(Hash), Stop));
        return await found.Blob.ReadAllAsync(Content.Length, Stop);
    }
}
