using System.Text;
using OpenGradient.Blobs;
using OpenGradient.Indexer.Fetching;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Fetching;

public sealed class SqliteBlobFetcherTests(SqliteFixture databases) : BlobFetcherTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresBlobFetcherTests(PostgresFixture databases) : BlobFetcherTests(databases);

/// <summary>Blobs that rows name, and the sources that have them, or say so.</summary>
public abstract class BlobFetcherTests(IDatabaseFixture databases)
{
    private static readonly byte[] Described = Encoding.UTF8.GetBytes("""{ "name": "volatility", "description": "Says how much.", "versions": { "1.0": { "file": "a.onnx", "bytes": 7, "signature": "0x00", "use": "Ask." } } }""");
    private static readonly byte[] Evidence = [1, 2, 3, 4];

    [Fact]
    public async Task What_rows_name_is_fetched_and_a_model_tells_its_description()
    {
        var source = new ScriptedSource("here");
        var (description, evidence) = (source.Add(Described), source.Add(Evidence));
        await using var scene = await BlobScene.StartAsync(databases, source);
        await scene.MineAsync(BlobScene.Created(1, BlobScene.UriOf(description)), BlobScene.Registered(evidence), BlobScene.Created(2, "https://models.example/2"), BlobScene.Created(3, ""));

        var before = await scene.GetAsync($"/v1/models/{BlobScene.Model(1)}");
        await scene.StepAsync();

        Assert.Equal((BlobRow.Held, 1L, "source 1"), ((await scene.RowAsync(description)).State, (await scene.RowAsync(description)).Attempts, (await scene.RowAsync(description)).Source));
        Assert.Equal((BlobRow.Held, 4L), ((await scene.RowAsync(evidence)).State, (await scene.RowAsync(evidence)).Length));
        Assert.Equal(2, source.Asked.Count);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, before.Body.GetProperty("metadata_name").ValueKind);
        var (_, model) = await scene.GetAsync($"/v1/models/{BlobScene.Model(1)}");
        Assert.Equal("volatility", model.GetProperty("metadata_name").GetString());
        Assert.Equal("Says how much.", model.GetProperty("metadata_description").GetString());
        Assert.Equal("""[{"number":"1.0","file":"a.onnx","bytes":7,"use":"Ask."}]""", model.GetProperty("metadata_versions").GetRawText());
        var (_, others) = await scene.GetAsync("/v1/models?metadata_name.null=true");
        Assert.Equal(2, others.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_list_that_was_kept_is_told_anew_once_a_description_came()
    {
        var source = new ScriptedSource("here");
        var description = source.Add(Described);
        await using var scene = await BlobScene.StartAsync(databases, source);
        await scene.MineAsync(BlobScene.Created(1, BlobScene.UriOf(description)));
        using var first = await scene.Client.GetAsync(new Uri("/v1/models", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(304, await AgainAsync());
        await scene.StepAsync();
        Assert.Equal(200, await AgainAsync());

        async Task<int> AgainAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/v1/models", UriKind.Relative));
            request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
            using var answer = await scene.Client.SendAsync(request, TestContext.Current.CancellationToken);
            return (int)answer.StatusCode;
        }
    }

    [Fact]
    public async Task A_source_that_lies_is_named_and_the_next_is_asked()
    {
        var (liar, honest) = (new ScriptedSource("liar") { Lie = [6, 6, 6] }, new ScriptedSource("honest"));
        var evidence = BlobHash.Of(Evidence);
        await using var scene = await BlobScene.StartAsync(databases, liar, honest);
        await scene.MineAsync(BlobScene.Registered(evidence));
        await scene.StepAsync();

        var row = await scene.RowAsync(evidence);
        Assert.Equal((BlobRow.Waiting, "source 1 gave other bytes than the hash says. source 2 does not have it."), (row.State, row.Reason));

        honest.Add(Evidence);
        await scene.LaterAsync(TimeSpan.FromMinutes(1));
        row = await scene.RowAsync(evidence);
        Assert.Equal((BlobRow.Held, "source 2", null), (row.State, row.Source, row.Reason));
        Assert.Equal((1L, 1L), (scene.Desk.Figures.Fetched, scene.Desk.Figures.Failed));
    }

    [Fact]
    public async Task What_is_not_to_be_had_is_tried_again_after_growing_pauses_also_after_a_restart()
    {
        var source = new ScriptedSource("here") { IsDown = true };
        var evidence = BlobHash.Of(Evidence);
        await using var scene = await BlobScene.StartAsync(databases, source);
        await scene.MineAsync(BlobScene.Registered(evidence));

        List<double> pauses = [];
        for (var i = 0; i < 4; i++)
        {
            await scene.StepAsync();
            var row = await scene.RowAsync(evidence);
            pauses.Add((row.NextAt / 1_000.0) - scene.Clock.GetUtcNow().ToUnixTimeSeconds());
            Assert.Equal((i + 1L, "source 1 could not be asked."), (row.Attempts, row.Reason));
            await scene.RestartAsync();
            await scene.StepAsync();
            Assert.Equal(i + 1, source.Asked.Count);
            scene.Clock.Advance(TimeSpan.FromSeconds(pauses[^1] + 1));
        }

        // Between half of 20, 40, 80 and 120 seconds and the whole.
        Assert.All(pauses.Zip([20, 40, 80, 120]), pair => Assert.InRange(pair.First, (pair.Second / 2) - 1, pair.Second + 1));
        source.IsDown = false;
        source.Add(Evidence);
        await scene.StepAsync();
        Assert.Equal(BlobRow.Held, (await scene.RowAsync(evidence)).State);
    }

    [Fact]
    public async Task What_was_tried_often_enough_is_given_up_until_the_sources_are_others()
    {
        var evidence = BlobHash.Of(Evidence);
        await using var scene = await BlobScene.StartAsync(databases, new FetchOptions { CacheFolder = "", MaxMisses = 3 }, new ScriptedSource("here"));
        await scene.MineAsync(BlobScene.Registered(evidence));
        for (var i = 0; i < 5; i++)
            await scene.LaterAsync(TimeSpan.FromMinutes(3));

        Assert.Equal((BlobRow.GivenUp, 3L), ((await scene.RowAsync(evidence)).State, (await scene.RowAsync(evidence)).Attempts));
        Assert.Equal((0L, 1L), (scene.Desk.Figures.Waiting, scene.Desk.Figures.GivenUp));
        await scene.RestartAsync();
        await scene.LaterAsync(TimeSpan.FromMinutes(3));
        Assert.Equal(BlobRow.GivenUp, (await scene.RowAsync(evidence)).State);

        var other = new ScriptedSource("there");
        other.Add(Evidence);
        scene.Sources = [other];
        await scene.RestartAsync();
        await scene.StepAsync();
        Assert.Equal(BlobRow.Held, (await scene.RowAsync(evidence)).State);
    }

    [Fact]
    public async Task A_reorganisation_loses_nothing_and_hides_nothing()
    {
        var source = new ScriptedSource("here");
        var (former, later) = (source.Add(Evidence), source.Add([7, 7]));
        await using var scene = await BlobScene.StartAsync(databases, source);
        await scene.MineAsync(BlobScene.Registered(former));
        await scene.StepAsync();

        scene.Chain.Blocks.Rollback(1);
        scene.Chain.Blocks.Mine(BlobScene.Registered(later));
        await scene.MineAsync();
        await scene.StepAsync();

        Assert.Equal(BlobRow.Held, (await scene.RowAsync(former)).State);
        Assert.Equal(BlobRow.Held, (await scene.RowAsync(later)).State);
        Assert.Equal(2, source.Asked.Count);
    }

    [Fact]
    public async Task Rows_that_are_final_are_looked_at_once_and_none_is_passed_over()
    {
        var source = new ScriptedSource("here");
        await using var scene = await BlobScene.StartAsync(databases, source);
        List<BlobHash> named = [];
        for (byte i = 0; i < 30; i++)
        {
            named.Add(source.Add([i, 1]));
            if (i % 10 == 4)
                scene.Chain.Blocks.Finalize((ulong)scene.Chain.Blocks.Canonical.Count - 1);
            await scene.MineAsync(BlobScene.Registered(named[^1]));
            if (i % 7 == 3)
                await scene.StepAsync();
        }

        await scene.StepAsync();
        foreach (var hash in named)
            Assert.Equal(BlobRow.Held, (await scene.RowAsync(hash)).State);
        Assert.Equal(named.Count, source.Asked.Count);
        var place = await scene.Database.ReadAsync(
            session => session.QuerySingleAsync<long>("SELECT last >> 20 FROM index_blob_places WHERE source = 'keys_registered'"), TestContext.Current.CancellationToken);
        Assert.InRange(place, 1, (long)scene.Chain.Blocks.Finalized.Value);
    }

    [Fact]
    public async Task The_cache_keeps_to_its_budget_and_what_left_is_fetched_again_when_it_is_asked_for()
    {
        var source = new ScriptedSource("here");
        await using var scene = await BlobScene.StartAsync(databases, new FetchOptions { CacheFolder = "", CacheBytes = 3_000, MaxAtOnce = 2 }, source);
        List<BlobHash> named = [];
        for (byte i = 0; i < 5; i++)
        {
            named.Add(source.Add([.. Enumerable.Repeat(i, 1_000)]));
            await scene.MineAsync(BlobScene.Registered(named[i]));
            await scene.LaterAsync(TimeSpan.FromSeconds(1));
        }

        await scene.StepAsync();
        Assert.Equal(3_000, scene.Desk.Figures.Bytes);
        Assert.Equal(BlobRow.Evicted, (await scene.RowAsync(named[0])).State);
        Assert.Equal(BlobRow.Held, (await scene.RowAsync(named[4])).State);

        Assert.Equal(503, (await scene.GetAsync($"/v1/blobs/{named[0]}/content")).Status);
        await scene.StepAsync();
        using var given = await scene.Client.GetAsync(new Uri($"/v1/blobs/{named[0]}/content", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(source.Blobs[named[0]], await given.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(3_000, scene.Desk.Figures.Bytes);
    }

    [Fact]
    public async Task What_is_longer_than_it_may_be_is_not_taken()
    {
        var source = new ScriptedSource("here");
        var (evidence, description) = (source.Add(new byte[FetchOptions.MaxEvidenceBytes + 1]), source.Add([.. Described, .. Enumerable.Repeat((byte)' ', MetadataDocument.MaxBytes)]));
        await using var scene = await BlobScene.StartAsync(databases, source);
        await scene.MineAsync(BlobScene.Registered(evidence), BlobScene.Created(1, BlobScene.UriOf(description)));
        await scene.StepAsync();

        Assert.Equal("source 1 has more than the 1048576 bytes that are taken.", (await scene.RowAsync(evidence)).Reason);
        Assert.Equal("No place has a description by this hash.", (await scene.RowAsync(description)).Reason);
        Assert.Equal(0, scene.Desk.Figures.Bytes);
    }

    [Fact]
    public async Task A_few_are_fetched_at_once_and_what_was_never_tried_comes_first()
    {
        var source = new ScriptedSource("here");
        await using var scene = await BlobScene.StartAsync(databases, new FetchOptions { CacheFolder = "", MaxAtOnce = 4 }, source);
        var missing = Enumerable.Range(0, 20).Select(i => BlobHash.Of([9, (byte)i])).ToList();
        await scene.MineAsync([.. missing.Select(hash => BlobScene.Created(1, BlobScene.UriOf(hash)))]);
        await scene.StepAsync();
        Assert.InRange(source.MostAtOnce, 1, 2);
        Assert.Equal(20, source.Asked.Count);

        var fresh = source.Add(Described);
        await scene.MineAsync(BlobScene.Created(2, BlobScene.UriOf(fresh)));
        await scene.LaterAsync(TimeSpan.FromMinutes(10));

        Assert.Contains(fresh, source.Asked.Skip(20).Take(2));
        Assert.Equal(41, source.Asked.Count);
    }

    [Fact]
    public async Task One_that_is_named_as_something_else_too_is_looked_at_again()
    {
        var source = new ScriptedSource("here");
        var both = source.Add(Described);
        await using var scene = await BlobScene.StartAsync(databases, source);
        await scene.MineAsync(BlobScene.Registered(both));
        await scene.StepAsync();
        await scene.MineAsync(BlobScene.Created(1, "https://elsewhere.example"));
        await scene.MineAsync(BlobScene.Changed(1, BlobScene.UriOf(both)));
        await scene.StepAsync();

        Assert.Equal((long)(BlobKinds.Evidence | BlobKinds.Metadata), (await scene.RowAsync(both)).Kinds);
        Assert.Equal("volatility", (await scene.GetAsync($"/v1/models/{BlobScene.Model(1)}")).Body.GetProperty("metadata_name").GetString());
        Assert.Single(source.Asked);
    }
}
