using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Storage;

/// <summary>
/// Which contracts were announced. It is asked of the rows themselves, in the transaction that stores more of them: so that a reorganisation, a
/// restart and another writer need nothing of their own, and nobody keeps a list that grows.
/// </summary>
internal static class Announcements
{
    private const int AskedAtOnce = 500;

    /// <summary>Of some contracts those that were announced, each with the first block that did.</summary>
    public static async Task<IReadOnlyDictionary<Address, BlockNumber>> ReadAsync(DatabaseSession session, Announcement announcement, IReadOnlyCollection<Address> contracts)
    {
        var announced = new Dictionary<Address, BlockNumber>();
        var among = session.Sql("IN @asked", "= ANY(@asked)");
        foreach (var asked in contracts.Chunk(AskedAtOnce))
        {
            var rows = await session.QueryAsync<Row>(
                $"SELECT {announcement.Column} AS Contract, MIN(id) AS Id FROM {announcement.Table} WHERE {announcement.Column} {among} GROUP BY {announcement.Column}",
                new { asked = asked.Select(contract => contract.ToArray()).ToArray() });
            foreach (var row in rows)
                announced.Add(row.Contract, new RowId(row.Id).Block);
        }

        return announced;
    }

    private sealed class Row
    {
        public Address Contract { get; init; }

        public long Id { get; init; }
    }
}
