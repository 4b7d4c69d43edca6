using OpenGradient.Database;

namespace OpenGradient.Relayer.Hosting.Starting;

/// <summary>
/// What rests until some time of day is looked at when a process starts: the clock by which that time was reckoned may have been wrong. On SQLite, which has one
/// process, leases of the one before end, too. Whoever still works by them finds another epoch.
/// </summary>
internal static class FreshStart
{
    private static readonly string[] Tables = ["jobs", "duties", "proofs"];

    public static Task BeginAsync(IDatabase database, TimeProvider clock, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            var now = new { Now = clock.GetUtcNow() };
            foreach (var table in Tables)
            {
                await session.ExecuteAsync($"UPDATE {table} SET due_at = @Now WHERE due_at > @Now", now);
                if (session.Engine == Engine.Sqlite)
                    await session.ExecuteAsync($"UPDATE {table} SET lease_until = 0 WHERE lease_until > 0", now);
            }

            if (session.Engine == Engine.Sqlite)
                await session.ExecuteAsync("UPDATE leases SET expires_at = 0", now);
        },
        cancellationToken);
}
