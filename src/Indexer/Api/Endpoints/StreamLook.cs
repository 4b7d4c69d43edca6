using System.Data.Common;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.Endpoints;

/// <summary>What lies behind a place: what the chain took back since, then the rows that match. Streams and webhooks tell the same.</summary>
internal static class StreamLook
{
    private const int MaxReorgs = 1_000;

    /// <summary>Looks once; gives the place up to which all is told, and whether there may be more.</summary>
    /// <param name="session">Of one consistent state.</param>
    /// <param name="query">What is wanted, ascending.</param>
    /// <param name="place">From where.</param>
    /// <param name="maxRows">How many rows at the most.</param>
    /// <param name="onReorg">Told of a reorganisation that reaches below what was told.</param>
    /// <param name="onRow">Told of a row; false when there is no room for another.</param>
    public static async Task<(StreamPlace Place, bool IsMore)> LookAsync(
        DatabaseSession session, ListQuery query, StreamPlace place, int maxRows, Action<StreamPlace, BlockNumber> onReorg, Func<StreamPlace, DbDataReader, bool> onRow)
    {
        foreach (var back in await session.QueryAsync<Reorg>(
            "SELECT id AS Id, ancestor_number AS Ancestor FROM index_reorgs WHERE id > @Reorg ORDER BY id LIMIT @MaxReorgs", new { place.Reorg, MaxReorgs }))
        {
            var floor = RowId.FirstOf(back.Ancestor + 1).Value - 1;
            var isTold = floor < place.Last;
            place = new StreamPlace(Math.Min(floor, place.Last), back.Id);
            if (isTold)
                onReorg(place, back.Ancestor);
        }

        await using var command = QueryText.Rows(query with { After = place.Last }, maxRows).ToCommand(session);
        await using (var rows = await command.ExecuteReaderAsync(session.Cancellation))
        {
            var count = 0;
            while (await rows.ReadAsync(session.Cancellation))
            {
                place = place with { Last = rows.GetInt64(0) };
                if (!onRow(place, rows) || ++count == maxRows)
                    return (place, true);
            }
        }

        // Nothing up to the tip is left, so that nobody has to look there again.
        return (place with { Last = Math.Max(place.Last, await StreamPlace.TipAsync(session)) }, false);
    }

    private sealed class Reorg
    {
        public long Id { get; init; }

        public BlockNumber Ancestor { get; init; }
    }
}
