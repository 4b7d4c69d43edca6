using OpenGradient.Database;
using OpenGradient.Ethereum.Blocks;
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
        var ancestor = advance.Next.At(lowest.Number - 1) ?? new BlockRef(lowest.Number - 1, advance.Segment?.ParentHash ?? default);
        var reorg = await NoteAsync(session, ancestor, advance.Orphaned[0], advance.Next.Tip, advance.Endpoints, now);
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

    /// <summary>
    /// Notes that the rows above an ancestor are gone: whoever was told of them hears it by this note. Gives its number. The head's lane is held, so
    /// that notes are numbered in the order in which they are committed.
    /// </summary>
    /// <param name="session">The transaction.</param>
    /// <param name="ancestor">The last block whose rows stay.</param>
    /// <param name="oldTip">Where the head stood.</param>
    /// <param name="newTip">Where it stands now.</param>
    /// <param name="endpoints">Who said so; nobody, where the index itself goes back to make rows anew.</param>
    /// <param name="now">The time.</param>
    public static Task<long> NoteAsync(DatabaseSession session, BlockRef ancestor, BlockRef oldTip, BlockRef newTip, IEnumerable<string> endpoints, DateTimeOffset now) =>
        session.QuerySingleAsync<long>(
            """
            INSERT INTO index_reorgs (id, orphaned_at, ancestor_number, ancestor_hash, old_tip_number, old_tip_hash, new_tip_number, new_tip_hash, endpoints)
            SELECT COALESCE(MAX(id), 0) + 1, @now, @AncestorNumber, @AncestorHash, @OldNumber, @OldHash, @NewNumber, @NewHash, @Endpoints FROM index_reorgs
            RETURNING id
            """,
            new
            {
                now,
                AncestorNumber = ancestor.Number,
                AncestorHash = ancestor.Hash,
                OldNumber = oldTip.Number,
                OldHash = oldTip.Hash,
                NewNumber = newTip.Number,
                NewHash = newTip.Hash,
                Endpoints = string.Join(", ", endpoints),
            });

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
