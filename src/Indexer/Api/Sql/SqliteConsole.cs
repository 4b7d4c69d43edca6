using System.Collections.Frozen;
using Microsoft.Data.Sqlite;
using OpenGradient.Database;
using SQLitePCL;

namespace OpenGradient.Indexer.Api.Sql;

/// <summary>
/// SQL on SQLite. The file is opened for reading only, in a connection for each question; an authorizer names what may be read and called;
/// limits bound what can be built, and a handler ends what takes too long.
/// </summary>
internal sealed class SqliteConsole(DatabaseOptions database, IReadOnlyCollection<string> tables, ApiOptions options, TimeProvider clock) : ISqlConsole
{
    private const int RecursiveAction = 33;
    private const int MaxSqlBytes = 32 * 1024;

    // Nothing ends a function while it runs: so one step may only take so long. A search for one text in another takes their lengths multiplied.
    private const int MaxValueBytes = 128 * 1024;

    private static readonly TimeSpan BetweenInterruptions = TimeSpan.FromMilliseconds(50);

    private static readonly FrozenSet<string> Functions = new[]
    {
        "abs", "avg", "ceil", "ceiling", "coalesce", "count", "cume_dist", "date", "datetime", "dense_rank", "first_value", "floor", "glob", "group_concat",
        "hex", "ifnull", "iif", "instr", "json", "json_array_length", "json_extract", "->", "->>", "lag", "last_value", "lead", "length", "like", "likely",
        "lower", "max", "min", "mod", "nth_value", "ntile", "nullif", "og_max", "og_min", "og_real", "og_sum", "og_text", "percent_rank", "pow", "power",
        "quote", "rank", "replace", "round", "row_number", "sign", "sqrt", "strftime", "substr", "substring", "sum", "time", "total", "typeof",
        "unixepoch", "unlikely", "upper",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly (int Limit, int Value)[] Limits =
    [
        (raw.SQLITE_LIMIT_LENGTH, MaxValueBytes), (raw.SQLITE_LIMIT_SQL_LENGTH, MaxSqlBytes), (raw.SQLITE_LIMIT_COLUMN, 200),
        (raw.SQLITE_LIMIT_EXPR_DEPTH, 100), (raw.SQLITE_LIMIT_COMPOUND_SELECT, 20), (raw.SQLITE_LIMIT_VDBE_OP, 250_000),
        (raw.SQLITE_LIMIT_FUNCTION_ARG, 16), (raw.SQLITE_LIMIT_ATTACHED, 0), (raw.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200),
        (raw.SQLITE_LIMIT_VARIABLE_NUMBER, 0), (raw.SQLITE_LIMIT_TRIGGER_DEPTH, 0), (raw.SQLITE_LIMIT_WORKER_THREADS, 0),
    ];

    private readonly FrozenSet<string> _tables = tables.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public string? Closed => null;

    public Task<SqlAnswer> RunAsync(string sql, CancellationToken cancellationToken) =>
        // It works on the thread that asks, and may do so for seconds.
        Task.Run(() => Run(sql, cancellationToken), cancellationToken);

    private SqlAnswer Run(string sql, CancellationToken cancellationToken)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = database.Path,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ConnectionString);
        connection.Open();
        AmountFunctions.AddTo(connection);
        var handle = connection.Handle!;
        foreach (var (limit, value) in Limits)
            raw.sqlite3_limit(handle, limit, value);
        if (HiddenNameIn(connection, sql) is { } hidden)
            return new SqlAnswer.Refused($"There is no {hidden} for you.");
        // An interruption is looked for wherever a handler of progress would be called, and costs nothing: such a handler every ten steps takes half as
        // long again. One that comes while nothing runs is forgotten, so that it is repeated; and none may come once the connection is closed.
        var (running, isOver, isLate) = (new Lock(), false, false);
        using var timer = clock.CreateTimer(_ => Interrupt(), null, options.QueryTimeout, BetweenInterruptions);
        using var abandoned = cancellationToken.Register(() => timer.Change(TimeSpan.Zero, BetweenInterruptions));
        string? refusal = null;
        delegate_authorizer allows = (_, action, first, second, _, _) => (refusal ??= RefusalOf(action, first.utf8_to_string(), second.utf8_to_string())) is null
            ? raw.SQLITE_OK : raw.SQLITE_DENY;
        raw.sqlite3_set_authorizer(handle, allows, null);
        try
        {
            return Run(handle, sql, () => refusal ?? (Volatile.Read(ref isLate) ? $"It took longer than {options.QueryTimeout.TotalSeconds:0.#} s." : null));
        }
        finally
        {
            GC.KeepAlive(allows);
            lock (running)
                isOver = true;
        }

        void Interrupt()
        {
            lock (running)
            {
                if (isOver)
                    return;
                isLate = !cancellationToken.IsCancellationRequested;
                raw.sqlite3_interrupt(handle);
            }
        }
    }

    private SqlAnswer Run(sqlite3 handle, string sql, Func<string?> refusal)
    {
        var prepared = raw.sqlite3_prepare_v2(handle, sql, out var statement, out string tail);
        using (statement)
        {
            if (prepared != raw.SQLITE_OK)
                return Refused();
            if (statement.IsInvalid)
                return new SqlAnswer.Refused("There is no statement.");
            if (raw.sqlite3_stmt_readonly(statement) == 0)
                return new SqlAnswer.Refused("Only a SELECT is run.");
            if (!string.IsNullOrWhiteSpace(tail))
                return new SqlAnswer.Refused("One statement is run, and nothing behind it.");

            using var rows = new SqlRows(options.SqlMaxRows, options.SqlMaxBytes);
            var columns = raw.sqlite3_column_count(statement);
            rows.Start(Enumerable.Range(0, columns).Select(i => raw.sqlite3_column_name(statement, i).utf8_to_string()));
            int step;
            while ((step = raw.sqlite3_step(statement)) == raw.SQLITE_ROW && rows.StartRow(Enumerable.Range(0, columns).Sum(i => SizeAt(statement, i))))
            {
                for (var i = 0; i < columns; i++)
                    rows.Write(ValueAt(statement, i));
                rows.EndRow();
            }

            return step is raw.SQLITE_DONE or raw.SQLITE_ROW ? new SqlAnswer.Rows(rows.Finish()) : Refused();
        }

        SqlAnswer.Refused Refused() => new(refusal() ?? raw.sqlite3_errmsg(handle).utf8_to_string());
    }

    // Of other kinds the question for their length would make texts.
    private static long SizeAt(sqlite3_stmt statement, int column) => raw.sqlite3_column_type(statement, column) switch
    {
        raw.SQLITE_TEXT => raw.sqlite3_column_bytes(statement, column),
        raw.SQLITE_BLOB => 2L * raw.sqlite3_column_bytes(statement, column),
        _ => 8,
    };

    private static object? ValueAt(sqlite3_stmt statement, int column) => raw.sqlite3_column_type(statement, column) switch
    {
        raw.SQLITE_INTEGER => raw.sqlite3_column_int64(statement, column),
        raw.SQLITE_FLOAT => raw.sqlite3_column_double(statement, column),
        raw.SQLITE_TEXT => raw.sqlite3_column_text(statement, column).utf8_to_string(),
        raw.SQLITE_BLOB => raw.sqlite3_column_blob(statement, column).ToArray(),
        _ => null,
    };

    private string? RefusalOf(int action, string? first, string? second) => action switch
    {
        raw.SQLITE_SELECT or RecursiveAction => null,
        raw.SQLITE_READ when first is not null && _tables.Contains(first) => null,
        // Of what no column is read only the name is told: one that the question itself gives, since no other can stand in its text.
        raw.SQLITE_READ when first is not null && string.IsNullOrEmpty(second) => null,
        raw.SQLITE_READ => $"There is no table {first} for you.",
        raw.SQLITE_FUNCTION when second is not null && Functions.Contains(second) => null,
        raw.SQLITE_FUNCTION => $"The function {second} is not for you.",
        _ => "Only a SELECT over rows is run.",
    };

    // The authorizer does not hear of every column: one that a join merges is read without its word. So nothing is run that even names what is
    // not for strangers, quoted or not: the file's other tables, SQLite's own, and the modules that are built in.
    private string? HiddenNameIn(SqliteConnection connection, string sql)
    {
        List<string> hidden = ["sqlite_", "pragma_"];
        hidden.AddRange(NamesOf(connection, "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')").Where(name => !_tables.Contains(name)));
        hidden.AddRange(NamesOf(connection, "SELECT name FROM pragma_module_list").Where(name => name is not ("json_each" or "json_tree")));
        return hidden.Find(name => sql.Contains(name, StringComparison.OrdinalIgnoreCase));
    }

    private static List<string> NamesOf(SqliteConnection connection, string select)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Our own.
        command.CommandText = select;
#pragma warning restore CA2100
        using var rows = command.ExecuteReader();
        var names = new List<string>();
        while (rows.Read())
            names.Add(rows.GetString(0));
        return names;
    }
}
