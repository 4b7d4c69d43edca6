using OpenGradient.Blobs.Addresses;
using OpenGradient.Blobs.Http;
using OpenGradient.Blobs.Reading;
using OpenGradient.Blobs.S3;
using OpenGradient.Blobs.Tests.S3;
using OpenGradient.Blobs.Tests.Support;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Blobs.Tests.Addresses;

public sealed class BlobUrisTests : IDisposable
{
    private const string Cid = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi";
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly HttpBlobClient _strangers = new();
    private readonly HttpBlobClient _own = new(new HttpBlobOptions { AllowPrivateAddresses = true, AllowPlainHttp = true });
    private readonly S3BlobStore _s3 = new(new S3Options
    {
        Endpoint = new Uri("https://s3.example"),
        Bucket = "models",
        Credentials = new S3Credentials(S3Fake.KeyId, S3Fake.Secret),
    });

    public void Dispose()
    {
        _strangers.Dispose();
        _own.Dispose();
        _s3.Dispose();
    }

    [Theory]
    [InlineData("https://models.example/a.onnx", "https://models.example/a.onnx")]
    [InlineData("https://models.example/a.onnx?token=abc", "https://models.example/a.onnx?…")]
    [InlineData($"ipfs://{Cid}", $"ipfs://{Cid}")]
    [InlineData($"ipfs://{Cid}/a folder/b.onnx", $"ipfs://{Cid}/a folder/b.onnx")]
    [InlineData("s3://models/a/b.onnx", "s3://models/a/b.onnx")]
    public void A_uri_means_a_place_that_is_named_without_what_may_be_secret(string uri, string name) =>
        Assert.Equal(name, Assert.IsType<UriMeaning.Place>(Uris().Resolve(uri)).Source.Name);

    [Fact]
    public void A_blob_uri_means_any_configured_place() => Assert.IsType<UriMeaning.Anywhere>(Uris().Resolve("blob:"));

    [Theory]
    [InlineData("")]
    [InlineData("a.onnx")]
    [InlineData("http://models.example/a.onnx")]
    [InlineData("https://user:pass@models.example/a.onnx")]
    [InlineData("file:///etc/passwd")]
    [InlineData("data:text/plain,x")]
    [InlineData("gopher://models.example/")]
    [InlineData("ipfs://short")]
    [InlineData($"ipfs://{Cid}/../../api/v0/shutdown")]
    [InlineData($"ipfs://{Cid}/%2e%2e/x")]
    [InlineData($"ipfs://{Cid}?x=1")]
    [InlineData($"ipfs://{Cid}//x")]
    [InlineData("s3://other/a.onnx")]
    [InlineData("s3://models")]
    [InlineData("s3://models/../other/a")]
    public void Anything_else_is_refused_with_a_reason(string uri)
    {
        var refused = Assert.IsType<UriMeaning.Refused>(Uris().Resolve(uri));

        Assert.NotEmpty(refused.Reason);
        Assert.DoesNotContain("pass@", refused.Shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hostile_uri_is_shown_short_and_in_one_line()
    {
        Assert.True(Assert.IsType<UriMeaning.Refused>(Uris().Resolve("x:" + new string('a', 3000))).Shown.Length < 130);
        Assert.DoesNotContain('\n', Assert.IsType<UriMeaning.Refused>(Uris().Resolve("x:\n\u001b[31m")).Shown);
    }

    [Fact]
    public void Places_that_are_not_configured_are_not_asked()
    {
        var bare = new BlobUris(_strangers);

        Assert.Contains("gateway", Assert.IsType<UriMeaning.Refused>(bare.Resolve($"ipfs://{Cid}")).Reason, StringComparison.Ordinal);
        Assert.Contains("S3", Assert.IsType<UriMeaning.Refused>(bare.Resolve("s3://models/a")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_ipfs_comes_from_the_gateway_and_is_checked_by_its_own_hash()
    {
        var content = Samples.Bytes(1000);
        SeenRequest? seen = null;
        await using var server = TestServer.Http(request =>
        {
            seen = request;
            return (200, "", content);
        });
        using var fixture = new ReaderFixture();
        var uris = new BlobUris(_strangers, new IpfsGateway(new Uri($"http://127.0.0.1:{server.Port}"), _own));
        var reader = new BlobReader([], fixture.Cache, uris);

        var found = await reader.ReadAsync(new BlobRequest(BlobHash.Of(content)) { Uris = [$"ipfs://{Cid}/a b.onnx"] }, Stop);
        var other = await reader.ReadAsync(new BlobRequest(BlobHash.Of("other"u8)) { Uris = [$"ipfs://{Cid}"] }, Stop);

        Assert.Equal($"ipfs://{Cid}/a b.onnx", Assert.IsType<BlobReading.Found>(found).Source);
        Assert.Equal([$"ipfs://{Cid}"], Assert.IsType<BlobReading.Corrupt>(other).Sources);
        Assert.Equal($"/ipfs/{Cid}", seen!.Path);
    }

    [Fact]
    public async Task Only_so_many_uris_of_a_stranger_are_looked_at_and_configured_places_come_first()
    {
        using var fixture = new ReaderFixture { Options = new BlobReaderOptions { MaxUris = 2 } };
        var reader = fixture.Over(ScriptedSource.Without("own"));

        var reading = await reader.ReadAsync(new BlobRequest(BlobHash.Of("x"u8)) { Uris = ["blob:", "bad:1", "bad:2", "bad:3"] }, Stop);

        Assert.Equal(["own", "bad:1"], Assert.IsType<BlobReading.NotFound>(reading).Faults.Select(fault => fault.Source).ToArray());
    }

    [Fact]
    public async Task A_stranger_who_names_this_machine_learns_nothing()
    {
        var asked = false;
        await using var server = TestServer.Http(_ =>
        {
            asked = true;
            return (200, "", []);
        });
        using var fixture = new ReaderFixture();
        var reader = new BlobReader([], fixture.Cache, new BlobUris(_strangers));

        var reading = await reader.ReadAsync(new BlobRequest(BlobHash.Of("x"u8)) { Uris = [$"https://127.0.0.1:{server.Port}/x", $"https://localhost:{server.Port}/x"] }, Stop);

        var faults = Assert.IsType<BlobReading.NotFound>(reading).Faults;
        Assert.Equal(2, faults.Count);
        Assert.All(faults, fault => Assert.Contains("private network", fault.Reason, StringComparison.Ordinal));
        Assert.False(asked);
    }

    private BlobUris Uris() => new(_strangers, new IpfsGateway(new Uri("https://ipfs.example"), _own), _s3);
}
