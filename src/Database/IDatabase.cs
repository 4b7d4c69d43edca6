namespace OpenGradient.Database;

/// <summary>
/// A database. All work is done in transactions, each given as a function of a session. What fails for a passing reason (a lock, a
/// conflict, a restart of the server) is done again from its start, within <see cref="DatabaseOptions.RetryFor"/>; what fails for good is a
/// <see cref="DatabaseException"/>. Other exceptions of the function pass through, and undo the transaction.
/// </summary>
public interface IDatabase : IAsyncDisposable
{
    Engine Engine { get; }

    /// <summary>Reads one consistent state. A statement that writes fails.</summary>
    Task<T> ReadAsync<T>(Func<DatabaseSession, Task<T>> read, CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes in one transaction. The function may run several times, and, where a connection broke while it was told to commit, once more
    /// after it already took effect. So it must come to the same end when it finds its own work done, and leave nothing behind in memory;
    /// what must happen only after the transaction is for <see cref="DatabaseSession.AfterCommit"/>. Transactions do not nest: inside one,
    /// everything is done with its session.
    /// </summary>
    Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> write, CancellationToken cancellationToken = default);

    /// <summary>
    /// As the other, with a durability of its own. After a loss of power the last of what was written <see cref="Durability.Relaxed"/> may be missing, but never
    /// what was written before something that is there. A database that knows no difference keeps all.
    /// </summary>
    Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> write, Durability durability, CancellationToken cancellationToken = default) =>
        WriteAsync(write, cancellationToken);
}

/// <summary>Transactions without a result.</summary>
public static class DatabaseExtensions
{
    /// <inheritdoc cref="IDatabase.WriteAsync{T}(Func{DatabaseSession, Task{T}}, CancellationToken)"/>
    public static Task WriteAsync(this IDatabase database, Func<DatabaseSession, Task> write, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            async session =>
            {
                await write(session);
                return true;
            },
            cancellationToken);
}
