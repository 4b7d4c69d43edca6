using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Indexer.Fetching;

/// <summary>
/// Attempts at blobs of one turn, some at a time. Each is followed by the next that is due: one that hangs takes up its own place and no other.
/// </summary>
/// <param name="database">Where it stands what is due.</param>
/// <param name="turn">Whose attempts these are.</param>
/// <param name="places">How many at a time.</param>
/// <param name="fetch">Makes an attempt, and writes what became of it.</param>
/// <param name="clock">Says what is due.</param>
internal sealed class BlobLane(IDatabase database, BlobTurn turn, int places, Func<BlobRow, CancellationToken, Task> fetch, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly HashSet<Hash32> _running = [];

    public int Places => places;

    /// <summary>In all places at once, until nothing is due any more.</summary>
    public Task DrainAsync(CancellationToken cancellationToken) => Task.WhenAll(Enumerable.Range(0, places).Select(_ => WorkAsync(cancellationToken)));

    /// <summary>In one place, one attempt after the other until nothing is due that is not being tried. Gives when the next one is; null where none waits.</summary>
    public async Task<DateTimeOffset?> WorkAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (row, next) = await TakeAsync(cancellationToken);
            if (row is null)
                return next is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
            try
            {
                await fetch(row, cancellationToken);
            }
            finally
            {
                await LeaveAsync(row);
            }
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task<(BlobRow? Row, long? NextAt)> TakeAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            var taken = await database.ReadAsync(
                async session =>
                {
                    // As many as may be running, and one more.
                    var due = await BlobTable.DueAsync(session, turn, now, places);
                    var row = due.FirstOrDefault(row => !_running.Contains(row.Hash));
                    return (row, row is null ? await BlobTable.NextAtAsync(session, turn, now) : null);
                },
                cancellationToken);
            if (taken.row is { } found)
                _running.Add(found.Hash);
            return taken;
        }
        finally
        {
            _gate.Release();
        }
    }

    // Not while somebody chooses: what was read before the attempt was written is not taken for due once it is over.
    private async Task LeaveAsync(BlobRow row)
    {
        await _gate.WaitAsync(CancellationToken.None);
        _running.Remove(row.Hash);
        _gate.Release();
    }
}

/// <summary>Whose turn it is. Evidence has one of its own: a quorum stands behind it, while anybody may name as many descriptions as he pays for.</summary>
internal enum BlobTurn
{
    Evidence,
    Descriptions,
}
