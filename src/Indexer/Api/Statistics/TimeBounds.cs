using System.Runtime.InteropServices;
using OpenGradient.Database;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.Statistics;

/// <summary>
/// The rows of a span of time as a span of ids. Tables are in the order of ids, which is that of blocks, and no block is older than the one below it: so
/// a span of time is read, and not everything that ever was.
/// </summary>
/// <param name="First">The least id.</param>
/// <param name="End">The first one behind it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TimeBounds(long First, long End)
{
    /// <summary>The ids of a family's rows from a time on, and before another; without one, from the first or to the last that there can be.</summary>
    public static async Task<TimeBounds> ReadAsync(DatabaseSession session, string family, long? from, long? to)
    {
        var edges = await session.QuerySingleAsync<Edges>(
            "SELECT COALESCE(MIN(block_number), 0) AS Lowest, COALESCE(MAX(block_number), -1) AS Highest FROM index_digests WHERE family = @family", new { family });
        return new TimeBounds(from is { } least ? await FirstAsync(session, family, least, edges) : 0, to is { } most ? await FirstAsync(session, family, most, edges) : long.MaxValue);
    }

    // Halves what is left: a span of blocks has at most as many halves as its number has digits in base 2.
    private static async Task<long> FirstAsync(DatabaseSession session, string family, long time, Edges edges)
    {
        var (low, high) = (edges.Lowest, edges.Highest + 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var next = await session.QuerySingleOrDefaultAsync<Digest>(
                """
                SELECT block_number AS Number, block_time AS Time FROM index_digests
                WHERE family = @family AND block_number >= @middle AND block_number < @high ORDER BY block_number LIMIT 1
                """,
                new { family, middle, high });
            if (next is not null && next.Time < time)
                low = next.Number + 1;
            else
                high = middle;
        }

        return RowId.FirstOf(new((ulong)low)).Value;
    }

    private sealed class Edges
    {
        public long Lowest { get; init; }

        public long Highest { get; init; }
    }

    private sealed class Digest
    {
        public long Number { get; init; }

        public long Time { get; init; }
    }
}
