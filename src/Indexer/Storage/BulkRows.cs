using Microsoft.Data.Sqlite;
using Npgsql;
using OpenGradient.Database;
using OpenGradient.Indexer.Rows;
using OpenGradient.Indexer.Schema;
using SQLitePCL;

namespace OpenGradient.Indexer.Storage;

/// <summary>
/// Puts encoded rows into their table by the fastest way that each engine has: one prepared statement, bound straight from the bytes, on
/// SQLite; one binary COPY, of the bytes as they are, on PostgreSQL.
/// </summary>
internal static class BulkRows
{
    private static readonly byte[] CopyHeader = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] CopyTrailer = [0xFF, 0xFF];

    /// <param name="session">The transaction.</param>
    /// <param name="table">The table.</param>
    /// <param name="columns">Its columns, as the rows have them.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="onConflict">What SQLite does about rows that are there already; PostgreSQL's COPY knows no such thing.</param>
    public static async Task InsertAsync(DatabaseSession session, string table, IReadOnlyList<Column> columns, RowBuffer rows, string onConflict = "")
    {
        if (rows.Rows == 0)
            return;
        if (session.Connection is SqliteConnection sqlite)
            Insert(sqlite, $"{table} ({string.Join(", ", columns.Select(column => column.Name))})", onConflict, columns, rows.Written, session.Cancellation);
        else
            await CopyAsync((NpgsqlConnection)session.Connection, table, columns, rows.WrittenMemory, session.Cancellation);
    }

    private static async Task CopyAsync(
        NpgsqlConnection connection, string table, IReadOnlyList<Column> columns, ReadOnlyMemory<byte> rows, CancellationToken cancellationToken)
    {
        var names = string.Join(", ", columns.Select(column => column.Name));
        await using var copy = await connection.BeginRawBinaryCopyAsync($"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)", cancellationToken);
        await copy.WriteAsync(CopyHeader, cancellationToken);
        await copy.WriteAsync(rows, cancellationToken);
        await copy.WriteAsync(CopyTrailer, cancellationToken);
    }

    private static void Insert(
        SqliteConnection connection, string into, string onConflict, IReadOnlyList<Column> columns, ReadOnlySpan<byte> rows, CancellationToken cancellationToken)
    {
        var places = string.Join(", ", Enumerable.Repeat("?", columns.Count));
        Check(connection, raw.sqlite3_prepare_v2(connection.Handle, $"INSERT INTO {into} VALUES ({places}) {onConflict}", out var statement));
        using (statement)
        {
            var reader = new RowReader(rows);
            while (!reader.IsAtEnd)
            {
                cancellationToken.ThrowIfCancellationRequested();
                reader.StartRow();
                for (var i = 0; i < columns.Count; i++)
                    Bind(statement, i + 1, columns[i].Kind, ref reader);
                var done = raw.sqlite3_step(statement);
                if (done != raw.SQLITE_DONE)
                    Check(connection, done);
                raw.sqlite3_reset(statement);
            }
        }
    }

    private static void Bind(sqlite3_stmt statement, int place, ColumnKind kind, ref RowReader reader)
    {
        if (!reader.TryRead(out var field))
        {
            raw.sqlite3_bind_null(statement, place);
            return;
        }

        switch (kind)
        {
            case ColumnKind.Integer:
                raw.sqlite3_bind_int64(statement, place, System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(field));
                break;
            case ColumnKind.Boolean:
                raw.sqlite3_bind_int(statement, place, field[0]);
                break;
            case ColumnKind.Text or ColumnKind.Json:
                // An empty span is no text to SQLite, but nothing.
                if (field.IsEmpty)
                    raw.sqlite3_bind_text(statement, place, "");
                else
                    raw.sqlite3_bind_text(statement, place, field);
                break;
            default:
                // No bytes are a blob of length zero, which is not nothing.
                if (field.IsEmpty)
                    raw.sqlite3_bind_zeroblob(statement, place, 0);
                else
                    raw.sqlite3_bind_blob(statement, place, field);
                break;
        }
    }

    private static void Check(SqliteConnection connection, int result)
    {
        if (result != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(result, connection.Handle);
    }
}
