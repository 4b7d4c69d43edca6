using System.Security.Cryptography;
using OpenGradient.Database;

namespace OpenGradient.Relayer.Scheduling;

/// <summary>The processes on one database. On PostgreSQL its clock tells when each was seen, so that clocks of machines need not agree.</summary>
/// <param name="database">Where.</param>
/// <param name="owner">This process, as its leases name it.</param>
/// <param name="silence">After so long a process that says nothing counts as dead.</param>
/// <param name="clock">The time.</param>
/// <param name="role">What this process does.</param>
public sealed class InstanceRegister(IDatabase database, string owner, TimeSpan silence, TimeProvider clock, InstanceRole role = InstanceRole.Relayer)
{
    private const int MostListed = 100;
    private static readonly string[] Leased = ["jobs", "duties", "proofs"];
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    public string Owner => owner;

    /// <summary>What a condition on the living needs: its parameters <c>@Now</c> and <c>@Silence</c>.</summary>
    internal (DateTimeOffset Now, long Silence) Living => (clock.GetUtcNow(), (long)silence.TotalMilliseconds);

    /// <summary>The condition, in SQL, that a row of <c>instances</c> under this name is a process that lives.</summary>
    internal static string IsLiving(DatabaseSession session, string name) => $"{name}.seen_at > {Now(session)} - @Silence";

    /// <summary>A name for this process: two never have the same, though they may have the same number on two machines.</summary>
    public static string NewOwner() => $"{Environment.MachineName}/{Environment.ProcessId}/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";

    /// <summary>Says, when it is disposed of, that this process is gone: what it had leased is free at once.</summary>
    public IAsyncDisposable Leaving() => new AtTheEnd(this);

    /// <summary>Says that this process lives.</summary>
    /// <param name="address">Where its pages are.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public Task BeatAsync(Uri address, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.ExecuteAsync(
            $"""
            INSERT INTO instances (owner, address, started_at, seen_at, role) VALUES (@owner, @Address, {Now(session)}, {Now(session)}, @Role)
            ON CONFLICT (owner) DO UPDATE SET address = excluded.address, seen_at = excluded.seen_at, role = excluded.role
            """,
            new { owner, Address = address.ToString(), Now = clock.GetUtcNow(), Role = (int)role }),
        cancellationToken);

    /// <summary>Says that this process ends, after it has given its leases back.</summary>
    public Task LeaveAsync(CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.ExecuteAsync("DELETE FROM instances WHERE owner = @owner", new { owner }), cancellationToken);

    /// <summary>All that are known, the newest sign of life first.</summary>
    public Task<IReadOnlyList<Instance>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync(
        async session => (IReadOnlyList<Instance>)[.. (await session.QueryAsync<Row>(
            $"SELECT owner AS Owner, address AS Address, started_at AS StartedAt, {Now(session)} - seen_at AS SilentMs, role AS Role FROM instances ORDER BY seen_at DESC LIMIT {MostListed}",
            new { Now = clock.GetUtcNow() })).Select(row => row.ToInstance(owner, silence))],
        cancellationToken);

    /// <summary>
    /// Frees the leases of processes that are silent, and of such as nobody knows. Who was only slow finds another epoch when somebody took its jobs, and
    /// its own where nobody has: nothing is done twice on the chain.
    /// </summary>
    /// <returns>How many jobs, duties and proofs are free again.</returns>
    public Task<int> ReapAsync(CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            var now = clock.GetUtcNow();
            var parameters = new { Now = now, Silence = (long)silence.TotalMilliseconds, Forgotten = (long)Forgotten.TotalMilliseconds };
            await session.ExecuteAsync($"DELETE FROM instances WHERE seen_at < {Now(session)} - @Forgotten", parameters);
            var freed = 0;
            foreach (var table in Leased)
            {
                freed += await session.ExecuteAsync(
                    $"""
                    UPDATE {table} SET lease_until = 0
                    WHERE due_at IS NOT NULL AND lease_until > @Now AND lease_owner IS NOT NULL
                      AND NOT EXISTS (SELECT 1 FROM instances WHERE instances.owner = {table}.lease_owner AND {IsLiving(session, "instances")})
                    """,
                    parameters);
            }

            return freed;
        },
        cancellationToken);

    private sealed class AtTheEnd(InstanceRegister register) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await register.LeaveAsync(CancellationToken.None);
            }
            catch (DatabaseException)
            {
                // Its silence says it, too.
            }
        }
    }

    private static string Now(DatabaseSession session) =>
        session.Sql("@Now", "(EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT");

    private sealed class Row
    {
        public string Owner { get; init; } = "";

        public string Address { get; init; } = "";

        public long StartedAt { get; init; }

        public long SilentMs { get; init; }

        public int Role { get; init; }

        public Instance ToInstance(string self, TimeSpan silence) => new(
            Owner, Address, DateTimeOffset.FromUnixTimeMilliseconds(StartedAt), SilentMs, SilentMs < silence.TotalMilliseconds, Owner == self, (InstanceRole)Role);
    }
}

/// <summary>One process.</summary>
/// <param name="Owner">As its leases name it.</param>
/// <param name="Address">Where its pages are.</param>
/// <param name="StartedAt">Since when it is there.</param>
/// <param name="SilentMs">How long ago it was seen.</param>
/// <param name="IsAlive">Whether it may hold leases.</param>
/// <param name="IsSelf">Whether it is the one that tells.</param>
/// <param name="Role">What it does.</param>
public sealed record Instance(string Owner, string Address, DateTimeOffset StartedAt, long SilentMs, bool IsAlive, bool IsSelf, InstanceRole Role = InstanceRole.Relayer);

/// <summary>What a process on a relayer's database does. The numbers stand in the database: they never change meaning.</summary>
public enum InstanceRole
{
    /// <summary>Follows the chain, claims, answers and sends; proves, too, where it is not told to leave that to others.</summary>
    Relayer = 0,

    /// <summary>Proves, and nothing else.</summary>
    Prover = 1,
}
