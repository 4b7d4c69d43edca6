using System.Data;
using System.Security.Cryptography;
using Npgsql;

namespace OpenGradient.Database;

/// <summary>A PostgreSQL server: writers at READ COMMITTED, readers each in one snapshot; both from bounded pools.</summary>
internal sealed class PostgresDatabase : IDatabase
{
    private const int ConnectTimeoutSeconds = 5;
    private const int KeptStatements = 200;

    private readonly Attempts _attempts;
    private readonly NpgsqlDataSource _writers;
    private readonly NpgsqlDataSource _readers;
    private readonly Durability _usual;

    public PostgresDatabase(DatabaseOptions options, TimeProvider clock)
    {
        _attempts = new Attempts(options, clock, Spread, PostgresFaults.Read);
        _usual = options.Durability;
        var durability = options.Durability == Durability.Full ? "" : " -c synchronous_commit=off";
        _writers = NpgsqlDataSource.Create(Connection(options, options.MaxWriters, options.EndsIdleTransactions + durability));
        _readers = NpgsqlDataSource.Create(Connection(options, options.MaxReaders, options.ReaderSettings));
    }

    public Engine Engine => Engine.Postgres;

    public async Task<T> ReadAsync<T>(Func<DatabaseSession, Task<T>> read, CancellationToken cancellationToken = default) =>
        (await _attempts.RunAsync(() => OnceAsync(_readers, IsolationLevel.RepeatableRead, read, cancellationToken), cancellationToken)).Result;

    public Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> write, CancellationToken cancellationToken = default) => WriteAsync(write, _usual, cancellationToken);

    public async Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> write, Durability durability, CancellationToken cancellationToken = default)
    {
        // For this transaction alone; a connection is used by others next.
        Func<DatabaseSession, Task<T>> work = durability == _usual
            ? write
            : async session =>
            {
                await session.ExecuteAsync(durability == Durability.Full ? "SET LOCAL synchronous_commit = on" : "SET LOCAL synchronous_commit = off");
                return await write(session);
            };
        var (session, result) = await _attempts.RunAsync(
            () => OnceAsync(_writers, IsolationLevel.ReadCommitted, work, cancellationToken), cancellationToken);
        session.Committed();
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        await _writers.DisposeAsync();
        await _readers.DisposeAsync();
    }

    private static async Task<(DatabaseSession Session, T Result)> OnceAsync<T>(
        NpgsqlDataSource source, IsolationLevel level, Func<DatabaseSession, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(level, cancellationToken);
        var session = new DatabaseSession(Engine.Postgres, connection, transaction, cancellationToken);
        var result = await work(session);
        // A commit that was cancelled half-way would leave nobody knowing.
        await transaction.CommitAsync(CancellationToken.None);
        return (session, result);
    }

    private static string Connection(DatabaseOptions options, int connections, string settings)
    {
        var connection = options.Server!.Connection();
        connection.MaxPoolSize = connections;
        connection.Timeout = ConnectTimeoutSeconds;
        connection.CommandTimeout = (int)options.StatementTimeout.TotalSeconds;
        connection.MaxAutoPrepare = KeptStatements;
        // All that is set here is set for one transaction: nothing is left behind that would have to be put back each time.
        connection.NoResetOnClose = true;
        connection.Options = settings;
        return connection.ConnectionString;
    }

    private static double Spread() => RandomNumberGenerator.GetInt32(1 << 20) / (double)(1 << 20);
}
