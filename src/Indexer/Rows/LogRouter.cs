using System.Text;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Balances;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Rows;

/// <summary>Which tables a log belongs to: usually one; more where families overlap.</summary>
internal sealed class LogRouter
{
    private readonly Dictionary<Hash32, RoutedTable[]> _byTopic;

    public LogRouter(IReadOnlyList<EventFamily> families)
    {
        Families = [.. families.OrderBy(family => family.Depth).Select((family, place) => new RoutedFamily(family, place))];
        foreach (var table in Families.SelectMany(family => family.All))
            table.Place = TableCount++;
        _byTopic = Families.SelectMany(family => family.Tables).GroupBy(table => table.Event!.Topic0)
            .ToDictionary(group => group.Key, group => group.ToArray());
    }

    /// <summary>A family whose contracts are announced stands behind the one that announces them.</summary>
    public IReadOnlyList<RoutedFamily> Families { get; }

    public int TableCount { get; private set; }

    public ReadOnlySpan<RoutedTable> TablesOf(Log log) =>
        log.Topics.Count > 0 && _byTopic.TryGetValue(log.Topics[0], out var tables) ? tables : default;
}

/// <summary>A family, with where its rows are gathered.</summary>
internal sealed class RoutedFamily
{
    private readonly HashSet<Address> _addresses;

    public RoutedFamily(EventFamily family, int place)
    {
        (Family, Place) = (family, place);
        _addresses = [.. family.Addresses];
        var layouts = TableLayout.Of(family);
        Tables = [.. family.Tables.Select((table, i) => new RoutedTable(this, layouts[i], table))];
        Undecoded = new RoutedTable(this, layouts[^1], null);
        All = [.. Tables, Undecoded];
    }

    public EventFamily Family { get; }

    /// <summary>Among all families.</summary>
    public int Place { get; }

    public IReadOnlyList<RoutedTable> Tables { get; }

    public RoutedTable Undecoded { get; }

    public IReadOnlyList<RoutedTable> All { get; }

    public bool Wants(LocatedLog log) =>
        log.Block.Number >= Family.FirstBlock && (_addresses.Count == 0 || _addresses.Contains(log.Content.Address));
}

/// <summary>A table and how it is known in digests.</summary>
internal sealed class RoutedTable(RoutedFamily family, TableLayout layout, EventTable? of)
{
    public RoutedFamily Family { get; } = family;

    public TableLayout Layout { get; } = layout;

    /// <summary>Null for what could not be decoded.</summary>
    public EventTable? Event { get; } = of;

    /// <summary>The rule of balances that are counted from this table.</summary>
    public BalanceRule? Balances { get; } = of is not null && family.Family.Balances?.Transfers == of ? family.Family.Balances : null;

    /// <summary>Among the tables of all families.</summary>
    public int Place { get; set; }

    /// <summary>The name and a zero: no name holds one, so that names and rows cannot be mistaken for each other.</summary>
    public byte[] Tag { get; } = Encoding.UTF8.GetBytes(layout.Name + '\0');
}
