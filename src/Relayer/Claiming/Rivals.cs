using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Claiming;

/// <summary>Whether other nodes answer what we would have answered, by how the last requests ended that we know of.</summary>
internal static class Rivals
{
    // So many of the last ones are looked at, and none that is older.
    private const int Looked = 200;
    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    public static async Task<bool> AreThereAsync(DatabaseSession session, Address node, DateTimeOffset now) => await session.QuerySingleAsync<int>(
        $"""
        SELECT COUNT(*) FROM (SELECT node FROM jobs WHERE ended_at > @Oldest ORDER BY ended_at DESC LIMIT {Looked}) newest
        WHERE node <> @node AND node <> @Nobody
        """,
        new { node, Nobody = Address.Zero, Oldest = now - Memory }) > 0;
}
