using System.Diagnostics;
using OpenGradient.Database;

namespace OpenGradient.Indexer.Child;

/// <summary>A database whose process ends by SIGKILL in one of its transactions: nothing is flushed, closed or told.</summary>
/// <param name="inner">The database.</param>
/// <param name="transaction">Which one; below zero for none.</param>
/// <param name="place">0 before it, 1 at its very end, 2 when it was committed and nobody has heard of it yet.</param>
internal sealed class KillingDatabase(IDatabase inner, int transaction, int place) : IDatabase
{
    private int _count;

    public Engine Engine => inner.Engine;

    public Task<T> ReadAsync<T>(Func<DatabaseSession, Task<T>> read, CancellationToken cancellationToken = default) => inner.ReadAsync(read, cancellationToken);

    public async Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> write, CancellationToken cancellationToken = default)
    {
        var isLast = _count++ == transaction;
        EndAt(0);
        var result = await inner.WriteAsync(
            async session =>
            {
                var written = await write(session);
                EndAt(1);
                return written;
            },
            cancellationToken);
        EndAt(2);
        return result;

        void EndAt(int here)
        {
            if (isLast && place == here)
                Process.GetCurrentProcess().Kill();
        }
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
