using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OpenGradient.Database.Tests;

public sealed class KeptStatementsTests : IDisposable
{
    private const string Sum = "SELECT COALESCE(SUM(value), 0) FROM numbers WHERE value >= @least";

    private readonly KeepingConnection _connection;

    public KeptStatementsTests()
    {
        SqliteLibrary.EnsureLoaded();
        _connection = new KeepingConnection("Data Source=:memory:");
        _connection.Open();
        _connection.Handle!.enable_sqlite3_next_stmt(true);
        Execute("CREATE TABLE numbers (value INTEGER NOT NULL UNIQUE, name TEXT)");
        Execute("INSERT INTO numbers (value) VALUES (1), (2), (3)");
    }

    public void Dispose() => _connection.Dispose();

    [Fact]
    public void Compiles_a_text_once_and_gives_it_new_values_each_time()
    {
        Assert.Equal(6, _connection.QuerySingle<long>(Sum, new { least = 0 }));
        var compiled = Statements();

        Assert.Equal(5, _connection.QuerySingle<long>(Sum, new { least = 2 }));
        Assert.Equal(3, _connection.QuerySingle<long>(Sum, new { least = 3 }));

        Assert.Equal(compiled, Statements());
    }

    [Fact]
    public void Never_uses_a_value_of_the_time_before()
    {
        Assert.Equal(5, _connection.QuerySingle<long>(Sum, new { least = 2 }));

        using var command = _connection.CreateCommand();
        command.CommandText = Sum;

        Assert.Throws<InvalidOperationException>(() => command.ExecuteScalar());
    }

    [Fact]
    public void Runs_a_text_inside_a_reading_of_the_same()
    {
        const string Values = "SELECT value FROM numbers ORDER BY value";
        _ = _connection.Query<long>(Values).Count();
        List<long> seen = [];
        using (var outer = _connection.ExecuteReader(Values))
        {
            while (outer.Read())
                seen.Add((outer.GetInt64(0) * 10) + _connection.Query<long>(Values).Last());
        }

        Assert.Equal([13, 23, 33], seen);
    }

    [Fact]
    public void Sees_what_became_of_the_tables()
    {
        Assert.Equal(["value", "name"], Columns());

        Execute("ALTER TABLE numbers ADD COLUMN note TEXT");
        Assert.Equal(["value", "name", "note"], Columns());

        Execute("DROP TABLE numbers");
        Assert.Throws<SqliteException>(Columns);
    }

    [Fact]
    public void Goes_on_after_a_statement_that_failed()
    {
        const string Insert = "INSERT INTO numbers (value) VALUES (@value)";
        _connection.Execute(Insert, new { value = 4 });

        Assert.Throws<SqliteException>(() => _connection.Execute(Insert, new { value = 4 }));
        _connection.Execute(Insert, new { value = 5 });

        Assert.Equal(15, _connection.QuerySingle<long>(Sum, new { least = 0 }));
    }

    [Fact]
    public void Keeps_no_lock_on_what_was_read()
    {
        using (var reader = _connection.ExecuteReader(Sum, new { least = 0 }))
            Assert.True(reader.Read());

        // SQLite refuses to drop a table that a statement still reads.
        Execute("DROP TABLE numbers");
    }

    [Fact]
    public void Belongs_to_the_transaction_that_runs()
    {
        using (var transaction = _connection.BeginTransaction())
        {
            _connection.Execute("DELETE FROM numbers WHERE value >= @least", new { least = 2 }, transaction);
            Assert.Equal(1, _connection.QuerySingle<long>(Sum, new { least = 0 }, transaction));
            transaction.Rollback();
        }

        Assert.Equal(6, _connection.QuerySingle<long>(Sum, new { least = 0 }));
    }

    [Fact]
    public void Writes_each_row_of_many_with_its_own_values()
    {
        _connection.Execute("INSERT INTO numbers (value) VALUES (@value)", new[] { new { value = 10 }, new { value = 20 }, new { value = 30 } });

        Assert.Equal(66, _connection.QuerySingle<long>(Sum, new { least = 0 }));
    }

    [Fact]
    public void Ends_what_a_command_reads_with_the_command()
    {
        var command = _connection.CreateCommand();
        command.CommandText = "SELECT value FROM numbers";
        var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        command.Dispose();

        Assert.True(reader.IsClosed);
        Execute("DROP TABLE numbers");
    }

    [Fact]
    public void Takes_a_pragma_anew_each_time()
    {
        foreach (var expected in new[] { 1L, 2, 1, 2 })
        {
            Execute($"PRAGMA synchronous = {(expected == 1 ? "NORMAL" : "FULL")}");
            Assert.Equal(expected, _connection.QuerySingle<long>("PRAGMA synchronous"));
        }
    }

    [Fact]
    public void Changes_its_text_between_two_runs()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT MAX(value) FROM numbers";
        Assert.Equal(3L, command.ExecuteScalar());

        command.CommandText = "SELECT MIN(value) FROM numbers";
        Assert.Equal(1L, command.ExecuteScalar());
    }

    [Fact]
    public void Keeps_so_many_and_of_those_the_ones_used_last()
    {
        for (var i = 0; i < 1_000; i++)
        {
            _ = _connection.QuerySingle<long>($"SELECT {i}");
            _ = _connection.QuerySingle<long>(Sum, new { least = 0 });
        }

        Assert.Equal(128, _connection.KeptStatements);
        var compiled = Statements();
        Assert.Equal(6, _connection.QuerySingle<long>(Sum, new { least = 0 }));
        Assert.Equal(compiled, Statements());
    }

    [Fact]
    public void Keeps_neither_long_texts_nor_large_values()
    {
        var before = _connection.KeptStatements;

        _ = _connection.QuerySingle<long>($"SELECT {new string(' ', 5_000)} 1");
        _ = _connection.QuerySingle<long>("SELECT LENGTH(@given)", new { given = new byte[20_000] });

        Assert.Equal(before, _connection.KeptStatements);
    }

    private List<string> Columns()
    {
        using var reader = _connection.ExecuteReader("SELECT * FROM numbers");
        return [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
    }

    private void Execute(string sql) => _connection.Execute(sql);

    // How often anything was compiled cannot be asked; which statements there are can.
    private List<sqlite3_stmt> Statements()
    {
        List<sqlite3_stmt> all = [];
        for (var statement = raw.sqlite3_next_stmt(_connection.Handle!, null!); statement is not null; statement = raw.sqlite3_next_stmt(_connection.Handle!, statement))
            all.Add(statement);
        Assert.NotEmpty(all);
        return all;
    }
}
