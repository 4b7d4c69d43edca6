using System.Diagnostics;
using OpenGradient.Database.Migrations;
using OpenGradient.Support.Databases;

namespace OpenGradient.Database.Tests;

public sealed class SqliteTransactionTests(SqliteFixture databases) : TransactionTests(databases), IClassFixture<SqliteFixture>
{
    [Fact]
    public async Task Says_that_the_disk_is_full_and_goes_on_when_there_is_room()
    {
        await using var database = await OpenAsync();

        var failure = await Assert.ThrowsAsync<DatabaseException>(() => database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync("PRAGMA max_page_count = 1");
                await session.ExecuteAsync("INSERT INTO t (x, bytes) VALUES (1, zeroblob(1000000))");
            },
            Stop));

        Assert.Equal((DatabaseFault.DiskFull, false), (failure.Fault, failure.IsTransient));
        await AddAsync(database, 2);
        Assert.Equal([2], await AllAsync(database));
    }

    [Fact]
    public async Task What_a_long_reader_made_the_log_take_is_given_back()
    {
        var options = await databases.CreateAsync();
        await using var database = await DatabaseFactory.OpenAsync(options, [Table], cancellationToken: Stop);
        var log = new FileInfo(options.Path + "-wal");
        await database.ReadAsync(
            async session =>
            {
                var rows = await session.QueryAsync<int>("SELECT x FROM t");
                Task writing;
                using (ExecutionContext.SuppressFlow())
                {
                    writing = Task.Run(
                        () => database.WriteAsync(session => session.ExecuteAsync("INSERT INTO t (x, bytes) VALUES (1, zeroblob(50000000)), (2, zeroblob(50000000))"), Stop), Stop);
                }

                await writing;
                return rows.Count;
            },
            Stop);
        log.Refresh();
        Assert.True(log.Length > 100_000_000, $"{log.Length}");

        // One goes through the log, and the next begins it anew.
        await AddAsync(database, 3);
        await AddAsync(database, 4);

        log.Refresh();
        Assert.InRange(log.Length, 0, 64 << 20);
    }

    [Fact]
    public async Task Says_that_a_file_is_no_database()
    {
        var options = await databases.CreateAsync();
        await File.WriteAllTextAsync(options.Path, new string('x', 5000), Stop);

        var failure = await Assert.ThrowsAsync<DatabaseException>(() => DatabaseFactory.OpenAsync(options, [], cancellationToken: Stop));

        Assert.Equal(DatabaseFault.Corrupt, failure.Fault);
    }

    [Theory]
    [InlineData(Durability.Full, 2)]
    [InlineData(Durability.Relaxed, 1)]
    public async Task Is_as_durable_as_it_was_asked_to_be(Durability durability, int synchronous)
    {
        var options = await databases.CreateAsync() with { Durability = durability };
        await using var database = await DatabaseFactory.OpenAsync(options, [], cancellationToken: Stop);

        Assert.Equal(synchronous, await database.WriteAsync(session => session.QuerySingleAsync<int>("PRAGMA synchronous"), Stop));
        Assert.Equal("wal", await database.WriteAsync(session => session.QuerySingleAsync<string>("PRAGMA journal_mode"), Stop));
    }

    [Fact]
    public async Task Says_that_its_folder_cannot_be_made()
    {
        var file = (await databases.CreateAsync()).Path;
        await File.WriteAllTextAsync(file, "no folder", Stop);

        var failure = await Assert.ThrowsAsync<DatabaseException>(
            () => DatabaseFactory.OpenAsync(DatabaseOptions.Parse($"sqlite:{file}/more/x.db"), [], cancellationToken: Stop));

        Assert.Equal((DatabaseFault.Refused, false), (failure.Fault, failure.IsTransient));
    }

    [Fact]
    public async Task A_transaction_may_be_less_durable_than_those_around_it()
    {
        await using var database = await OpenAsync();

        Assert.Equal(1, await database.WriteAsync(session => session.QuerySingleAsync<int>("PRAGMA synchronous"), Durability.Relaxed, Stop));
        Assert.Equal(2, await database.WriteAsync(session => session.QuerySingleAsync<int>("PRAGMA synchronous"), Stop));
        Assert.Equal(1, await database.WriteAsync(session => session.QuerySingleAsync<int>("PRAGMA synchronous"), Durability.Relaxed, Stop));
        Assert.Equal(2, await database.WriteAsync(session => session.QuerySingleAsync<int>("PRAGMA synchronous"), Durability.Full, Stop));
    }

    [Fact]
    public async Task Waits_for_another_program_that_writes_and_gives_up_in_the_end()
    {
        var options = await databases.CreateAsync() with { RetryFor = TimeSpan.Zero };
        await using var one = await DatabaseFactory.OpenAsync(options, [Table], cancellationToken: Stop);
        await using var other = await DatabaseFactory.OpenAsync(options with { RetryFor = TimeSpan.FromMinutes(1) }, [Table], cancellationToken: Stop);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var free = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var holder = other.WriteAsync(
            async session =>
            {
                held.TrySetResult();
                await free.Task;
                await session.ExecuteAsync("INSERT INTO t (x) VALUES (1)");
            },
            Stop);
        await held.Task;

        var failure = await Assert.ThrowsAsync<DatabaseException>(() => AddAsync(one, 2));
        Assert.Equal((DatabaseFault.Contended, true), (failure.Fault, failure.IsTransient));

        free.SetResult();
        await holder;
        await AddAsync(one, 2);
        Assert.Equal([1, 2], await AllAsync(one));
    }
}

public sealed class PostgresTransactionTests(PostgresFixture databases) : TransactionTests(databases)
{
    [Theory]
    [InlineData(true, "off")]
    [InlineData(false, "on")]
    public async Task Readers_look_rows_up_where_they_were_asked_to_and_writers_do_as_the_server_does(bool lookups, string joins)
    {
        await using var database = await DatabaseFactory.OpenAsync(await databases.CreateAsync() with { ReadsByLookups = lookups }, [], cancellationToken: Stop);

        foreach (var way in (string[])["enable_hashjoin", "enable_mergejoin", "jit"])
        {
            Assert.Equal(joins, await database.ReadAsync(session => session.QuerySingleAsync<string>($"SHOW {way}"), Stop));
            Assert.Equal("on", await database.WriteAsync(session => session.QuerySingleAsync<string>($"SHOW {way}"), Stop));
        }

        Assert.Equal("on", await database.ReadAsync(session => session.QuerySingleAsync<string>("SHOW transaction_read_only"), Stop));
    }

    [Fact]
    public async Task A_transaction_may_be_less_durable_than_those_around_it()
    {
        await using var database = await OpenAsync();

        Assert.Equal("off", await database.WriteAsync(session => session.QuerySingleAsync<string>("SHOW synchronous_commit"), Durability.Relaxed, Stop));
        Assert.Equal("on", await database.WriteAsync(session => session.QuerySingleAsync<string>("SHOW synchronous_commit"), Stop));
    }

    [Fact]
    public async Task Tries_a_conflict_again()
    {
        await using var database = await OpenAsync();
        await AddAsync(database, 1);
        await AddAsync(database, 2);
        var both = new Barrier(2);
        var attempts = 0;

        // Each holds what the other wants: one of the two is undone by the server, and done again.
        await Task.WhenAll(CrossAsync(1, 2), CrossAsync(2, 1));

        Assert.Equal(3, attempts);
        Assert.Equal([2, 2], await database.ReadAsync(session => session.QueryAsync<int>("SELECT count FROM t ORDER BY x"), Stop));

        Task CrossAsync(int first, int second)
        {
            var isFirst = true;
            return Task.Run(() => database.WriteAsync(
                async session =>
                {
                    Interlocked.Increment(ref attempts);
                    await session.ExecuteAsync("UPDATE t SET count = count + 1 WHERE x = @first", new { first });
                    if (isFirst)
                        both.SignalAndWait(Stop);
                    isFirst = false;
                    await session.ExecuteAsync("UPDATE t SET count = count + 1 WHERE x = @second", new { second });
                },
                Stop));
        }
    }

    [Fact]
    public async Task Lives_through_a_dropped_connection()
    {
        var options = await databases.CreateAsync();
        await using var database = await DatabaseFactory.OpenAsync(options, [Table], cancellationToken: Stop);
        var attempts = 0;

        await database.WriteAsync(
            async session =>
            {
                if (++attempts == 1)
                    await session.ExecuteAsync("SELECT pg_terminate_backend(pg_backend_pid())");
                await session.ExecuteAsync("INSERT INTO t (x) VALUES (1)");
            },
            Stop);

        Assert.Equal(2, attempts);
        Assert.Equal([1], await AllAsync(database));
    }

    [Fact]
    public async Task Reports_a_server_that_cannot_be_reached_without_its_password()
    {
        var options = DatabaseOptions.Parse("postgres://og:hunter2@127.0.0.1:1/none") with { RetryFor = TimeSpan.Zero };

        var failure = await Assert.ThrowsAsync<DatabaseException>(() => DatabaseFactory.OpenAsync(options, [], cancellationToken: Stop));

        Assert.Equal((DatabaseFault.Unavailable, true), (failure.Fault, failure.IsTransient));
        Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
    }
}

public abstract class TransactionTests(IDatabaseFixture databases)
{
    private protected static MigrationSet Table { get; } = MigrationSet.Of("test", new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["0001-t.sqlite.sql"] = "CREATE TABLE t (x INTEGER NOT NULL PRIMARY KEY, count INTEGER NOT NULL DEFAULT 0, bytes BLOB) STRICT;",
        ["0001-t.postgres.sql"] = "CREATE TABLE t (x BIGINT NOT NULL PRIMARY KEY, count BIGINT NOT NULL DEFAULT 0, bytes BYTEA);",
    });

    private protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keeps_nothing_of_work_that_throws_and_lets_the_exception_through()
    {
        await using var database = await OpenAsync();
        var told = false;

        var thrown = await Assert.ThrowsAsync<UnreachableException>(() => database.WriteAsync(
            async session =>
            {
                session.AfterCommit(() => told = true);
                await session.ExecuteAsync("INSERT INTO t (x) VALUES (1)");
                throw new UnreachableException("mine");
            },
            Stop));

        Assert.Equal("mine", thrown.Message);
        Assert.False(told);
        Assert.Empty(await AllAsync(database));
    }

    [Fact]
    public async Task Says_once_after_the_commit_that_it_happened()
    {
        await using var database = await OpenAsync();
        var told = new List<int>();

        await database.WriteAsync(
            async session =>
            {
                session.AfterCommit(() => told.Add(1));
                session.AfterCommit(() => told.Add(2));
                await session.ExecuteAsync("INSERT INTO t (x) VALUES (1)");
                Assert.Empty(told);
            },
            Stop);

        Assert.Equal([1, 2], told);
    }

    [Fact]
    public async Task Names_a_broken_constraint_as_such()
    {
        await using var database = await OpenAsync();
        await AddAsync(database, 1);

        var failure = await Assert.ThrowsAsync<DatabaseException>(() => AddAsync(database, 1));

        Assert.Equal((DatabaseFault.ConstraintBroken, false), (failure.Fault, failure.IsTransient));
        Assert.Contains("t", failure.Constraint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_sees_one_state_and_writes_nothing()
    {
        await using var database = await OpenAsync();
        await AddAsync(database, 1);

        var (before, after) = await database.ReadAsync(
            async session =>
            {
                var first = await session.QueryAsync<int>("SELECT x FROM t");
                // Another flow: here, transactions do not nest.
                Task adding;
                using (ExecutionContext.SuppressFlow())
                    adding = Task.Run(() => AddAsync(database, 2), Stop);
                await adding;
                return (first.Count, (await session.QueryAsync<int>("SELECT x FROM t")).Count);
            },
            Stop);

        Assert.Equal((1, 1), (before, after));
        var failure = await Assert.ThrowsAsync<DatabaseException>(() => database.ReadAsync(session => session.ExecuteAsync("DELETE FROM t"), Stop));
        Assert.Equal(DatabaseFault.Refused, failure.Fault);
        Assert.Equal([1, 2], await AllAsync(database));
    }

    [Fact]
    public async Task Refuses_a_transaction_inside_another()
    {
        await using var database = await OpenAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => database.WriteAsync(_ => AddAsync(database, 1), Stop));

        await AddAsync(database, 1);
        await AddAsync(database, 2);
        Assert.Equal([1, 2], await AllAsync(database));
    }

    [Fact]
    public async Task Loses_no_increment_of_many_at_once()
    {
        await using var database = await OpenAsync();
        await AddAsync(database, 1);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(
            () => database.WriteAsync(session => session.ExecuteAsync("UPDATE t SET count = count + 1 WHERE x = 1"), Stop), Stop)));

        Assert.Equal(50, await database.ReadAsync(session => session.QuerySingleAsync<int>("SELECT count FROM t"), Stop));
    }

    [Fact]
    public async Task Writes_many_rows_by_one_statement_and_counts_them()
    {
        await using var database = await OpenAsync();
        var rows = Enumerable.Range(1, 2500).Select(x => new { x, bytes = x % 2 == 0 ? null : new byte[] { 1, 2 } }).ToList();

        var added = await database.WriteAsync(session => session.ExecuteManyAsync("INSERT INTO t (x, bytes) VALUES (@x, @bytes)", rows), Stop);
        var changed = await database.WriteAsync(
            session => session.ExecuteManyAsync("UPDATE t SET count = 1 WHERE x = @x AND bytes IS NULL", rows.Select(row => new { row.x }).ToList()), Stop);

        Assert.Equal((2500, 1250), (added, changed));
        Assert.Equal(Enumerable.Range(1, 2500), await AllAsync(database));
        Assert.Equal(0, await database.WriteAsync(session => session.ExecuteManyAsync("DELETE FROM t", Array.Empty<object>()), Stop));
    }

    [Fact]
    public async Task Ends_early_when_it_is_cancelled()
    {
        await using var database = await OpenAsync();
        using var stopping = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync("INSERT INTO t (x) VALUES (1)");
                await stopping.CancelAsync();
                session.Cancellation.ThrowIfCancellationRequested();
            },
            stopping.Token));

        Assert.Empty(await AllAsync(database));
    }

    private protected Task<IDatabase> OpenAsync() => databases.OpenAsync(Table);

    private protected static Task AddAsync(IDatabase database, int x) =>
        database.WriteAsync(session => session.ExecuteAsync("INSERT INTO t (x) VALUES (@x)", new { x }), Stop);

    private protected static Task<IReadOnlyList<int>> AllAsync(IDatabase database) =>
        database.ReadAsync(session => session.QueryAsync<int>("SELECT x FROM t ORDER BY x"), Stop);
}
