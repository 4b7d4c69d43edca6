using System.Text;
using OpenGradient.Blobs;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Fetching;

/// <summary>What is told of blobs, and which are given out.</summary>
public sealed class BlobEndpointTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Evidence_is_given_as_an_attachment_that_no_browser_runs()
    {
        var source = new ScriptedSource("/srv/operator/secret-place");
        var page = Encoding.UTF8.GetBytes("<script>alert(1)</script>");
        var evidence = source.Add(page);
        await using var scene = await BlobScene.StartAsync(databases, source);
        await scene.MineAsync(BlobScene.Registered(evidence));
        await scene.StepAsync();

        foreach (var path in (string[])[$"/v1/blobs/{evidence}/content", $"/v1/blobs/{evidence.Value}/content"])
        {
            using var answer = await scene.Client.GetAsync(new Uri(path, UriKind.Relative), Stop);
            Assert.Equal(page, await answer.Content.ReadAsByteArrayAsync(Stop));
            Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType?.MediaType);
            Assert.Equal($"attachment; filename=\"{evidence.Digits}.bin\"", answer.Content.Headers.ContentDisposition?.ToString());
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("default-src 'none'; sandbox", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
            Assert.True(answer.Headers.CacheControl?.Public);
        }

        var (status, told) = await scene.GetAsync($"/v1/blobs/{evidence}");
        Assert.Equal(200, status);
        Assert.Equal(("held", "evidence", 25, "source 1"), (
            told.GetProperty("state").GetString(), told.GetProperty("kinds")[0].GetString(), told.GetProperty("length").GetInt32(), told.GetProperty("source").GetString()));
        Assert.DoesNotContain("operator", told.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json at all, but the secret weights of a closed model")]
    [InlineData("""{ "name": 7 }""")]
    public async Task What_somebody_names_as_a_description_and_is_none_is_not_read_to_anyone(string secret)
    {
        var source = new ScriptedSource("here");
        var artifact = source.Add(Encoding.UTF8.GetBytes(secret));
        await using var scene = await BlobScene.StartAsync(databases, source);
        await scene.MineAsync(BlobScene.Created(1, BlobScene.UriOf(artifact)));
        await scene.StepAsync();

        var (status, refused) = await scene.GetAsync($"/v1/blobs/{artifact}/content");
        var (_, told) = await scene.GetAsync($"/v1/blobs/{artifact}");
        Assert.Equal((404, "What is neither evidence nor a description of a model is not given out."), (status, refused.GetProperty("detail").GetString()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, told.GetProperty("length").ValueKind);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, told.GetProperty("content").ValueKind);
        Assert.NotEmpty(told.GetProperty("metadata_fault").GetString()!);
        Assert.DoesNotContain("secret", told.GetRawText(), StringComparison.Ordinal);
        Assert.NotEmpty((await scene.GetAsync($"/v1/models/{BlobScene.Model(1)}")).Body.GetProperty("metadata_fault").GetString()!);
    }

    [Fact]
    public async Task What_no_row_names_is_not_given_even_where_a_source_has_it()
    {
        var source = new ScriptedSource("here");
        var unnamed = source.Add([1]);
        await using var scene = await BlobScene.StartAsync(databases, source);
        await scene.MineAsync();
        await scene.StepAsync();

        Assert.Equal(404, (await scene.GetAsync($"/v1/blobs/{unnamed}")).Status);
        Assert.Equal(404, (await scene.GetAsync($"/v1/blobs/{unnamed}/content")).Status);
        Assert.Empty(source.Asked);
    }

    [Theory]
    [InlineData("sha256:12")]
    [InlineData("..%2F..%2Fetc%2Fpasswd")]
    [InlineData("0x1234")]
    public async Task What_is_no_hash_is_said_to_be_none(string text)
    {
        await using var scene = await BlobScene.StartAsync(databases, new ScriptedSource("here"));

        Assert.Equal(400, (await scene.GetAsync($"/v1/blobs/{text}")).Status);
        Assert.Equal(400, (await scene.GetAsync($"/v1/blobs/{text}/content")).Status);
    }

    [Fact]
    public async Task A_file_that_changed_is_not_given_and_is_fetched_again()
    {
        var source = new ScriptedSource("here");
        var evidence = source.Add([1, 2, 3]);
        await using var scene = await BlobScene.StartAsync(databases, source);
        await scene.MineAsync(BlobScene.Registered(evidence));
        await scene.StepAsync();
        source.Blobs.Clear();
        foreach (var file in Directory.EnumerateFiles(scene.Folder, evidence.Digits, SearchOption.AllDirectories))
            await File.WriteAllBytesAsync(file, [6, 6, 6], Stop);

        Assert.Equal(503, (await scene.GetAsync($"/v1/blobs/{evidence}/content")).Status);
        source.Add([1, 2, 3]);
        await scene.StepAsync();
        Assert.Equal("held", (await scene.RowAsync(evidence)).State);
        Assert.Equal(200, (int)(await scene.Client.GetAsync(new Uri($"/v1/blobs/{evidence}/content", UriKind.Relative), Stop)).StatusCode);
    }

    [Fact]
    public async Task Without_a_source_nothing_is_fetched_and_everybody_is_told()
    {
        await using var scene = await BlobScene.StartAsync(databases);
        await scene.MineAsync(BlobScene.Registered(BlobHash.Of([1])), BlobScene.Created(1, BlobScene.UriOf(BlobHash.Of([2]))));

        var (status, problem) = await scene.GetAsync($"/v1/blobs/{BlobHash.Of([1])}");
        Assert.Equal((404, "No source of blobs is configured here: nothing is fetched."), (status, problem.GetProperty("detail").GetString()));
        Assert.Equal(0, (await scene.GetAsync("/v1/status")).Body.GetProperty("blobs").GetProperty("sources").GetArrayLength());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await scene.GetAsync($"/v1/models/{BlobScene.Model(1)}")).Body.GetProperty("metadata_name").ValueKind);
    }

    [Fact]
    public async Task Status_and_metrics_tell_how_fetching_goes()
    {
        var source = new ScriptedSource("here");
        await using var scene = await BlobScene.StartAsync(databases, source);
        await scene.MineAsync(BlobScene.Registered(source.Add([1, 2, 3])), BlobScene.Registered(BlobHash.Of([9])));
        await scene.StepAsync();

        var blobs = (await scene.GetAsync("/v1/status")).Body.GetProperty("blobs");
        Assert.Equal("source 1|1|1|1|0|3", string.Join('|', blobs.GetProperty("sources")[0].GetString(), Figure("fetched"), Figure("failed"), Figure("waiting"), Figure("given_up"), Figure("bytes")));
        var metrics = await scene.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Stop);
        foreach (var line in (string[])["og_indexer_blobs_fetched_total 1\n", "og_indexer_blobs_failed_total 1\n", "og_indexer_blobs_waiting 1\n", "og_indexer_blobs_given_up 0\n", "og_indexer_blobs_bytes 3\n"])
            Assert.Contains(line, metrics, StringComparison.Ordinal);

        long Figure(string name) => blobs.GetProperty(name).GetInt64();
    }
}
