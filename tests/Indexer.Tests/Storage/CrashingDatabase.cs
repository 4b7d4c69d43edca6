using OpenGradient.Database;
using OpenGradient.Ethereum.Tests.Following.Simulation;

namespace OpenGradient.Indexer.Tests.Storage;

/// <summary>A database whose user dies: before a transaction, at its very end, or when it was committed and nobody has heard of it yet.</summary>
internal sealed class CrashingDatabase(IDatabase inner) : IDatabase
{
    /// <summary>0 before, 1 within, 2 after; null for not at all.</summary>
    public int? CrashesAt { get; set; }

    public Engine Engine => inner.Engine;

    public Task<T> ReadAsync<T>(Func<DatabaseSession, Task<T>> read, CancellationToken cancellationToken = default) => inner.ReadAsync(read, cancellationToken);

    public async Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> write, CancellationToken cancellationToken = default)
    {
        DieAt(0);
        var result = await inner.WriteAsync(
            async session =>
            {
                var written = await write(session);
                DieAt(1);
                return written;
            },
            cancellationToken);
        DieAt(2);
        return result;
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private void DieAt(int place)
    {
        if (CrashesAt == place)
            throw new ProcessDiedException();
    }
}
