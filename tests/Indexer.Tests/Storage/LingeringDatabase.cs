using OpenGradient.Database;

namespace OpenGradient.Indexer.Tests.Storage;

/// <summary>A database whose user is slow to commit what it has written.</summary>
internal sealed class LingeringDatabase(IDatabase inner, Func<Task> beforeCommit) : IDatabase
{
    public Engine Engine => inner.Engine;

    public Task<T> ReadAsync<T>(Func<DatabaseSession, Task<T>> read, CancellationToken cancellationToken = default) => inner.ReadAsync(read, cancellationToken);

    public Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> write, CancellationToken cancellationToken = default) => inner.WriteAsync(
        async session =>
        {
            var written = await write(session);
            // What others do meanwhile is no part of this transaction.
            Task others;
            using (ExecutionContext.SuppressFlow())
                others = Task.Run(beforeCommit);
            await others;
            return written;
        },
        cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
