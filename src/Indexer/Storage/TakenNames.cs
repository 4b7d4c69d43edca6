using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Storage;

/// <summary>
/// What families call their tables, the twins and the indexes. Operators choose names, and two things of one name would be one table: with the rows
/// of both, and a reorganisation of either would delete the other's.
/// </summary>
internal static class TakenNames
{
    public const string Remedy = "Rename the family or its table in the file that OG_INDEXER_FAMILIES names.";

    // So much of a name PostgreSQL keeps; the end of a longer one it forgets without a word.
    private const int Longest = 63;

    // The index's own, those of what shares its database, and the engines'.
    private static readonly string[] Reserved = ["index_", "orphaned_", "copied_", "webhook", "schema", "sqlite_", "pg_"];

    /// <summary>Everything that a family puts into the database, but for the index on whoever announces its contracts.</summary>
    public static IEnumerable<string> Of(EventFamily family)
    {
        foreach (var table in TableLayout.Of(family))
        {
            yield return table.Name;
            yield return table.OrphanName;
            foreach (var column in table.Indexes.Distinct(StringComparer.Ordinal))
                yield return table.IndexOn(column);
        }

        if (family.Balances is { } balances)
        {
            yield return balances.Name;
            yield return balances.ByAccount.Name;
        }
    }

    /// <summary>What is wrong with the names of families that are to stand in one database; null for nothing.</summary>
    public static string? FaultOf(IReadOnlyList<EventFamily> families)
    {
        if (families.CountBy(family => family.Name, StringComparer.Ordinal).FirstOrDefault(name => name.Value > 1) is { Value: > 1 } twice)
            return $"Two families are called {twice.Key}.";
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        // Several families may be announced by one column.
        var announcing = families.Select(family => family.AnnouncedBy).OfType<Announcement>().Select(by => (Name: by.IndexName, Owner: by.Source.Name)).Distinct();
        foreach (var (name, owner) in families.SelectMany(family => Of(family).Select(own => (Name: own, Owner: family.Name))).Concat(announcing))
        {
            if (name.Length > Longest)
                return $"{owner} would make {name}, which is longer than the {Longest} letters of a name that PostgreSQL keeps.";
            if (AnalystViews.All.Any(view => view.Name == name))
                return $"{owner} would make {name}, and a view is called that.";
            if (!owners.TryAdd(name, owner))
                return owners[name] == owner ? $"{owner} would make {name} twice." : $"The families {owners[name]} and {owner} would both make {name}.";
        }

        return families.Select(ReservedOf).FirstOrDefault(fault => fault is not null);
    }

    // Twins begin as they must.
    private static string? ReservedOf(EventFamily family)
    {
        foreach (var name in TableLayout.Of(family).Select(table => table.Name).Append(family.Balances?.Name).OfType<string>())
        {
            if (!char.IsAsciiLetterLower(name[0]))
                return $"{family} would make {name}, and a name begins with a letter.";
            if (Array.Find(Reserved, taken => name.StartsWith(taken, StringComparison.Ordinal)) is { } prefix)
                return $"{family} would make {name}, and names that begin with {prefix} are the index's own.";
        }

        return null;
    }
}
