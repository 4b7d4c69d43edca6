using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OpenGradient.Database;

/// <summary>
/// A SQLite file in WAL mode: one connection writes, one transaction after another; a bounded number read beside it. Other programs on the
/// machine are waited for.
/// </summary>
internal sealed class SqliteDatabase : IDatabase
{
    // SQLite waits on the thread that asks: after a second it gives the thread back, and the transaction is tried again.
    private const int LockWaitSeconds = 1;

    // Whoever reads for long keeps the log growing; when it begins anew what is beyond this is given back to the disk.
    private const int LogBytesKept = 64 << 20;

    private readonly DatabaseOptions _options;
    private readonly Attempts _attempts;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly SemaphoreSlim _reading;
    private readonly ConcurrentBag<SqliteConnection> _idleReaders = [];
    private SqliteConnection? _writer;
    private Durability _writes;
    private bool _isDisposed;

    public SqliteDatabase(DatabaseOptions options, TimeProvider clock)
    {
        SqliteLibrary.EnsureLoaded();
        _options = options;
        _reading = new SemaphoreSlim(options.MaxReaders, options.MaxReaders);
        _attempts = new Attempts(options, clock, Spread, SqliteFaults.Read);
        MakeFolder(options);
    }

    public Engine Engine => Engine.Sqlite;

    public Task<T> ReadAsync<T>(Func<DatabaseSession, Task<T>> read, CancellationToken cancellationToken = default) =>
        _attempts.RunAsync(() => ReadOnceAsync(read, cancellationToken), cancellationToken);

    public Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> write, CancellationToken cancellationToken = default) =>
        WriteAsync(write, _options.Durability, cancellationToken);

    public async Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> write, Durability durability, CancellationToken cancellationToken = default)
    {
        var (session, result) = await _attempts.RunAsync(() => WriteOnceAsync(write, durability, cancellationToken), cancellationToken);
        session.Committed();
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        await _writing.WaitAsync();
        for (var i = 0; i < _options.MaxReaders; i++)
            await _reading.WaitAsync();
        _isDisposed = true;
        foreach (var reader in _idleReaders)
            await reader.DisposeAsync();
        // The last connection to close brings the log into the file.
        if (_writer is not null)
            await _writer.DisposeAsync();
        _writing.Dispose();
        _reading.Dispose();
    }

    private static void MakeFolder(DatabaseOptions options)
    {
        try
        {
            if (options.Folder is { Length: > 0 } folder)
                Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DatabaseException(DatabaseFault.Refused, $"{options}: its folder cannot be made: {failure.Message}", failure);
        }
    }

    private async Task<T> ReadOnceAsync<T>(Func<DatabaseSession, Task<T>> read, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var connection = _idleReaders.TryTake(out var idle) ? idle : Open("PRAGMA query_only = ON;");
            var isWhole = false;
            try
            {
                using var counted = LongWork.Begin();
                await using var transaction = Begin(connection, deferred: true);
                var result = await read(new DatabaseSession(Engine, connection, transaction, cancellationToken));
                await transaction.RollbackAsync(CancellationToken.None);
                isWhole = true;
                return result;
            }
            finally
            {
                if (isWhole)
                    _idleReaders.Add(connection);
                else
                    await connection.DisposeAsync();
            }
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task<(DatabaseSession Session, T Result)> WriteOnceAsync<T>(
        Func<DatabaseSession, Task<T>> write, Durability durability, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var connection = WriterOf(durability);
            var isWhole = false;
            try
            {
                using var counted = LongWork.Begin();
                // BEGIN IMMEDIATE: whoever will write waits at the start, and not in the middle, where one of two would have to give up.
                await using var transaction = Begin(connection, deferred: false);
                var session = new DatabaseSession(Engine, connection, transaction, cancellationToken);
                try
                {
                    var result = await write(session);
                    await transaction.CommitAsync(CancellationToken.None);
                    isWhole = true;
                    return (session, result);
                }
                catch
                {
                    LeaveOneToEnd(connection);
                    throw;
                }
            }
            finally
            {
                // After a failure nobody knows what the connection still holds.
                if (!isWhole)
                {
                    _writer = null;
                    await connection.DisposeAsync();
                }
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    // Where its disk is full the engine ends a transaction by itself. To end it once more would fail, and that failure would be told in the place of the first.
    private static void LeaveOneToEnd(SqliteConnection connection)
    {
        if (raw.sqlite3_get_autocommit(connection.Handle!) != 0)
            raw.sqlite3_exec(connection.Handle!, "BEGIN");
    }

    // Between two transactions the connection learns how sure the next one has to be: a commit that is sure makes all before it sure, too.
    private SqliteConnection WriterOf(Durability durability)
    {
        if (_writer is null)
        {
            _writer = Open("");
            _writes = _options.Durability;
        }

        if (_writes != durability)
        {
            using var command = _writer.CreateCommand();
            if (durability == Durability.Full)
                command.CommandText = "PRAGMA synchronous = FULL";
            else
                command.CommandText = "PRAGMA synchronous = NORMAL";
            command.ExecuteNonQuery();
            _writes = durability;
        }

        return _writer;
    }

#pragma warning disable CA1849 // SQLite has no other way: it works on the thread that asks.
    private static SqliteTransaction Begin(SqliteConnection connection, bool deferred) => connection.BeginTransaction(deferred);
#pragma warning restore CA1849

    private KeepingConnection Open(string pragmas)
    {
        var connection = new KeepingConnection(new SqliteConnectionStringBuilder
        {
            DataSource = _options.Path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            // The pragmas belong to a connection: it is kept here.
            Pooling = false,
            DefaultTimeout = LockWaitSeconds,
            ForeignKeys = true,
        }.ConnectionString);
        try
        {
            connection.Open();
            var synchronous = _options.Durability == Durability.Full ? "FULL" : "NORMAL";
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Pragmas take no parameters, and nothing in these is from outside.
            command.CommandText =
                $"""
                PRAGMA busy_timeout = {LockWaitSeconds * 1000}; PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}; PRAGMA cache_size = -16384;
                PRAGMA journal_size_limit = {LogBytesKept};
                {pragmas}
                """;
#pragma warning restore CA2100
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static double Spread() => RandomNumberGenerator.GetInt32(1 << 20) / (double)(1 << 20);
}
