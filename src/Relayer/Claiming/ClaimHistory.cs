using OpenGradient.Database;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Claiming;

/// <summary>What became of our last claims: our answer was taken, or it was not and the work on it ended.</summary>
internal static class ClaimHistory
{
    public static async Task<IReadOnlyList<ClaimEnd>> ReadAsync(DatabaseSession session, Ethereum.Primitives.Address node) =>
        [.. (await session.QueryAsync<Row>(
            $"""
            SELECT COALESCE(settled_at, ended_at) AS At, CASE WHEN settled_at IS NOT NULL AND node = @node AND ended <> {(int)JobEnd.Overturned} THEN 1 ELSE 0 END AS Succeeded
            FROM jobs
            WHERE claim_order IS NOT NULL AND COALESCE(settled_at, ended_at) IS NOT NULL
            ORDER BY COALESCE(settled_at, ended_at) DESC LIMIT {ClaimBreaker.Sample}
            """,
            new { node })).Select(row => new ClaimEnd(row.Succeeded != 0, row.At))];

    private sealed class Row
    {
        public DateTimeOffset At { get; init; }

        public int Succeeded { get; init; }
    }
}
