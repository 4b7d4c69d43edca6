using System.Text;
using OpenGradient.Blobs;
using OpenGradient.Database;
using OpenGradient.Indexer.Fetching;
using OpenGradient.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Fetching;

public sealed class SqliteBlobTurnTests(SqliteFixture databases) : BlobTurnTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresBlobTurnTests(PostgresFixture databases) : BlobTurnTests(databases);

/// <summary>Whose turn it is, what an outage counts for, and how what was given up comes back.</summary>
public abstract class BlobTurnTests(IDatabaseFixture databases)
{
    private static readonly byte[] Described = Encoding.UTF8.GetBytes("""{ "name": "volatility", "description": "Says how much." }""");
    private static readonly byte[] Evidence = [1, 2, 3, 4];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Evidence_is_fetched_while_descriptions_hang_that_were_named_before()
    {
        var source = new ScriptedSource("here");
        var evidence = source.Add(Evidence);
        source.Hangs = hash => hash != evidence;
        // Time stands still: nobody who hangs is left before the test ends.
        await using var scene = await BlobScene.StartAsync(databases, new FetchOptions { CacheFolder = "" }, new ManualTime { LeapLimit = TimeSpan.Zero }, source);
        scene.Fetch();
        await scene.MineAsync([.. Enumerable.Range(0, 20).Select(i => BlobScene.Created(1, BlobScene.UriOf(BlobHash.Of([9, (byte)i]))))]);
        await Eventually.UntilAsync(() => source.Asked.Count >= 2, "descriptions are asked for", Stop);

        await scene.MineAsync(BlobScene.Registered(evidence));
        await Eventually.UntilAsync(async () => (await scene.FindAsync(evidence))?.State == BlobRow.Held, "evidence is held", Stop);

        Assert.Equal(2, source.Asked.Count(hash => hash != evidence));
    }

    [Fact]
    public async Task One_that_hangs_takes_up_its_own_place_and_no_other()
    {
        var source = new ScriptedSource("here");
        var hanging = BlobHash.Of([9]);
        source.Hangs = hash => hash == hanging;
        await using var scene = await BlobScene.StartAsync(databases, new FetchOptions { CacheFolder = "" }, new ManualTime { LeapLimit = TimeSpan.Zero }, source);
        scene.Fetch();
        await scene.MineAsync([BlobScene.Created(1, BlobScene.UriOf(hanging)), .. Enumerable.Range(0, 10).Select(i => BlobScene.Created(1, BlobScene.UriOf(BlobHash.Of([9, (byte)i]))))]);
        await Eventually.UntilAsync(() => source.Asked.Count == 11, "all are asked for", Stop);

        var later = source.Add(Described);
        await scene.MineAsync(BlobScene.Created(2, BlobScene.UriOf(later)));
        await Eventually.UntilAsync(async () => (await scene.FindAsync(later))?.State == BlobRow.Held, "a later description is held", Stop);

        Assert.Equal(12, source.Asked.Count);
    }

    [Fact]
    public async Task An_outage_of_one_source_uses_up_no_patience()
    {
        var (empty, down) = (new ScriptedSource("empty"), new ScriptedSource("down") { IsDown = true });
        var evidence = BlobHash.Of(Evidence);
        await using var scene = await BlobScene.StartAsync(databases, new FetchOptions { CacheFolder = "", MaxMisses = 3 }, empty, down);
        await scene.MineAsync(BlobScene.Registered(evidence));
        for (var i = 0; i < 6; i++)
            await scene.LaterAsync(TimeSpan.FromMinutes(3));

        var row = await scene.RowAsync(evidence);
        Assert.Equal((BlobRow.Waiting, 6L, 0L), (row.State, row.Attempts, row.Misses));

        down.IsDown = false;
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal((BlobRow.Waiting, (long)i), ((await scene.RowAsync(evidence)).State, (await scene.RowAsync(evidence)).Misses));
            await scene.LaterAsync(TimeSpan.FromMinutes(3));
        }

        Assert.Equal(BlobRow.GivenUp, (await scene.RowAsync(evidence)).State);
    }

    [Fact]
    public async Task An_outage_without_end_is_given_up_in_the_end()
    {
        var source = new ScriptedSource("down") { IsDown = true };
        var evidence = BlobHash.Of(Evidence);
        await using var scene = await BlobScene.StartAsync(databases, new FetchOptions { CacheFolder = "", MaxMisses = 3, MaxAttempts = 5 }, source);
        await scene.MineAsync(BlobScene.Registered(evidence));
        for (var i = 0; i < 8; i++)
            await scene.LaterAsync(TimeSpan.FromMinutes(3));

        Assert.Equal((BlobRow.GivenUp, 5L, 5), ((await scene.RowAsync(evidence)).State, (await scene.RowAsync(evidence)).Attempts, source.Asked.Count));
    }

    [Fact]
    public async Task What_was_given_up_is_tried_anew_when_a_row_that_is_final_names_it_anew_and_only_after_a_rest()
    {
        var source = new ScriptedSource("here");
        var evidence = BlobHash.Of(Evidence);
        var options = new FetchOptions { CacheFolder = "", MaxMisses = 2, Rest = TimeSpan.FromHours(6) };
        await using var scene = await BlobScene.StartAsync(databases, options, source);
        await scene.MineAsync(BlobScene.Registered(evidence));
        await FinalizeAsync(scene);
        for (var i = 0; i < 4; i++)
            await scene.LaterAsync(TimeSpan.FromMinutes(3));
        var givenUp = await scene.RowAsync(evidence);
        Assert.Equal((BlobRow.GivenUp, 2), (givenUp.State, source.Asked.Count));

        // What a reorganisation may still take back counts for nothing, however often it is looked at.
        await scene.MineAsync(BlobScene.Registered(evidence));
        await scene.StepAsync();
        await scene.StepAsync();
        Assert.Equal(BlobRow.GivenUp, (await scene.RowAsync(evidence)).State);

        await FinalizeAsync(scene);
        await scene.StepAsync();
        var renewed = await scene.RowAsync(evidence);
        Assert.Equal((BlobRow.Waiting, 0L, 0L, givenUp.NextAt, 2), (renewed.State, renewed.Attempts, renewed.Misses, renewed.NextAt, source.Asked.Count));

        await scene.LaterAsync(TimeSpan.FromHours(6));
        Assert.Equal(3, source.Asked.Count);
        await scene.LaterAsync(TimeSpan.FromMinutes(3));
        Assert.Equal((BlobRow.GivenUp, 4), ((await scene.RowAsync(evidence)).State, source.Asked.Count));
        await scene.LaterAsync(TimeSpan.FromDays(2));
        Assert.Equal((BlobRow.GivenUp, 4), ((await scene.RowAsync(evidence)).State, source.Asked.Count));

        source.Add(Evidence);
        await scene.MineAsync(BlobScene.Registered(evidence));
        await FinalizeAsync(scene);
        await scene.StepAsync();
        Assert.Equal(BlobRow.Held, (await scene.RowAsync(evidence)).State);
    }

    [Fact]
    public async Task What_turns_out_to_be_something_else_while_it_is_fetched_is_looked_at_again()
    {
        var source = new ScriptedSource("here");
        var both = source.Add(Described);
        await using var scene = await BlobScene.StartAsync(databases, source);
        var before = await scene.Database.WriteAsync(
            async session =>
            {
                await BlobTable.WantAsync(session, both.Value, BlobKinds.Evidence, 1);
                return (await BlobTable.FindAsync(session, both))!;
            },
            Stop);
        await scene.Database.WriteAsync(session => BlobTable.WantAsync(session, both.Value, BlobKinds.Metadata, 2), Stop);
        await scene.Database.WriteAsync(session => BlobTable.WriteAsync(session, before with { State = BlobRow.Held, FetchedAt = 3, NextAt = 0 }, null, 3), Stop);
        Assert.Equal((BlobRow.Waiting, 2L), ((await scene.RowAsync(both)).State, (await scene.RowAsync(both)).NextAt));

        await scene.StepAsync();
        Assert.Equal(BlobRow.Held, (await scene.RowAsync(both)).State);
        Assert.Equal("volatility", (await scene.Database.ReadAsync(session => BlobTable.MetadataAsync(session, both), Stop))?.Name);
    }

    [Fact]
    public async Task A_node_tells_its_description_and_none_that_is_not_named_by_its_hash()
    {
        var source = new ScriptedSource("here");
        var (first, second) = (source.Add(Described), source.Add(Encoding.UTF8.GetBytes("""{ "name": "attic", "description": "Moved." }""")));
        await using var scene = await BlobScene.StartAsync(databases, source);
        await scene.MineAsync(BlobScene.NodeRegistered(1, BlobScene.UriOf(first)), BlobScene.NodeRegistered(2, "https://node.example/about.json"));
        using var before = await scene.Client.GetAsync(new Uri("/v1/nodes", UriKind.Relative), Stop);
        await scene.StepAsync();

        Assert.Equal([first], source.Asked);
        Assert.Equal(("volatility", "Says how much."), await ToldAsync(1));
        Assert.Equal((null, null), await ToldAsync(2));
        using (var again = new HttpRequestMessage(HttpMethod.Get, new Uri("/v1/nodes", UriKind.Relative)))
        {
            again.Headers.IfNoneMatch.Add(before.Headers.ETag!);
            using var answer = await scene.Client.SendAsync(again, Stop);
            Assert.Equal(200, (int)answer.StatusCode);
        }

        await scene.MineAsync(BlobScene.NodeChanged(1, BlobScene.UriOf(second)));
        await scene.StepAsync();
        Assert.Equal(("attic", "Moved."), await ToldAsync(1));
        await scene.MineAsync(BlobScene.NodeChanged(1, "https://node.example/about.json"));
        Assert.Equal((null, null), await ToldAsync(1));

        async Task<(string? Name, string? Description)> ToldAsync(int node)
        {
            var (_, row) = await scene.GetAsync($"/v1/nodes/{BlobScene.Node(node).ToLowerHex()}");
            return (row.GetProperty("metadata_name").GetString(), row.GetProperty("metadata_description").GetString());
        }
    }

    [Fact]
    public async Task Each_reading_of_a_description_changes_the_count_that_answers_are_known_by()
    {
        var source = new ScriptedSource("here");
        var description = source.Add(Described);
        await using var scene = await BlobScene.StartAsync(databases, source);
        await scene.MineAsync(BlobScene.Created(1, BlobScene.UriOf(description)));
        var before = await CountAsync();
        await scene.StepAsync();
        var after = await CountAsync();
        await scene.Database.WriteAsync(session => BlobTable.RecallAsync(session, description, 1), Stop);
        await scene.StepAsync();

        Assert.Equal((before + 1, before + 2), (after, await CountAsync()));

        Task<long> CountAsync() => scene.Database.ReadAsync(BlobTable.MetadataCountAsync, Stop);
    }

    [Fact]
    public async Task What_visitors_ask_for_again_and_again_is_recalled_once()
    {
        await using var scene = await BlobScene.StartAsync(databases, new ScriptedSource("here"));
        List<BlobHash> asked = [.. Enumerable.Range(0, 300).Select(i => BlobHash.Of(BitConverter.GetBytes(i)))];
        for (var i = 0; i < 1_000; i++)
            scene.Desk.Recall(asked[0]);
        Assert.Equal([asked[0]], scene.Desk.TakeNews().Recalled);
        Assert.False(scene.Desk.HasNews);

        asked.ForEach(scene.Desk.Recall);
        Assert.Equal(asked[..256].ToHashSet(), scene.Desk.TakeNews().Recalled.ToHashSet());
    }

    private static async Task FinalizeAsync(BlobScene scene)
    {
        scene.Chain.Blocks.Finalize((ulong)scene.Chain.Blocks.Canonical.Count - 1);
        await scene.MineAsync();
    }
}
