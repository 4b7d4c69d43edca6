using System.Net;
using System.Text;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Tests.Fetching;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Api;

/// <summary>What may be kept of an answer, and by what it is known again.</summary>
public sealed class CachingTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private const string Proof = "/v1/events/hub_requested/2-0/proof";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_proof_of_a_final_row_may_be_kept_and_that_there_is_none_may_not()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(3);
        index.Chain.Blocks.Finalize(index.Chain.Blocks.Head.Number);
        index.Chain.Blocks.Mine();
        await index.SettleAsync();

        index.BeforeBlock = () => throw new NodeBusyException("rate limited");
        await IsNotKeptAsync(index.Client, Proof, HttpStatusCode.ServiceUnavailable);
        index.BeforeBlock = () => throw new InvalidOperationException("nobody foresaw it");
        await IsNotKeptAsync(index.Client, Proof, HttpStatusCode.InternalServerError);
        index.BeforeBlock = () => Task.CompletedTask;
        index.ReceiptLie = static _ => [];
        await IsNotKeptAsync(index.Client, Proof, HttpStatusCode.BadGateway);
        index.ReceiptLie = static receipts => receipts;
        using var proof = await index.Client.GetAsync(new Uri(Proof, UriKind.Relative), Stop);

        Assert.Equal((HttpStatusCode.OK, "public, max-age=3600"), (proof.StatusCode, proof.Headers.CacheControl?.ToString()));
    }

    [Theory]
    [InlineData("/v1/requests/buckets?every=day&value=fee", HttpStatusCode.BadRequest)]
    [InlineData("/v1/requests?nonsense=1", HttpStatusCode.BadRequest)]
    [InlineData("/v1/nowhere", HttpStatusCode.NotFound)]
    [InlineData("/health/ready", HttpStatusCode.ServiceUnavailable)]
    public async Task What_is_wrong_is_not_kept_and_is_not_known_again(string path, HttpStatusCode status)
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync(), new ApiOptions { RequestsPerSecond = 10_000, BucketMaxValues = 1 });
        await index.MineRequestsAsync(3);

        await IsNotKeptAsync(index.Client, path, status);
    }

    [Theory]
    [InlineData("/v1/models")]
    [InlineData("/v1/models/buckets?every=day&by=metadata_name")]
    public async Task A_description_that_was_fetched_while_the_chain_stood_still_is_told(string path)
    {
        var source = new ScriptedSource("here");
        var description = source.Add(Encoding.UTF8.GetBytes("""{ "name": "a good model", "description": "Says how much." }"""));
        await using var scene = await BlobScene.StartAsync(databases, source);
        await scene.MineAsync(BlobScene.Created(1, BlobScene.UriOf(description)));
        using var before = await scene.Client.GetAsync(new Uri(path, UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.NotModified, await AgainAsync(scene.Client, path, before));
        await scene.StepAsync();

        Assert.Equal(HttpStatusCode.OK, await AgainAsync(scene.Client, path, before));
        Assert.Contains("a good model", await scene.Client.GetStringAsync(new Uri(path, UriKind.Relative), Stop), StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> AgainAsync(HttpClient client, string path, HttpResponseMessage known)
    {
        using var question = new HttpRequestMessage(HttpMethod.Get, path);
        question.Headers.IfNoneMatch.Add(known.Headers.ETag!);
        using var answer = await client.SendAsync(question, Stop);
        return answer.StatusCode;
    }

    private static async Task IsNotKeptAsync(HttpClient client, string path, HttpStatusCode status)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Stop);
        Assert.Equal(status, answer.StatusCode);
        Assert.True(answer.Headers.CacheControl is { NoStore: true, Public: false, MaxAge: null }, $"{path}: {answer.Headers.CacheControl}");
        Assert.Null(answer.Headers.ETag);
    }
}
