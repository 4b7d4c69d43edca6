using OpenGradient.Database;
using OpenGradient.Ethereum.Following;
using OpenGradient.Indexer.Rows;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Storage;

/// <summary>
/// What the chain took back. Rows of replaced blocks move, as they are, to their table's twin, with the reorganisation that replaced them:
/// so nobody who asks the tables counts what did not happen, and nothing that was once told is lost.
/// </summary>
internal static class OrphanLedger
{
    public static async Task MoveAsync(DatabaseSession session, IReadOnlyList<RoutedFamily> families, ChainAdvance advance, DateTimeOffset now)
    {
        var lowest = advance.Orphaned[^1];
        var (oldTip, newTip) = (advance.Orphaned[0], advance.Next.Tip);
        var ancestor = advance.Next.At(lowest.Number - 1);
        var reorg = await session.QuerySingleAsync<long>(
            """
            INSERT INTO index_reorgs (id, orphaned_at, ancestor_number, ancestor_hash, old_tip_number, old_tip_hash, new_tip_number, new_tip_hash, endpoints)
            SELECT COALESCE(MAX(id), 0) + 1, @now, @ancestorNumber, @ancestorHash, @OldNumber, @OldHash, @NewNumber, @NewHash, @Endpoints FROM index_reorgs
            RETURNING id
            """,
            new
            {
                now,
                ancestorNumber = lowest.Number - 1,
                ancestorHash = ancestor?.Hash ?? advance.Segment?.ParentHash ?? default,
                OldNumber = oldTip.Number,
                OldHash = oldTip.Hash,
                NewNumber = newTip.Number,
                NewHash = newTip.Hash,
                Endpoints = string.Join(", ", advance.Endpoints),
            });
        var first = RowId.FirstOf(lowest.Number).Value;
        foreach (var table in families.SelectMany(family => family.All))
        {
            var layout = table.Layout;
            await session.ExecuteAsync(
                $"INSERT INTO {layout.OrphanName} (reorg_id, {layout.ColumnList}) SELECT @reorg, {layout.ColumnList} FROM {layout.Name} WHERE id >= @first",
                new { reorg, first });
        }

        // Other families may stand elsewhere: this may be the reorganisation of a lane that fills in one of them.
        foreach (var family in families)
        {
            await session.ExecuteAsync(
                """
                INSERT INTO orphaned_digests (reorg_id, family, block_number, block_hash, block_time, row_count, digest)
                SELECT @reorg, family, block_number, block_hash, block_time, row_count, digest FROM index_digests WHERE family = @Name AND block_number >= @Number
                """,
                new { reorg, family.Family.Name, lowest.Number });
        }

        await DropFromAsync(session, families.Select(family => family.Family), lowest.Number.Value);
    }

    /// <summary>Removes all rows and digests of families from a block on.</summary>
    public static async Task DropFromAsync(DatabaseSession session, IEnumerable<EventFamily> families, ulong firstBlock)
    {
        var first = RowId.FirstOf(new(firstBlock)).Value;
        foreach (var family in families)
        {
            foreach (var table in TableLayout.Of(family))
                await session.ExecuteAsync($"DELETE FROM {table.Name} WHERE id >= @first", new { first });
            await session.ExecuteAsync("DELETE FROM index_digests WHERE family = @Name AND block_number >= @firstBlock", new { family.Name, firstBlock });
        }
    }
}
