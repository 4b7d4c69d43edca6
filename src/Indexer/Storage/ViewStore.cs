using System.Security.Cryptography;
using System.Text;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Storage;

/// <summary>
/// The views in the database. One whose text is as it was stays, with the rights that an operator gave to it; the others are made anew.
/// </summary>
internal static class ViewStore
{
    /// <summary>Drops what is not wanted any more or has changed; all, where a table is about to be dropped under them.</summary>
    public static async Task DropAsync(DatabaseSession session, IReadOnlyList<EventFamily> families, bool dropsAll)
    {
        var wanted = AnalystViews.Over(families).ToDictionary(view => view.Name, HashOf, StringComparer.Ordinal);
        foreach (var known in await session.QueryAsync<Row>("SELECT name AS Name, hash AS Hash FROM index_views"))
        {
            if (!dropsAll && wanted.TryGetValue(known.Name, out var hash) && hash == known.Hash)
                continue;
            await session.ExecuteAsync($"DROP VIEW IF EXISTS {known.Name}");
            await session.ExecuteAsync("DELETE FROM index_views WHERE name = @Name", new { known.Name });
        }
    }

    /// <summary>Makes what is wanted and not there.</summary>
    public static async Task CreateAsync(DatabaseSession session, IReadOnlyList<EventFamily> families)
    {
        var known = (await session.QueryAsync<string>("SELECT name FROM index_views")).ToHashSet(StringComparer.Ordinal);
        foreach (var view in AnalystViews.Over(families).Where(view => !known.Contains(view.Name)))
        {
            await session.ExecuteAsync($"CREATE VIEW {view.Name} AS {view.SelectFor(session.Engine)}");
            await session.ExecuteAsync("INSERT INTO index_views (name, hash) VALUES (@Name, @Hash)", new { view.Name, Hash = HashOf(view) });
        }
    }

    private static Hash32 HashOf(AnalystView view) => new(SHA256.HashData(Encoding.UTF8.GetBytes(view.Select.ReplaceLineEndings("\n"))));

    private sealed class Row
    {
        public string Name { get; init; } = "";

        public Hash32 Hash { get; init; }
    }
}
