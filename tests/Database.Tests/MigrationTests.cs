using OpenGradient.Database.Leases;
using OpenGradient.Database.Migrations;
using OpenGradient.Support.Databases;

namespace OpenGradient.Database.Tests;

public sealed class SqliteMigrationTests(SqliteFixture databases) : MigrationTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresMigrationTests(PostgresFixture databases) : MigrationTests(databases);

public abstract class MigrationTests(IDatabaseFixture databases)
{
    private const string First = "CREATE TABLE a (x INTEGER NOT NULL PRIMARY KEY);\nINSERT INTO a VALUES (1);\n";
    private const string Second = "CREATE TABLE b (x INTEGER NOT NULL PRIMARY KEY);\n";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Applies_each_step_once_and_in_order()
    {
        var options = await databases.CreateAsync();
        await using (await DatabaseFactory.OpenAsync(options, [Set(First)], cancellationToken: Stop))
        {
            // Made with the first step alone.
        }

        for (var i = 0; i < 2; i++)
        {
            await using var database = await DatabaseFactory.OpenAsync(options, [Set(First, Second)], cancellationToken: Stop);
            Assert.Equal([1], await database.ReadAsync(session => session.QueryAsync<int>("SELECT x FROM a"), Stop));
            Assert.Equal([1, 2], await database.ReadAsync(session => session.QueryAsync<int>("SELECT number FROM schema_migrations ORDER BY number"), Stop));
        }
    }

    [Fact]
    public async Task Leaves_nothing_of_a_step_that_fails()
    {
        var options = await databases.CreateAsync();

        var failure = await Assert.ThrowsAsync<DatabaseException>(() => DatabaseFactory.OpenAsync(options, [Set(First, "CREATE TABLE a (y INTEGER)")], cancellationToken: Stop));

        Assert.Equal((DatabaseFault.Other, false), (failure.Fault, failure.IsTransient));
        await using var database = await DatabaseFactory.OpenAsync(options, [Set(First, Second)], cancellationToken: Stop);
        Assert.Equal([1], await database.ReadAsync(session => session.QueryAsync<int>("SELECT x FROM a"), Stop));
    }

    [Fact]
    public async Task Refuses_a_step_that_was_changed_after_it_was_applied()
    {
        var options = await databases.CreateAsync();
        await (await DatabaseFactory.OpenAsync(options, [Set(First)], cancellationToken: Stop)).DisposeAsync();

        var failure = await Assert.ThrowsAsync<DatabaseException>(() => DatabaseFactory.OpenAsync(options, [Set(First + "-- later")], cancellationToken: Stop));

        Assert.Equal(DatabaseFault.WrongSchema, failure.Fault);
        Assert.Contains("Step 1 of 'test'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_a_step_whose_lines_end_otherwise_for_the_same()
    {
        var options = await databases.CreateAsync();
        await (await DatabaseFactory.OpenAsync(options, [Set(First)], cancellationToken: Stop)).DisposeAsync();

        await (await DatabaseFactory.OpenAsync(options, [Set(First.ReplaceLineEndings("\r\n"))], cancellationToken: Stop)).DisposeAsync();
    }

    [Fact]
    public async Task Refuses_a_database_of_a_newer_program()
    {
        var options = await databases.CreateAsync();
        await (await DatabaseFactory.OpenAsync(options, [Set(First, Second)], cancellationToken: Stop)).DisposeAsync();

        var failure = await Assert.ThrowsAsync<DatabaseException>(() => DatabaseFactory.OpenAsync(options, [Set(First)], cancellationToken: Stop));

        Assert.Equal(DatabaseFault.WrongSchema, failure.Fault);
        Assert.Contains("newer program", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lets_several_programs_start_at_once()
    {
        var options = await databases.CreateAsync();

        var opened = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => DatabaseFactory.OpenAsync(options, [Set(First, Second), Lease.Migrations], cancellationToken: Stop))));

        Assert.Equal([1], await opened[^1].ReadAsync(session => session.QueryAsync<int>("SELECT x FROM a"), Stop));
        foreach (var database in opened)
            await database.DisposeAsync();
    }

    private static MigrationSet Set(params string[] steps) => MigrationSet.Of("test", steps
        .SelectMany((text, i) => new[] { ($"000{i + 1}-step.sqlite.sql", text), ($"000{i + 1}-step.postgres.sql", text) })
        .ToDictionary(file => file.Item1, file => file.text, StringComparer.Ordinal));
}

public sealed class MigrationSetTests
{
    [Theory]
    [InlineData("0001-a.sqlite.sql")]
    [InlineData("0002-a.sqlite.sql", "0002-a.postgres.sql")]
    [InlineData("0001-a.sqlite.sql", "0001-b.postgres.sql")]
    [InlineData("0001-a.sqlite.sql", "0001-a.postgres.sql", "0003-a.sqlite.sql", "0003-a.postgres.sql")]
    [InlineData("0001-a.sql")]
    [InlineData("1-a.sqlite.sql", "1-a.postgres.sql")]
    [InlineData]
    public void Refuses_files_that_are_not_numbered_pairs(params string[] names) =>
        Assert.Throws<InvalidOperationException>(() => MigrationSet.Of("test", names.ToDictionary(name => name, _ => "SELECT 1", StringComparer.Ordinal)));
}

public sealed class SchemaTests(SqliteFixture sqlite, PostgresFixture postgres) : IClassFixture<SqliteFixture>
{
    [Fact]
    public async Task Both_engines_hold_the_same()
    {
        await using var file = await sqlite.OpenAsync(Lease.Migrations);
        await using var server = await postgres.OpenAsync(Lease.Migrations);

        var outline = await SchemaOutline.ReadAsync(file, TestContext.Current.CancellationToken);

        Assert.Contains("leases.expires_at integer", outline, StringComparer.Ordinal);
        Assert.Contains("leases key (name)", outline, StringComparer.Ordinal);
        Assert.Equal(outline, await SchemaOutline.ReadAsync(server, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("CREATE TABLE t (x INTEGER NOT NULL PRIMARY KEY, y BLOB) STRICT", "CREATE TABLE t (x BIGINT NOT NULL PRIMARY KEY, y BYTEA NOT NULL)")]
    [InlineData("CREATE TABLE t (x INTEGER NOT NULL PRIMARY KEY, y BLOB) STRICT", "CREATE TABLE t (x BIGINT NOT NULL PRIMARY KEY, y TEXT)")]
    [InlineData("CREATE TABLE t (x INTEGER NOT NULL PRIMARY KEY, y BLOB) STRICT", "CREATE TABLE t (x BIGINT NOT NULL, y BYTEA, UNIQUE (x))")]
    [InlineData("CREATE TABLE t (x INTEGER, y BLOB, UNIQUE (x)) STRICT", "CREATE TABLE t (x BIGINT, y BYTEA); CREATE UNIQUE INDEX i ON t (x) WHERE y IS NULL")]
    public async Task A_difference_shows(string inFile, string onServer)
    {
        var set = MigrationSet.Of("test", new Dictionary<string, string>(StringComparer.Ordinal) { ["0001-t.sqlite.sql"] = inFile, ["0001-t.postgres.sql"] = onServer });
        await using var file = await sqlite.OpenAsync(set);
        await using var server = await postgres.OpenAsync(set);

        Assert.NotEqual(await SchemaOutline.ReadAsync(file, TestContext.Current.CancellationToken), await SchemaOutline.ReadAsync(server, TestContext.Current.CancellationToken));
    }
}
