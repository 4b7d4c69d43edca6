using OpenGradient.Database;
using OpenGradient.Database.Leases;

namespace OpenGradient.Sending.Storage;

/// <summary>Another replica sends with the key now: what was about to be written was not.</summary>
internal sealed class LeaseLostException() : Exception("Another replica sends with this key.");

/// <summary>
/// The right to send with a key. Every write asks for it in its own transaction, so that a replica that slept changes nothing.
/// </summary>
internal sealed class KeyLease(IDatabase database, string name, string owner, TimeSpan length, TimeProvider clock)
{
    private const int RenewalsPerLength = 3;

    private Lease? _lease;

    /// <summary>Whether this replica may send; takes the lease, or goes on with it, where it can.</summary>
    public async Task<bool> HoldAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (_lease is null || _lease.ExpiresAt - now < length * (RenewalsPerLength - 1) / RenewalsPerLength)
            _lease = await database.WriteAsync(session => Lease.TryTakeAsync(session, name, owner, now, length), cancellationToken);
        return _lease is not null;
    }

    /// <summary>Writes as the holder, or throws <see cref="LeaseLostException"/>.</summary>
    public async Task WriteAsync(Func<DatabaseSession, Task> write, CancellationToken cancellationToken)
    {
        var lease = _lease ?? throw new LeaseLostException();
        try
        {
            await database.WriteAsync(
                async session =>
                {
                    if (!await lease.IsHeldAsync(session))
                        throw new LeaseLostException();
                    await write(session);
                },
                cancellationToken);
        }
        catch (LeaseLostException)
        {
            _lease = null;
            throw;
        }
    }

    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (_lease is { } lease)
            await database.WriteAsync(session => lease.ReleaseAsync(session, clock.GetUtcNow()), cancellationToken);
        _lease = null;
    }
}
