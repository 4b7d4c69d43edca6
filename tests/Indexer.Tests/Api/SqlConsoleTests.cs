using Npgsql;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Api.Sql;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Api;

public sealed class SqliteConsoleTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private static readonly ApiOptions Hasty = new() { QueryTimeout = TimeSpan.FromMilliseconds(500), RequestsPerSecond = 10_000, SqlMaxRows = 5, SqlMaxBytes = 100_000 };

    [Fact]
    public async Task A_select_over_rows_and_views_is_answered()
    {
        await using var index = await StartAsync();
        await index.MineRequestsAsync(4);

        var (status, body) = await index.SqlAsync(
            "WITH big AS (SELECT * FROM requests WHERE og_real(fee) > 1000) SELECT COUNT(*) AS n, og_text(og_max(fee)) AS top, hex(min(request_id)) AS low FROM big;");

        Assert.Equal(200, status);
        Assert.Equal("""["n","top","low"]""", body.GetProperty("columns").GetRawText());
        Assert.Equal($"""[[3,"1003","{Convert.ToHexString(ServedIndex.RequestId(1).Bytes)}"]]""", body.GetProperty("rows").GetRawText());
    }

    [Fact]
    public async Task What_is_no_question_about_rows_is_refused()
    {
        await using var index = await StartAsync();

        foreach (var sql in (string[])
        [
            "DELETE FROM hub_requested",
            "UPDATE index_lanes SET stop = 'x'",
            "INSERT INTO index_chain VALUES (5)",
            "DROP TABLE hub_requested",
            "CREATE TABLE mine (x)",
            "CREATE TEMP TABLE mine AS SELECT 1",
            "ATTACH DATABASE '/etc/passwd' AS other",
            "ATTACH DATABASE ':memory:' AS other",
            "VACUUM INTO '/tmp/copy.db'",
            "PRAGMA table_info(hub_requested)",
            "PRAGMA query_only = OFF",
            "SELECT * FROM pragma_table_info('hub_requested')",
            "SELECT * FROM pragma_database_list",
            "SELECT * FROM sqlite_schema",
            "SELECT * FROM sqlite_master",
            "SELECT * FROM schema_migrations",
            "SELECT * FROM index_lanes",
            "SELECT COUNT(*) FROM index_lanes",
            "SELECT COUNT(*) FROM main.schema_migrations",
            "SELECT 1 FROM sqlite_schema",
            "SELECT load_extension('/tmp/x.so')",
            "SELECT readfile('/etc/passwd')",
            "SELECT randomblob(1000000000)",
            "SELECT zeroblob(1000000000)",
            "SELECT fts3_tokenizer('simple')",
            "SELECT sqlite_compileoption_get(1)",
            "SELECT 1; SELECT 2",
            "SELECT 1; DROP TABLE hub_requested",
            "BEGIN",
            "COMMIT",
            "REINDEX",
            "ANALYZE",
            "EXPLAIN DELETE FROM hub_requested",
            "WITH x AS (SELECT 1) DELETE FROM hub_requested",
            "SELECT printf('%.*c', 900000000, 'x')",
            "SELECT stop FROM index_lanes NATURAL FULL JOIN (SELECT 1 AS stop)",
            "SELECT recent FROM (SELECT 1 AS recent) FULL JOIN [index_lanes] USING (recent)",
            "SELECT recent FROM (SELECT 1 AS recent) NATURAL FULL JOIN 'INDEX_LANES'",
            "SELECT sql FROM sqlite_master NATURAL FULL JOIN (SELECT 1 AS sql)",
            "SELECT file FROM pragma_database_list NATURAL FULL JOIN (SELECT 1 AS file)",
            "SELECT name FROM dbstat NATURAL FULL JOIN (SELECT 1 AS name)",
            "SELECT trim(hex(request_id), 'x') FROM hub_requested",
            "SELECT og_uint(fee) FROM hub_requested",
            "SELECT ?1",
            "",
            "-- nothing",
            "SELEKT",
        ])
        {
            var (status, body) = await index.SqlAsync(sql);
            Assert.True(status == 400, $"{sql}: {status} {body}");
        }
    }

    [Fact]
    public async Task What_never_ends_is_ended()
    {
        await using var index = await StartAsync();

        foreach (var sql in (string[])
        [
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n",
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT SUM(a.i * b.i) FROM n a, n b",
            """
            WITH RECURSIVE s(s) AS (SELECT 'aaaa' UNION ALL SELECT s || s FROM s WHERE length(s) < 60000), n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
            SELECT SUM(instr(t.s, substr(t.s, 1, length(t.s) / 2) || 'b' || i)) FROM (SELECT MAX(s) AS s FROM s) t, n
            """,
        ])
        {
            var (status, body) = await index.SqlAsync(sql);
            Assert.Equal(400, status);
            Assert.Contains("longer than", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_answer_has_its_limits()
    {
        await using var index = await StartAsync();

        var (_, rows) = await index.SqlAsync("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) SELECT i FROM n");
        var (status, _) = await index.SqlAsync("WITH RECURSIVE n(s) AS (SELECT 'x' UNION ALL SELECT s || s FROM n WHERE length(s) < 100000000) SELECT length(max(s)) FROM n");

        var (_, wide) = await index.SqlAsync(
            "WITH RECURSIVE n(s) AS (SELECT 'x' UNION ALL SELECT s || s FROM n WHERE length(s) < 60000) SELECT MAX(s) AS a, MAX(s) AS b FROM n");

        Assert.Equal((0, true), (wide.GetProperty("rows").GetArrayLength(), wide.GetProperty("truncated").GetBoolean()));
        Assert.Equal((5, true), (rows.GetProperty("rows").GetArrayLength(), rows.GetProperty("truncated").GetBoolean()));
        Assert.Equal(400, status);
    }

    [Fact]
    public async Task Amounts_of_different_lengths_are_compared_and_summed_as_numbers()
    {
        await using var index = await StartAsync();
        await AmountQuestions.AssertAsync(index);
    }

    private async Task<ServedIndex> StartAsync() => await ServedIndex.StartAsync(await databases.CreateAsync(), Hasty);
}

public sealed class PostgresConsoleTests(PostgresFixture databases)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_select_is_answered_and_nothing_else_is_done()
    {
        var options = await databases.CreateAsync();
        var reader = await ReaderAsync(options, "NOSUPERUSER");
        await using var index = await ServedIndex.StartAsync(options, new ApiOptions { QueryTimeout = TimeSpan.FromMilliseconds(500), RequestsPerSecond = 10_000 },
            async api => await PostgresConsole.OpenAsync(reader, api.Options, Stop));
        await GrantAsync(options, "requests, hub_requested");
        await index.MineRequestsAsync(4);

        var (status, body) = await index.SqlAsync("SELECT COUNT(*) AS n, og_text(og_max(fee)) AS top FROM requests -- and that is all");
        Assert.Equal(200, status);
        Assert.Equal("""[[4,"1003"]]""", body.GetProperty("rows").GetRawText());

        foreach (var sql in (string[])
        [
            "DELETE FROM hub_requested", "SELECT 1; DELETE FROM hub_requested", "SELECT 1) AS x; DELETE FROM hub_requested; SELECT * FROM (SELECT 1",
            "WITH gone AS (DELETE FROM hub_requested RETURNING 1) SELECT * FROM gone", "SELECT * FROM index_lanes", "SELECT pg_read_file('/etc/passwd')",
            "COPY hub_requested TO '/tmp/copy'", "SELECT pg_sleep(60)", "SET statement_timeout = 0", "SELECT lo_import('/etc/passwd')", "CREATE TABLE mine (x INT)",
            "COMMIT", "SELECT * FROM pg_authid", "SELECT set_config('default_transaction_read_only', 'off', false), pg_sleep(5)",
            "SELECT * FROM generate_series(1, 100000000000) a", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n",
            "WITH RECURSIVE n(i) AS (SELECT 1::NUMERIC UNION ALL SELECT i + 1 FROM n) SELECT SUM(a.i * b.i) FROM n a, n b",
        ])
            Assert.Equal(400, (await index.SqlAsync(sql)).Status);
        Assert.Equal(4, (await index.GetAsync("/v1/events/hub_requested")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Amounts_of_different_lengths_are_compared_and_summed_as_numbers()
    {
        await using var index = await StartAsync(new ApiOptions { RequestsPerSecond = 10_000 });
        await AmountQuestions.AssertAsync(index);
    }

    [Fact]
    public async Task An_answer_has_its_limits_and_a_list_is_text()
    {
        await using var index = await StartAsync(new ApiOptions { RequestsPerSecond = 10_000, SqlMaxRows = 5, SqlMaxBytes = 100_000 });

        var (_, wide) = await index.SqlAsync("SELECT repeat('x', 60000) AS a, repeat('y', 60000) AS b");
        var (_, bytes) = await index.SqlAsync("SELECT decode(repeat('00', 60000), 'hex') AS a");
        var (_, list) = await index.SqlAsync("SELECT ARRAY[1, 2] AS a, 1.50 AS b, '1 day'::INTERVAL AS c, NULL AS d, TRUE AS e, 1.5::REAL AS f, 7::SMALLINT AS f");
        var (_, rows) = await index.SqlAsync("SELECT * FROM generate_series(1, 100) AS a");

        Assert.Equal((0, true), (wide.GetProperty("rows").GetArrayLength(), wide.GetProperty("truncated").GetBoolean()));
        Assert.Equal((0, true), (bytes.GetProperty("rows").GetArrayLength(), bytes.GetProperty("truncated").GetBoolean()));
        Assert.Equal("""[["{1,2}","1.50","1 day",null,true,1.5,7]]""", list.GetProperty("rows").GetRawText());
        Assert.Equal((5, true), (rows.GetProperty("rows").GetArrayLength(), rows.GetProperty("truncated").GetBoolean()));
    }

    [Theory]
    [InlineData("SUPERUSER")]
    [InlineData("CREATEROLE")]
    [InlineData("CREATEDB")]
    public async Task A_role_that_may_do_more_than_read_opens_no_console(string attribute)
    {
        var options = await databases.CreateAsync();
        var reader = await ReaderAsync(options, attribute);

        Assert.NotNull((await PostgresConsole.OpenAsync(reader, new ApiOptions(), Stop)).Closed);
    }

    [Fact]
    public async Task Without_a_reader_there_is_no_console()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync(), console: _ => Task.FromResult<ISqlConsole?>(null));

        Assert.Equal(501, (await index.SqlAsync("SELECT 1")).Status);
    }

    private async Task<ServedIndex> StartAsync(ApiOptions limits)
    {
        var options = await databases.CreateAsync();
        var reader = await ReaderAsync(options, "NOSUPERUSER");
        var index = await ServedIndex.StartAsync(options, limits, async api => await PostgresConsole.OpenAsync(reader, api.Options, Stop));
        await GrantAsync(options, "hub_requested");
        return index;
    }

    private static string RoleOf(DatabaseOptions options) => "reader_of_" + options.Server!.Connection().Database;

    internal static async Task<DatabaseOptions> ReaderAsync(DatabaseOptions options, string attribute)
    {
        var role = RoleOf(options);
        await ExecuteAsync(options, $"CREATE ROLE {role} LOGIN {attribute} PASSWORD 'reader'; REVOKE CREATE ON SCHEMA public FROM PUBLIC");
        var server = options.Server!.Connection();
        return DatabaseOptions.Parse($"postgres://{role}:reader@{server.Host}:{server.Port}/{server.Database}");
    }

    internal static Task GrantAsync(DatabaseOptions options, string tables) => ExecuteAsync(options, $"GRANT SELECT ON {tables} TO {RoleOf(options)}");

    private static async Task ExecuteAsync(DatabaseOptions options, string sql)
    {
        var builder = options.Server!.Connection();
        builder.Pooling = false;
        await using var connection = new NpgsqlConnection(builder.ConnectionString);
        await connection.OpenAsync(Stop);
#pragma warning disable CA2100 // The test's own.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Stop);
    }
}

/// <summary>The same questions for both engines, and the same answers.</summary>
file static class AmountQuestions
{
    public static async Task AssertAsync(ServedIndex index)
    {
        foreach (var fee in (UInt256[])[9, 1_000, 10, UInt256.Parse("340282366920938463463374607431768211455")])
            index.Chain.Blocks.Mine(ServedIndex.Requested(1, ServedIndex.Someone(1), fee, new Random(1)));
        await index.SettleAsync();

        foreach (var (sql, expected) in ((string, string)[])
        [
            ("SELECT og_text(og_max(fee)), og_text(og_min(fee)), og_text(og_sum(fee)) FROM hub_requested",
                """[["340282366920938463463374607431768211455","9","340282366920938463463374607431768212474"]]"""),
            ("SELECT og_text(fee) FROM hub_requested ORDER BY fee", """[["9"],["10"],["1000"],["340282366920938463463374607431768211455"]]"""),
            ("SELECT COUNT(*) FROM hub_requested a JOIN hub_requested b ON a.fee < b.fee", "[[6]]"),
            ("SELECT og_text(og_sum(fee)), og_text(og_max(fee)) FROM hub_requested WHERE id < 0", """[["0",null]]"""),
            ("SELECT og_real(fee) FROM hub_requested ORDER BY fee LIMIT 1", "[[9]]"),
        ])
        {
            var (status, body) = await index.SqlAsync(sql);
            Assert.True(status == 200, $"{sql}: {body}");
            Assert.Equal(expected, body.GetProperty("rows").GetRawText());
        }
    }
}
