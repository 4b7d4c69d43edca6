using OpenGradient.Database.Migrations;

namespace OpenGradient.Database.Leases;

/// <summary>
/// The right to do what only one may do at a time, such as sending with one key, until a time. Its epoch is its fence: a transaction that
/// writes as the holder asks <see cref="IsHeldAsync"/> first, so that a holder that slept over its end changes nothing. Clocks decide only
/// when another may take over, never who is right.
/// </summary>
/// <param name="Name">What it is the right to.</param>
/// <param name="Owner">Who holds it: different for each process.</param>
/// <param name="Epoch">How often it has changed hands.</param>
/// <param name="ExpiresAt">When another may take it.</param>
public sealed record Lease(string Name, string Owner, long Epoch, DateTimeOffset ExpiresAt)
{
    /// <summary>The table of the leases.</summary>
    public static MigrationSet Migrations { get; } = MigrationSet.FromResources("leases", typeof(Lease).Assembly);

    /// <summary>Takes a lease that is free or over, or goes on with the owner's own; null while another holds it.</summary>
    public static async Task<Lease?> TryTakeAsync(DatabaseSession session, string name, string owner, DateTimeOffset now, TimeSpan length)
    {
        var expiresAt = now + length;
        var epoch = await session.QuerySingleOrDefaultAsync<long?>(
            """
            INSERT INTO leases (name, owner, epoch, expires_at) VALUES (@name, @owner, 1, @expiresAt)
            ON CONFLICT (name) DO UPDATE SET
              epoch = CASE WHEN leases.owner = excluded.owner THEN leases.epoch ELSE leases.epoch + 1 END,
              owner = excluded.owner,
              expires_at = excluded.expires_at
            WHERE leases.owner = excluded.owner OR leases.expires_at <= @now
            RETURNING epoch
            """,
            new { name, owner, expiresAt, now });
        return epoch is { } held ? new Lease(name, owner, held, expiresAt) : null;
    }

    /// <summary>
    /// Whether the lease is still this one. Until the transaction ends nobody else can take it, so that what it writes is written as the
    /// holder.
    /// </summary>
    public async Task<bool> IsHeldAsync(DatabaseSession session) =>
        await session.QuerySingleOrDefaultAsync<long?>(
            session.Sql(
                "SELECT epoch FROM leases WHERE name = @Name AND owner = @Owner AND epoch = @Epoch",
                "SELECT epoch FROM leases WHERE name = @Name AND owner = @Owner AND epoch = @Epoch FOR SHARE"),
            new { Name, Owner, Epoch }) is not null;

    /// <summary>Gives the lease back, so that nobody has to wait for its end; does nothing when another holds it.</summary>
    public Task ReleaseAsync(DatabaseSession session, DateTimeOffset now) =>
        // The owner becomes nobody, so that the next one, even the same again, gets an epoch of its own.
        session.ExecuteAsync(
            "UPDATE leases SET owner = '', expires_at = @now WHERE name = @Name AND owner = @Owner AND epoch = @Epoch", new { Name, Owner, Epoch, now });
}
