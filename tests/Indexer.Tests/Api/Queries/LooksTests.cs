using System.Globalization;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Schema;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Api.Queries;

public sealed class SqliteLooksTests(SqliteFixture databases) : LooksTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresLooksTests(PostgresFixture databases) : LooksTests(databases);

/// <summary>However pages find their rows, together they have those of the whole list, and none looks at more than so many.</summary>
public abstract class LooksTests(IDatabaseFixture databases)
{
    private const int MostRows = 5;
    private const int QuestionsEach = 14;

    private static readonly HashSet<string> Others = new(StringComparer.Ordinal);

    private static readonly string[] Listed =
        ["requests", "receipts", "deliveries", "fees", "challenges", "models", "versions", "nodes", "attested_keys", "events/hub_requested", "events/hub_settled", "events/court_vote_sealed"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_together_have_the_rows_of_the_whole_list()
    {
        await using var index = await StartAsync();
        var random = new Random(31);
        for (var i = 0; i < 60; i++)
            index.Chain.Blocks.Mine(FewThings.Logs(12, random));
        await index.SettleAsync();
        var found = 0;

        foreach (var resource in index.Api.Resources.Where(resource => Listed.Contains(resource.Path, StringComparer.Ordinal)))
        {
            for (var i = 0; i < QuestionsEach; i++)
            {
                var question = Conditions(resource, random, index.Chain.Blocks.Head.Number);
                var whole = await WholeAsync(index, resource, question);
                var paged = await FollowAsync(index, $"/v1/{resource.Path}?limit=3&{question}");
                Assert.True(whole == string.Join(' ', paged.Ids), $"{resource.Path}?{question}\n{whole}\n{string.Join(' ', paged.Ids)}");
                found += paged.Ids.Count;
            }
        }

        Assert.InRange(found, 200, int.MaxValue);
    }

    [Fact]
    public async Task Where_two_values_never_meet_each_page_looks_at_so_many_rows_of_the_one_with_fewer_and_goes_on()
    {
        await using var index = await StartAsync();
        for (var i = 0; i < 24; i++)
            index.Chain.Blocks.Mine(FewThings.Request(requester: i % 2, version: i % 2), FewThings.Request(requester: 2, version: i < 4 ? 1 : 3));
        await index.SettleAsync();

        // Twelve of the first, five at a time. Who asked nothing has been looked at at once; and the third's first four are found behind twelve of the version's others.
        var never = await FollowAsync(index, $"/v1/requests?requester={ServedIndex.Someone(0)}&version_id={FewThings.Thing(1)}");
        var few = await FollowAsync(index, $"/v1/requests?requester={ServedIndex.Someone(3)}&version_id={FewThings.Thing(1)}");
        var some = await FollowAsync(index, $"/v1/events/hub_requested?requester={ServedIndex.Someone(2)}&version_id={FewThings.Thing(1)}");

        Assert.Equal((0, 3), (never.Ids.Count, never.Pages));
        Assert.Equal((0, 1), (few.Ids.Count, few.Pages));
        Assert.Equal((4, 3), (some.Ids.Count, some.Pages));
    }

    [Fact]
    public async Task Challenges_are_looked_at_so_many_at_a_time_and_models_are_found_by_who_made_them()
    {
        await using var index = await StartAsync();
        var random = new Random(5);
        for (var i = 0; i < 40; i++)
            index.Chain.Blocks.Mine(FewThings.Logs(12, random));
        await index.SettleAsync();
        var (challenges, models) = (await FollowAsync(index, "/v1/challenges?limit=500"), await FollowAsync(index, "/v1/models?limit=500"));
        Assert.InRange(challenges.Ids.Count, 15, 200);
        Assert.InRange(models.Ids.Count, MostRows + 1, 200);

        var nobodys = await FollowAsync(index, $"/v1/challenges?challenger={ServedIndex.Someone(99)}");
        var request = (await index.GetAsync("/v1/challenges?limit=1")).GetProperty("items")[0].GetProperty("request_id").GetString();
        var one = await FollowAsync(index, $"/v1/challenges?request_id={request}&limit=500");
        var creator = (await index.GetAsync("/v1/models?limit=1")).GetProperty("items")[0].GetProperty("creator").GetString();
        var made = await FollowAsync(index, $"/v1/models?creator={creator}&limit=500");

        Assert.Equal((0, (challenges.Ids.Count + MostRows - 1) / MostRows), (nobodys.Ids.Count, nobodys.Pages));
        Assert.Equal((1, 1, 1, 1), (challenges.Pages, models.Pages, one.Pages, made.Pages));
        Assert.NotEmpty(one.Ids);
        Assert.NotEmpty(made.Ids);
    }

    [Theory]
    [InlineData("requests")]
    [InlineData("challenges")]
    [InlineData("events/hub_requested")]
    public async Task Rows_that_are_named_are_looked_up_and_not_looked_for(string path)
    {
        await using var index = await StartAsync();
        var random = new Random(5);
        for (var i = 0; i < 40; i++)
            index.Chain.Blocks.Mine(FewThings.Logs(12, random));
        await index.SettleAsync();
        var (all, _) = await FollowAsync(index, $"/v1/{path}?limit=500");
        Assert.InRange(all.Count, MostRows + 3, int.MaxValue);

        var named = await FollowAsync(index, $"/v1/{path}?id.in={all[0]},{all[^1]},{all[^1]},{all[all.Count / 2]},77777-0");
        var through = await FollowAsync(index, $"/v1/{path}?id.in={all[0]},{all[^1]}&request_id.in={string.Join(',', Enumerable.Range(0, 6).Select(FewThings.Thing))}&order=asc");
        var paged = await FollowAsync(index, $"/v1/{path}?id.in={all[0]},{all[^1]},{all[all.Count / 2]}&limit=2");
        var none = await FollowAsync(index, $"/v1/{path}?id.in={all[0]},{all[^1]}&request_id={FewThings.Thing(99)}");

        Assert.Equal([all[0], all[all.Count / 2], all[^1]], named.Ids);
        Assert.Equal([all[^1], all[0]], through.Ids);
        Assert.Equal(named.Ids, paged.Ids);
        Assert.Empty(none.Ids);
        Assert.Equal((1, 1, 2, 1), (named.Pages, through.Pages, paged.Pages, none.Pages));
    }

    private async Task<ServedIndex> StartAsync() =>
        await ServedIndex.StartAsync(await databases.CreateAsync(), new ApiOptions { RequestsPerSecond = 10_000, MaxLookedRows = MostRows }, families: FewThings.Families);

    // Some of the conditions that may be asked together, each of a thing that there may be.
    private static string Conditions(Resource resource, Random random, ulong tip)
    {
        var columns = resource.Columns.Where(column => column.Kind is ColumnKind.Hash or ColumnKind.Address or ColumnKind.Boolean && column.Name != "transaction_hash" && column.Name != "emitter").ToList();
        var indexed = columns.FindAll(column => resource.Indexed.Any(known => known.Name == column.Name));
        List<string> conditions = [random.Next(2) == 0 ? "order=asc" : "order=desc"];
        for (var i = random.Next(4); i > 0; i--)
        {
            // Events that are asked by what no index leads to are gone through until a page is full.
            var from = random.Next(3) > 0 || resource.View is null ? indexed : columns;
            if (from.Count == 0)
                continue;
            var column = from[random.Next(from.Count)];
            conditions.Add(column.Kind == ColumnKind.Boolean || random.Next(2) == 0
                ? $"{column.Name}={Value(column)}"
                : $"{column.Name}.in={string.Join(',', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Value(column)))}");
        }

        if (random.Next(3) == 0)
            conditions.Add(string.Create(CultureInfo.InvariantCulture, $"block.ge={random.Next((int)tip)}"));
        if (random.Next(3) == 0)
            conditions.Add(string.Create(CultureInfo.InvariantCulture, $"as_of={random.Next((int)tip / 2, (int)tip)}"));
        return string.Join('&', conditions);

        string Value(Column column) => column.Kind switch
        {
            ColumnKind.Hash => FewThings.Thing(random.Next(6)).ToString(),
            ColumnKind.Address => ServedIndex.Someone(random.Next(6)).ToLowerHex(),
            _ => random.Next(2) == 0 ? "true" : "false",
        };
    }

    private static async Task<string> WholeAsync(ServedIndex index, Resource resource, string question)
    {
        var asked = question.Split('&').Select(part => KeyValuePair.Create(part.Split('=')[0], part.Split('=')[1]));
        Assert.True(ListQuery.TryParse(resource, asked, Others, out var query, out var fault), fault);
        return await index.Database.ReadAsync(
            async session =>
            {
                await using var command = QueryText.Rows(query, null).ToCommand(session);
                await using var rows = await command.ExecuteReaderAsync(session.Cancellation);
                List<string> ids = [];
                while (await rows.ReadAsync(session.Cancellation))
                    ids.Add(new RowId(rows.GetInt64(0)).ToString());
                return string.Join(' ', ids);
            },
            Stop);
    }

    private static async Task<(List<string> Ids, int Pages)> FollowAsync(ServedIndex index, string question)
    {
        List<string> ids = [];
        var pages = 0;
        for (string? next = ""; next is not null; pages++)
        {
            Assert.InRange(pages, 0, 400);
            var page = await index.GetAsync(question + (next.Length == 0 ? "" : $"&cursor={next}"));
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(row => row.GetProperty("id").GetString()!));
            next = page.GetProperty("next").GetString();
        }

        return (ids, pages);
    }
}
