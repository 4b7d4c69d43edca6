using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Api.Sql;
using OpenGradient.Indexer.Tests.Api;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Sql;

/// <summary>Questions of strangers that look like something else: in comments, in letters that resemble others, and over real rows without end.</summary>
public sealed class SqliteGuardTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    [Fact]
    public async Task What_is_written_to_look_like_something_else_is_read_as_what_it_is()
    {
        await using var index = await StartAsync();
        await index.MineRequestsAsync(4);

        await GuardQuestions.AssertAsync(index);
        foreach (var sql in (string[])
        [
            // Behind the statement there is a comment: what is not run is not accepted silently.
            "SELECT 1; /* and that is all */",
            // Not SQLite's way to write a name.
            "SELECT * FROM U&\"hub_requested\"",
        ])
            Assert.Equal(400, (await index.SqlAsync(sql)).Status);
        // SQLite ends a comment with the text.
        Assert.Equal("[[1]]", (await index.SqlAsync("SELECT 1 /* never ended")).Body.GetProperty("rows").GetRawText());
        Assert.Equal(4, (await index.GetAsync("/v1/events/hub_requested")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Joins_of_real_rows_with_themselves_are_ended()
    {
        await using var index = await StartAsync();
        await GuardQuestions.AssertJoinsEndAsync(index);
    }

    private async Task<ServedIndex> StartAsync() => await ServedIndex.StartAsync(await databases.CreateAsync(), GuardQuestions.Hasty);
}

/// <inheritdoc cref="SqliteGuardTests"/>
public sealed class PostgresGuardTests(PostgresFixture databases)
{
    [Fact]
    public async Task What_is_written_to_look_like_something_else_is_read_as_what_it_is()
    {
        await using var index = await StartAsync();
        await index.MineRequestsAsync(4);

        await GuardQuestions.AssertAsync(index);
        foreach (var sql in (string[])
        [
            "SELECT 1 /* never ended",
            "SELECT 1 /* one /* inside */ another",
            "SELECT * FROM U&\"\\0069ndex\\005flanes\"",
            "SELECT * FROM U&\"!0069ndex_lanes\" UESCAPE '!'",
            "SELECT pg_catalog.U&\"pg_\\0073leep\"(60)",
            "SELECT $body$ x $body$) AS question; DELETE FROM hub_requested; SELECT (1",
            "SELECT 1 -- \n) AS question; DELETE FROM hub_requested --",
        ])
            Assert.True((await index.SqlAsync(sql)).Status == 400, sql);
        // A name is a name however it is written.
        Assert.Equal("[[4]]", (await index.SqlAsync("SELECT COUNT(*) FROM U&\"hub_\\0072equested\"")).Body.GetProperty("rows").GetRawText());
        Assert.Equal(4, (await index.GetAsync("/v1/events/hub_requested")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Joins_of_real_rows_with_themselves_are_ended()
    {
        await using var index = await StartAsync();
        await GuardQuestions.AssertJoinsEndAsync(index);
    }

    private async Task<ServedIndex> StartAsync()
    {
        var options = await databases.CreateAsync();
        var reader = await PostgresConsoleTests.ReaderAsync(options, "NOSUPERUSER");
        var index = await ServedIndex.StartAsync(options, GuardQuestions.Hasty, async api => await PostgresConsole.OpenAsync(reader, api.Options, TestContext.Current.CancellationToken));
        await PostgresConsoleTests.GrantAsync(options, "hub_requested, shop_sold");
        return index;
    }
}

/// <summary>The same questions for both engines.</summary>
file static class GuardQuestions
{
    private const int Rows = 3_000;

    public static ApiOptions Hasty { get; } = new() { QueryTimeout = TimeSpan.FromMilliseconds(500), RequestsPerSecond = 10_000, SqlMaxRows = 5 };

    public static async Task AssertAsync(ServedIndex index)
    {
        foreach (var (sql, value) in ((string, string)[])
        [
            ("SELECT /* ; DELETE FROM hub_requested */ COUNT(*) FROM/**/hub_requested -- ; DROP TABLE hub_requested", "4"),
            ("/* first */ SELECT 1", "1"),
            ("SELECT '/*' || '; DELETE FROM hub_requested --'", "/*; DELETE FROM hub_requested --"),
            ("SELECT '；' AS x", "；"),
            ("SELECT 'İıſK\u200B\U0001F600' AS x", "İıſK\u200B\U0001F600"),
        ])
        {
            var (status, body) = await index.SqlAsync(sql);
            Assert.True(status == 200, $"{sql}: {status} {body}");
            Assert.Equal(value, body.GetProperty("rows")[0][0].ToString());
        }

        foreach (var sql in (string[])
        [
            "/* nothing but a comment */",
            "DEL/**/ETE FROM hub_requested",
            "SELECT stop FROM/**/index_lanes",
            "SELECT stop FROM index_/**/lanes",
            "SELECT stop FROM \"index_lanes\"",
            "SELECT 1 /* */; DELETE FROM hub_requested",
            // A semicolon of full width ends no statement.
            "SELECT 1；DELETE FROM hub_requested",
            "SELECT 1 ； DELETE FROM hub_requested",
            "ＳＥＬＥＣＴ 1",
            // Cyrillic, long and dotless letters, a Kelvin sign, and spaces that are none.
            "SELECT stop FROM \u0456ndex_lanes",
            "SELECT stop FROM index_lane\u017F",
            "SELECT stop FROM \u0131ndex_lanes",
            "SELECT\u00A01",
            "SELECT\u200B1",
            "SELECT 1\0",
            "SELECT 1\0; DELETE FROM hub_requested",
            "SELECT stop FROM index\0_lanes",
            "SELECT '\0'",
        ])
        {
            var (status, body) = await index.SqlAsync(sql);
            Assert.True(status == 400, $"{sql}: {status} {body}");
        }
    }

    public static async Task AssertJoinsEndAsync(ServedIndex index)
    {
        await index.AddSalesAsync(Rows);
        foreach (var sql in (string[])
        [
            "SELECT COUNT(*) FROM shop_sold a, shop_sold b, shop_sold c WHERE a.number + b.number + c.number > 0",
            "SELECT COUNT(*) FROM shop_sold a CROSS JOIN shop_sold b CROSS JOIN shop_sold c WHERE a.what || b.what || c.what = 'never'",
            "SELECT a.number FROM shop_sold a, shop_sold b, shop_sold c ORDER BY a.number * b.number - c.number LIMIT 1",
        ])
        {
            var (status, body) = await index.SqlAsync(sql);
            Assert.True(status == 400, $"{sql}: {status} {body}");
            Assert.Contains("longer than", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }

        // One that gives its rows at once ends where an answer does.
        var (_, wide) = await index.SqlAsync("SELECT a.number FROM shop_sold a CROSS JOIN shop_sold b CROSS JOIN shop_sold c");
        Assert.Equal((5, true), (wide.GetProperty("rows").GetArrayLength(), wide.GetProperty("truncated").GetBoolean()));
    }
}
