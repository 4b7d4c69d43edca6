using System.Data.Common;
using System.Reflection;
using Npgsql;

namespace OpenGradient.Database;

/// <summary>One statement for many rows: a pipelined batch on PostgreSQL, one prepared statement on SQLite.</summary>
internal static class ManyRows
{
    // A server's answer to a batch is bounded by this many statements.
    private const int RowsPerMessage = 1_000;

    public static async Task<int> ExecuteAsync<T>(DatabaseSession session, string sql, IReadOnlyCollection<T> rows)
        where T : notnull =>
        session.Connection is NpgsqlConnection connection
            ? await InBatchesAsync(session, connection, sql, rows)
            : await OneByOneAsync(session, sql, rows);

    private static async Task<int> InBatchesAsync<T>(DatabaseSession session, NpgsqlConnection connection, string sql, IReadOnlyCollection<T> rows)
        where T : notnull
    {
        var changed = 0;
        foreach (var part in rows.Chunk(RowsPerMessage))
        {
            await using var batch = new NpgsqlBatch(connection, (NpgsqlTransaction)session.Transaction);
            foreach (var row in part)
            {
                var command = new NpgsqlBatchCommand(sql);
                foreach (var property in Properties<T>.All)
                {
                    var (value, type) = ColumnValue.Of(property.GetValue(row), property.PropertyType);
                    command.Parameters.Add(new NpgsqlParameter { ParameterName = property.Name, DbType = type, Value = value });
                }

                batch.BatchCommands.Add(command);
            }

            changed += await batch.ExecuteNonQueryAsync(session.Cancellation);
        }

        return changed;
    }

    private static async Task<int> OneByOneAsync<T>(DatabaseSession session, string sql, IReadOnlyCollection<T> rows)
        where T : notnull
    {
        await using var command = session.Connection.CreateCommand();
        command.Transaction = session.Transaction;
#pragma warning disable CA2100 // The text is the caller's own; what varies are the parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        var parameters = Properties<T>.All.Select(property => AddParameter(command, property)).ToArray();
        var changed = 0;
        foreach (var row in rows)
        {
            for (var i = 0; i < parameters.Length; i++)
                parameters[i].Value = ColumnValue.Of(Properties<T>.All[i].GetValue(row), Properties<T>.All[i].PropertyType).Value;
            changed += await command.ExecuteNonQueryAsync(session.Cancellation);
        }

        return changed;
    }

    private static DbParameter AddParameter(DbCommand command, PropertyInfo property)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = "@" + property.Name;
        command.Parameters.Add(parameter);
        return parameter;
    }

    private static class Properties<T>
    {
        public static PropertyInfo[] All { get; } = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance);
    }
}
