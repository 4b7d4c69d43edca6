using OpenGradient.Database;

namespace OpenGradient.Benchmarks.Indexer;

/// <summary>A database for one case, which goes when the case is over: PostgreSQL would tidy up what is left behind while the next is measured.</summary>
/// <param name="inner">The database.</param>
/// <param name="settle">Has the server do what it does with rows that were just stored, once it is left alone for a minute.</param>
/// <param name="drop">Removes it.</param>
internal sealed class BenchDatabase(IDatabase inner, Func<Task> settle, Func<Task> drop) : IDatabase
{
    public Engine Engine => inner.Engine;

    public Task SettleAsync() => settle();

    public Task<T> ReadAsync<T>(Func<DatabaseSession, Task<T>> read, CancellationToken cancellationToken = default) => inner.ReadAsync(read, cancellationToken);

    public Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> write, CancellationToken cancellationToken = default) => inner.WriteAsync(write, cancellationToken);

    public Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> write, Durability durability, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(write, durability, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await drop();
    }
}
