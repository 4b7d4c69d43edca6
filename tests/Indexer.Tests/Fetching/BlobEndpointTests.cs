using System.Text;
using OpenGradient.Blobs;
using OpenGradient.Database;
using OpenGradient.Indexer.Fetching;
using OpenGradient.Support;
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
        Assert.Equal((404, "What is neither evidence nor a description is not given out."), (status, refused.GetProperty("detail").GetString()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, told.GetProperty("length").ValueKind);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, told.GetProperty("content").ValueKind);
        Assert.NotEmpty(told.GetProperty("metadata_fault").GetString()!);
        Assert.DoesNotContain("secret", told.GetRawText(), StringComparison.Ordinal);
        Assert.NotEmpty((await scene.GetAsync($"/v1/models/{BlobScene.Model(1)}")).Body.GetProperty("metadata_fault").GetString()!);
    }

    [Fact]
    public async Task Who_names_a_closed_file_as_a_description_learns_neither_its_size_nor_its_place_nor_whether_it_is_json()
    {
        var (folder, storage) = (new ScriptedSource("folder"), new ScriptedSource("storage"));
        BlobHash[] named =
        [
            folder.Add(Encoding.UTF8.GetBytes("""{ "weights": [1, 2, 3] }""")), storage.Add(Encoding.UTF8.GetBytes("not json at all")), storage.Add([0xff, 0xfe]),
            folder.Add(new byte[300_000]), BlobHash.Of([9]),
        ];
        await using var scene = await BlobScene.StartAsync(databases, folder, storage);
        await scene.MineAsync([.. named.Select((hash, i) => BlobScene.Created(i, BlobScene.UriOf(hash)))]);
        await scene.StepAsync();

        List<string> told = [];
        for (var i = 0; i < named.Length; i++)
        {
            var (_, blob) = await scene.GetAsync($"/v1/blobs/{named[i]}");
            var (_, model) = await scene.GetAsync($"/v1/models/{BlobScene.Model(i)}");
            told.Add(string.Join('|', ((string[])["state", "length", "source", "reason", "content", "metadata_fault"]).Select(name => blob.GetProperty(name).ToString()).Append(model.GetProperty("metadata_fault").ToString())));
            Assert.DoesNotContain("source ", told[i], StringComparison.Ordinal);
        }

        // What some place has and is of the length of a description, whatever else it is; and what no place has, or is longer.
        Assert.Equal("held|||||It is not of the form that is asked for.|It is not of the form that is asked for.", Assert.Single(told.Take(3).Distinct(StringComparer.Ordinal)));
        Assert.Equal("waiting|||No place has a description by this hash.|||", Assert.Single(told.Skip(3).Distinct(StringComparer.Ordinal)));
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
    public async Task What_was_here_once_is_told_to_come_again_for_as_long_as_it_is_fetched()
    {
        var source = new ScriptedSource("here");
        var evidence = source.Add([1, 2, 3]);
        await using var scene = await BlobScene.StartAsync(databases, new FetchOptions { CacheFolder = "", MaxMisses = 2 }, source);
        await scene.MineAsync(BlobScene.Registered(evidence));
        await scene.StepAsync();
        scene.Lose(evidence);
        source.Blobs.Clear();

        Assert.Equal((503, BlobRow.Held), await AskAsync());
        await scene.StepAsync();
        Assert.Equal((503, BlobRow.Waiting), await AskAsync());
        await scene.LaterAsync(TimeSpan.FromMinutes(3));
        Assert.Equal((503, BlobRow.GivenUp), await AskAsync());

        // Whoever asked has it looked for once more, after a rest.
        await scene.StepAsync();
        Assert.Equal((BlobRow.Waiting, 3), ((await scene.RowAsync(evidence)).State, source.Asked.Count));
        source.Add([1, 2, 3]);
        await scene.LaterAsync(TimeSpan.FromDays(1));
        Assert.Equal((200, BlobRow.Held), await AskAsync());

        async Task<(int, string)> AskAsync()
        {
            using var answer = await scene.Client.GetAsync(new Uri($"/v1/blobs/{evidence}/content", UriKind.Relative), Stop);
            return ((int)answer.StatusCode, (await scene.RowAsync(evidence)).State);
        }
    }

    [Fact]
    public async Task Evidence_stays_readable_when_a_stranger_names_it_as_a_description()
    {
        var source = new ScriptedSource("here");
        var evidence = source.Add([1, 2, 3]);
        await using var scene = await BlobScene.StartAsync(databases, source);
        await scene.MineAsync(BlobScene.Registered(evidence));
        await scene.StepAsync();

        await scene.Database.WriteAsync(session => BlobTable.WantAsync(session, evidence.Value, BlobKinds.Metadata, 1), Stop);
        Assert.Equal((200, BlobRow.Held), (await StatusAsync(), (await scene.RowAsync(evidence)).State));
        await scene.StepAsync();
        var row = await scene.RowAsync(evidence);
        Assert.Equal((200, BlobRow.Held, (long)(BlobKinds.Evidence | BlobKinds.Metadata), 0L), (await StatusAsync(), row.State, row.Kinds, row.NextAt));
        Assert.Single(source.Asked);

        async Task<int> StatusAsync()
        {
            using var answer = await scene.Client.GetAsync(new Uri($"/v1/blobs/{evidence}/content", UriKind.Relative), Stop);
            return (int)answer.StatusCode;
        }
    }

    [Fact]
    public async Task Nobody_is_asked_afar_for_whoever_reads()
    {
        var (here, afar) = (new ScriptedSource("here") { IsHere = true }, new ScriptedSource("afar"));
        var evidence = afar.Add([1, 2, 3]);
        await using var scene = await BlobScene.StartAsync(databases, here, afar);
        await scene.MineAsync(BlobScene.Registered(evidence));
        await scene.StepAsync();
        scene.Lose(evidence);

        Assert.Equal(503, (await scene.GetAsync($"/v1/blobs/{evidence}/content")).Status);
        Assert.Equal((2, 1), (here.Asked.Count, afar.Asked.Count));
        await scene.StepAsync();
        Assert.Equal(2, afar.Asked.Count);
        using var given = await scene.Client.GetAsync(new Uri($"/v1/blobs/{evidence}/content", UriKind.Relative), Stop);
        Assert.Equal(200, (int)given.StatusCode);
    }

    [Fact]
    public async Task A_disk_that_hangs_holds_up_who_reads_for_the_time_of_a_question_and_no_client_takes_every_place()
    {
        var source = new ScriptedSource("here") { IsHere = true };
        await using var scene = await BlobScene.StartAsync(databases, source);
        var named = Enumerable.Range(0, 5).Select(i => source.Add([1, (byte)i])).ToList();
        await scene.MineAsync([.. named.Select(BlobScene.Registered)]);
        await scene.StepAsync();
        scene.QueryTimeout = TimeSpan.FromSeconds(20);
        await scene.RestartAsync();
        named.ForEach(scene.Lose);
        source.Hangs = _ => true;

        var hanging = named.Take(4).Select(hash => scene.GetAsync($"/v1/blobs/{hash}/content")).ToList();
        await Eventually.UntilAsync(() => source.Asked.Count == 9, "four are read", Stop);
        Assert.Equal((503, "At most 8 blobs are read at once, 4 of them for one client."), await DetailAsync(scene.GetAsync($"/v1/blobs/{named[4]}/content")));
        foreach (var answer in hanging)
            Assert.Equal((503, "It was here once, and is fetched again."), await DetailAsync(answer));

        static async Task<(int, string?)> DetailAsync(Task<(int Status, System.Text.Json.JsonElement Body)> answer) => ((await answer).Status, (await answer).Body.GetProperty("detail").GetString());
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
