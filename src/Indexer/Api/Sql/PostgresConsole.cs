using System.Data;
using Npgsql;
using OpenGradient.Database;

namespace OpenGradient.Indexer.Api.Sql;

/// <summary>
/// SQL on PostgreSQL, as a role of its own that may read and do nothing else: what may be read is what that role was granted. The server
/// itself is asked whether that is so before any question is taken. Each runs in a transaction that only reads, in a connection of its own,
/// with a time limit, and as a part of a statement of ours, so that it can only be one <c>SELECT</c>.
/// </summary>
internal sealed class PostgresConsole : ISqlConsole
{
    private static readonly HashSet<string> OwnTypes = new(StringComparer.Ordinal) { "boolean", "smallint", "integer", "bigint", "real", "double precision", "bytea" };

    private readonly NpgsqlConnectionStringBuilder _connection;
    private readonly ApiOptions _options;

    private PostgresConsole(NpgsqlConnectionStringBuilder connection, ApiOptions options, string? closed) =>
        (_connection, _options, Closed) = (connection, options, closed);

    public string? Closed { get; }

    public static async Task<PostgresConsole> OpenAsync(DatabaseOptions reader, ApiOptions options, CancellationToken cancellationToken)
    {
        var connection = reader.Server!.Connection();
        connection.Pooling = false;
        connection.Timeout = 5;
        connection.CommandTimeout = (int)Math.Ceiling(options.QueryTimeout.TotalSeconds) + 1;
        connection.Options = $"-c default_transaction_read_only=on -c statement_timeout={(int)options.QueryTimeout.TotalMilliseconds} -c work_mem=16MB";
        var closed = await FaultOfAsync(connection, cancellationToken);
        return new PostgresConsole(connection, options, closed);
    }

    public async Task<SqlAnswer> RunAsync(string sql, CancellationToken cancellationToken)
    {
        if (Closed is { } reason)
            return new SqlAnswer.Refused(reason);
        try
        {
            await using var connection = new NpgsqlConnection(_connection.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            var columns = await ColumnsAsync(connection, transaction, sql, cancellationToken);
            if (columns.Count == 0)
                return new SqlAnswer.Refused("It gives no columns.");
            return await RowsAsync(connection, transaction, sql, columns, cancellationToken);
        }
        catch (PostgresException failure)
        {
            return new SqlAnswer.Refused(failure.SqlState == PostgresErrorCodes.QueryCanceled ? $"It took longer than {_options.QueryTimeout.TotalSeconds:0.#} s." : failure.MessageText);
        }
        catch (Exception failure) when (failure is NpgsqlException or InvalidCastException or OverflowException)
        {
            return new SqlAnswer.Refused("It could not be answered.");
        }
    }

    // What a question gives, without running it.
    private async Task<IReadOnlyList<(string Name, string Type)>> ColumnsAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string sql, CancellationToken cancellationToken)
    {
        await using var command = CommandOf($"SELECT * FROM (\n{sql}\n) AS question LIMIT $1", connection, transaction);
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SchemaOnly, cancellationToken);
        return [.. Enumerable.Range(0, reader.FieldCount).Select(i => (reader.GetName(i), reader.GetDataTypeName(i)))];
    }

    // Each row begins with its size, and no more of it is read where that is too much. What has no kind here is asked for as text: a number
    // with more digits than our own kinds have, or a list.
    private async Task<SqlAnswer> RowsAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string sql, IReadOnlyList<(string Name, string Type)> columns, CancellationToken cancellationToken)
    {
        var names = string.Join(", ", columns.Select((_, i) => $"c{i}"));
        var values = columns.Select((column, i) => OwnTypes.Contains(column.Type) ? $"c{i}" : $"c{i}::TEXT").ToList();
        var sizes = columns.Select((column, i) => column.Type == "bytea" ? $"2 * octet_length(c{i})" : OwnTypes.Contains(column.Type) ? "8" : $"octet_length({values[i]})");
        await using var command = CommandOf(
            $"""
            SELECT {string.Join(" + ", sizes.Select(size => $"COALESCE({size}, 4)::BIGINT"))}, {string.Join(", ", values)} FROM (
            {sql}
            ) AS question({names}) LIMIT $1
            """,
            connection, transaction);
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleResult | CommandBehavior.SequentialAccess, cancellationToken);
        using var rows = new SqlRows(_options.SqlMaxRows, _options.SqlMaxBytes);
        rows.Start(columns.Select(column => column.Name));
        while (await reader.ReadAsync(cancellationToken) && rows.StartRow(reader.GetInt64(0)))
        {
            for (var i = 1; i < reader.FieldCount; i++)
                rows.Write(await reader.IsDBNullAsync(i, cancellationToken) ? null : ValueOf(reader.GetValue(i)));
            rows.EndRow();
        }

        // What is left is not read to its end.
        command.Cancel();
        return new SqlAnswer.Rows(rows.Finish());
    }

    private static object ValueOf(object value) => value switch
    {
        short number => (long)number,
        float number => (double)number,
        _ => value,
    };

    // A parameter by its place: the text goes to the server as it is, which takes one statement with parameters, never two.
    private NpgsqlCommand CommandOf(string sql, NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
#pragma warning disable CA2100 // It is the stranger's own SQL; the role, and not the text, decides what it can do.
        var command = new NpgsqlCommand(sql, connection, transaction);
#pragma warning restore CA2100
        command.Parameters.Add(new NpgsqlParameter { Value = (long)_options.SqlMaxRows + 1 });
        return command;
    }

    private static async Task<string?> FaultOfAsync(NpgsqlConnectionStringBuilder builder, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(builder.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand(
                """
                SELECT CASE
                  WHEN (SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls FROM pg_roles WHERE rolname = current_user)
                    THEN 'The role of the SQL console may do more than read: it is a superuser, or may make roles or databases.'
                  WHEN EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolname LIKE 'pg\_%' AND r.rolname <> 'pg_database_owner' AND pg_has_role(current_user, r.oid, 'MEMBER'))
                    THEN 'The role of the SQL console is a member of one of the server''s own roles.'
                  WHEN has_schema_privilege(current_schema(), 'CREATE') THEN 'The role of the SQL console may make tables.'
                  WHEN EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'v', 'p')
                    AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')) THEN 'The role of the SQL console may write.'
                END
                """,
                connection);
            return await command.ExecuteScalarAsync(cancellationToken) as string;
        }
        catch (NpgsqlException failure)
        {
            return $"The database of the SQL console cannot be opened: {failure.Message}";
        }
    }
}
