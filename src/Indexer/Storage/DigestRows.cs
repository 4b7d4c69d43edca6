using OpenGradient.Database;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Rows;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Storage;

/// <summary>The digests of blocks as rows, and the state hashes that run through them.</summary>
internal static class DigestRows
{
    // How many are read at once while a family's states are run through.
    private const int PageRows = 10_000;

    /// <summary>Runs the states of a family through the digests that have none yet: those above what was filled in.</summary>
    public static async Task FoldAsync(DatabaseSession session, ChainId chain, EventFamily family)
    {
        while (true)
        {
            var page = await session.QueryAsync<Row>(
                """
                SELECT block_number AS Number, block_hash AS Hash, block_time AS Time, digest AS Digest FROM index_digests
                WHERE family = @Name AND state IS NULL ORDER BY block_number LIMIT @PageRows
                """,
                new { family.Name, PageRows });
            if (page.Count == 0)
                return;
            var state = await StateBelowAsync(session, chain, family, page[0].Number);
            var folded = new List<StateUpdate>(page.Count);
            foreach (var row in page)
            {
                state = StateHash.After(state, new BlockRef(row.Number, row.Hash), row.Time, row.Digest);
                folded.Add(new StateUpdate(family.Name, row.Number, state));
            }

            await session.ExecuteManyAsync("UPDATE index_digests SET state = @State WHERE family = @Name AND block_number = @Number", folded);
        }
    }

    /// <summary>The state of a family before a block: that of the last block below it which has one.</summary>
    public static async Task<Hash32> StateBelowAsync(DatabaseSession session, ChainId chain, EventFamily family, BlockNumber number) =>
        await session.QuerySingleOrDefaultAsync<Hash32?>(
            "SELECT state FROM index_digests WHERE family = @Name AND block_number < @number AND state IS NOT NULL ORDER BY block_number DESC LIMIT 1",
            new { family.Name, number })
        ?? StateHash.Empty(chain, family);

    private sealed record StateUpdate(string Name, BlockNumber Number, Hash32 State);

    private sealed class Row
    {
        public BlockNumber Number { get; init; }

        public Hash32 Hash { get; init; }

        public ulong Time { get; init; }

        public Hash32 Digest { get; init; }
    }
}
