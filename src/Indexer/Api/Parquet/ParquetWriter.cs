using System.Buffers;
using System.Data.Common;
using System.Globalization;
using System.Text;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.Parquet;

/// <summary>
/// Gathers rows in a temporary database on disk, and makes a Parquet file of them. Memory and room are bounded; everything temporary lies in a
/// folder of its own, which ends with it.
/// </summary>
internal sealed class ParquetWriter : IDisposable
{
    private const int MemoryMiB = 128;

    // What was appended is held in memory until it is flushed, and so is a row group until it is written.
    private const int MaxBytesUnflushed = 8 << 20;
    private const int RowGroupBytes = 16 << 20;
    private const int LeastRowGroupRows = 2_048;
    private const int MostRowGroupRows = 50_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("og-parquet-").FullName;
    private readonly IReadOnlyList<Column> _columns;
    private readonly long _maxBytes;
    private nint _database;
    private nint _connection;
    private nint _appender;
    private long _rows;
    private long _bytes;
    private long _unflushed;

    /// <param name="columns">What each row has.</param>
    /// <param name="maxBytes">How many bytes its values may have; on disk they take less.</param>
    /// <exception cref="DuckDbException">There is no room for it.</exception>
    public ParquetWriter(IReadOnlyList<Column> columns, long maxBytes)
    {
        (_columns, _maxBytes) = (columns, maxBytes);
        try
        {
            _database = DuckDb.Open(Path.Combine(_folder, "rows.duckdb"));
            _connection = DuckDb.Connect(_database);
            DuckDb.Execute(_connection, string.Create(
                CultureInfo.InvariantCulture,
                $"SET memory_limit = '{MemoryMiB}MiB'; SET threads = 1; SET temp_directory = '{Quoted("spilled")}'; SET max_temp_directory_size = '{maxBytes >> 20}MiB'; SET wal_autocheckpoint = '8MiB'; SET enable_progress_bar = false"));
            DuckDb.Execute(_connection, $"CREATE TABLE rows ({string.Join(", ", columns.Select(column => $"\"{column.Name}\" {TypeOf(column)}"))})");
            _appender = DuckDb.Appender(_connection, "rows");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Takes the row that a reader is at; false where there is no room for more.</summary>
    public bool TryAppend(DbDataReader row)
    {
        if (_bytes > _maxBytes)
            return false;
        _rows++;
        for (var i = 0; i < _columns.Count; i++)
            DuckDb.Require(_appender, Append(row, i, _columns[i]));
        DuckDb.Require(_appender, DuckDb.duckdb_appender_end_row(_appender));
        if (_unflushed > MaxBytesUnflushed)
        {
            DuckDb.Require(_appender, DuckDb.duckdb_appender_flush(_appender));
            _unflushed = 0;
        }

        return true;
    }

    /// <summary>Makes the file of all rows, and gives its path; a cancelled token ends that with a <see cref="DuckDbException"/>.</summary>
    public string Finish(CancellationToken cancellationToken)
    {
        var path = Path.Combine(_folder, "rows.parquet");
        DuckDb.Require(_appender, DuckDb.duckdb_appender_flush(_appender));
        var groupRows = Math.Clamp(RowGroupBytes / Math.Max(1, _bytes / Math.Max(1, _rows)), LeastRowGroupRows, MostRowGroupRows);
        using var interrupt = cancellationToken.Register(() => DuckDb.duckdb_interrupt(_connection));
        DuckDb.Execute(_connection, string.Create(CultureInfo.InvariantCulture, $"COPY rows TO '{Quoted("rows.parquet")}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {groupRows})"));
        return path;
    }

    public void Dispose()
    {
        if (_appender != 0)
            _ = DuckDb.duckdb_appender_destroy(ref _appender);
        if (_connection != 0)
            DuckDb.duckdb_disconnect(ref _connection);
        if (_database != 0)
            DuckDb.duckdb_close(ref _database);
        Directory.Delete(_folder, recursive: true);
    }

    private string Quoted(string name) => Path.Combine(_folder, name).Replace("'", "''", StringComparison.Ordinal);

    // Amounts have more digits than any number of Parquet's: they are text, as they are in CSV and JSON.
    private static string TypeOf(Column column) => column.Kind switch
    {
        ColumnKind.Integer when column.Name != "id" => "BIGINT",
        ColumnKind.Boolean => "BOOLEAN",
        _ => "VARCHAR",
    };

    private int Append(DbDataReader row, int place, Column column)
    {
        if (row.IsDBNull(place))
            return DuckDb.duckdb_append_null(_appender);
        return column.Kind switch
        {
            ColumnKind.Integer when column.Name != "id" => DuckDb.duckdb_append_int64(_appender, row.GetInt64(place)),
            ColumnKind.Boolean => DuckDb.duckdb_append_bool(_appender, row.GetBoolean(place)),
            _ => AppendText(RowJson.PlainTextOf(row, place, column)),
        };
    }

    private int AppendText(string text)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, rented);
        var state = DuckDb.duckdb_append_varchar_length(_appender, rented.AsSpan(0, Math.Max(1, length)), (ulong)length);
        ArrayPool<byte>.Shared.Return(rented);
        _bytes += length + sizeof(long);
        _unflushed += length + sizeof(long);
        return state;
    }
}
