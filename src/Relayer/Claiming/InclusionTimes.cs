using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Claiming;

/// <summary>How long the last transactions of a key took, from the database: all replicas and restarts judge alike.</summary>
internal static class InclusionTimes
{
    public static async Task<IReadOnlyList<TimeSpan>> ReadAsync(DatabaseSession session, ChainId chain, Address sender, DateTimeOffset now) =>
        [.. (await session.QueryAsync<long>(
            $"""
            SELECT COALESCE(t.confirmed_at, @now) - a.created_at
            FROM (
              SELECT id, state, confirmed_at FROM transactions
              WHERE chain = @chain AND sender = @sender AND nonce IS NOT NULL ORDER BY nonce DESC LIMIT {InclusionPolicy.Sample}) t
            JOIN transaction_attempts a ON a.transaction_id = t.id AND a.number = 1
            WHERE a.created_at > @Oldest AND (t.confirmed_at IS NOT NULL OR t.state IN (2, 3))
            """,
            new { chain, sender, now, Oldest = now - InclusionPolicy.Memory })).Select(milliseconds => TimeSpan.FromMilliseconds(Math.Max(0, milliseconds)))];
}
