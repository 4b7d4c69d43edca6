using System.Data;
using System.Globalization;
using System.Numerics;
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
            // A parameter by its place: the text goes to the server as it is, which takes one statement with parameters, never two.
#pragma warning disable CA2100 // It is the stranger's own SQL; the role, and not the text, decides what it can do.
            await using var command = new NpgsqlCommand($"SELECT * FROM (\n{sql}\n) AS question LIMIT $1", connection, transaction);
#pragma warning restore CA2100
            command.Parameters.Add(new NpgsqlParameter { Value = (long)_options.SqlMaxRows + 1 });
            await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleResult, cancellationToken);
            using var rows = new SqlRows(_options.SqlMaxRows, _options.SqlMaxBytes);
            rows.Start(Enumerable.Range(0, reader.FieldCount).Select(reader.GetName));
            while (await reader.ReadAsync(cancellationToken) && rows.StartRow())
            {
                for (var i = 0; i < reader.FieldCount; i++)
                    rows.Write(ValueAt(reader, i));
                rows.EndRow();
            }

            // What is left is not read to its end.
            command.Cancel();
            return new SqlAnswer.Rows(rows.Finish());
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

    private static object? ValueAt(NpgsqlDataReader reader, int place)
    {
        if (reader.IsDBNull(place))
            return null;
        // A number may have more digits than our own kinds have; only whole ones do.
        return reader.GetDataTypeName(place) == "numeric" ? NumberAt(reader, place)
            : reader.GetValue(place) is short small ? (long)small
            : reader.GetValue(place);
    }

    private static string NumberAt(NpgsqlDataReader reader, int place)
    {
        try
        {
            return reader.GetDecimal(place).ToString(CultureInfo.InvariantCulture);
        }
        catch (OverflowException)
        {
            return reader.GetFieldValue<BigInteger>(place).ToString(CultureInfo.InvariantCulture);
        }
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
