using OpenGradient.Database;

namespace OpenGradient.Indexer.Api.Operations;

/// <summary>The chain's own time, as far as it is known.</summary>
internal static class TipTime
{
    /// <summary>A block in which nothing happened is not in the database, and its time is what the follower was told since it started.</summary>
    public static async Task<long> ReadAsync(DatabaseSession session, FollowingStatus status)
    {
        var newest = await session.QuerySingleAsync<long?>(
            "SELECT MAX((SELECT d.block_time FROM index_digests d WHERE d.family = f.name ORDER BY d.block_number DESC LIMIT 1)) FROM index_families f");
        return Math.Max(newest ?? 0, (long)Math.Min(status.Now.TipTime ?? 0, long.MaxValue));
    }
}
