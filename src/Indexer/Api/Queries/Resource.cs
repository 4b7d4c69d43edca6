using OpenGradient.Indexer.Balances;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.Queries;

/// <summary>Something that can be listed: a view, the rows of one event, or who holds how much.</summary>
/// <param name="Path">Below <c>/v1/</c>.</param>
/// <param name="Source">The view or table.</param>
/// <param name="Columns">Its columns; the first is <c>id</c>.</param>
/// <param name="TimeColumn">The column with the time of its block; null for what stands as it is now, and has no time.</param>
/// <param name="Key">By what one can be asked for; null where rows go by their id.</param>
/// <param name="Families">Which families it looks at.</param>
public sealed record Resource(
    string Path, string Source, IReadOnlyList<Column> Columns, string? TimeColumn, string? Key, IReadOnlyList<string> Families)
{
    private const string Id = "id";
    private const char Between = '-';

    // What a list of balances has of its table, and that by which it goes on: several holders share the row that changed them last.
    private static readonly Column[] BalanceColumns = [.. ((string[])[Id, "emitter", "account", "balance", "final_balance"]).Select(name => BalanceRule.Columns.Single(column => column.Name == name))];

    private static readonly string[] BalanceOrder = ["emitter", "account"];

    /// <summary>Whether it says how things stand, and not what happened.</summary>
    public bool IsView => !Path.StartsWith("events/", StringComparison.Ordinal);

    /// <summary>Whether it shows what was fetched of models or nodes, which changes while the chain does not.</summary>
    public bool HasMetadata => IsView && Find("metadata_name") is not null;

    /// <summary>Whether it is a table of balances: right as soon as its family is whole, whether or not that is indexed.</summary>
    public bool IsBalances => TimeColumn is null;

    /// <summary>The columns that order it, and name each of its rows.</summary>
    public IReadOnlyList<Column> Order { get; private init; } = [Columns[0]];

    /// <summary>The view that it is; null where it is none.</summary>
    public AnalystView? View { get; private init; }

    /// <summary>The events of which it has a row each, in the order of their ids; none where it is balances.</summary>
    public IReadOnlyList<string> Events { get; private init; } = [];

    /// <summary>Columns that an index of each of those events leads to.</summary>
    public IReadOnlyList<IndexedColumn> Indexed { get; private init; } = [];

    public Column? Find(string name) => Columns.FirstOrDefault(column => column.Name == name);

    /// <summary>Reads what one thing is asked for by; null with what is wrong with it.</summary>
    internal IReadOnlyList<Condition>? KeyOf(string text, out string? fault)
    {
        fault = null;
        IReadOnlyList<Column> columns = Order.Count > 1 ? Order : [Find(Key ?? Id)!];
        var parts = columns.Count > 1 ? text.Split(Between) : [text];
        if (parts.Length != columns.Count)
            fault = $"{Key} is {columns.Count} values with '{Between}' between them";
        var conditions = new List<Condition>(columns.Count);
        for (var i = 0; i < columns.Count && fault is null; i++)
        {
            if (ValueText.TryParse(columns[i], parts[i], out var value, out var wrong))
                conditions.Add(new Condition(columns[i].Name, "=", [value]));
            else
                fault = $"{columns[i].Name} {wrong}";
        }

        return fault is null ? conditions : null;
    }

    /// <summary>All that can be listed of these families.</summary>
    public static IReadOnlyList<Resource> Of(IReadOnlyList<EventFamily> families) =>
    [
        .. AnalystViews.Over(families).Select(view => new Resource(view.Name, view.Name, view.Columns, view.Columns[1].Name, view.Key, view.Families)
        {
            View = view,
            Events = view.Of,
            Indexed = view.Indexed,
        }),
        .. families.Where(family => family.Balances is not null).Select(family => BalancesOf(family, family.Balances!)),
        .. families.SelectMany(family => TableLayout.Of(family)
            .Select(table => new Resource("events/" + table.Name, table.Name, table.Columns, "block_time", null, [family.Name])
            {
                Events = [table.Name],
                Indexed = [.. table.Indexes.Select(column => new IndexedColumn(column))],
            })),
    ];

    private static Resource BalancesOf(EventFamily family, BalanceRule rule) =>
        new(rule.Name, rule.Name, BalanceColumns, null, string.Join(Between, BalanceOrder), [family.Name])
        {
            Order = [.. BalanceOrder.Select(name => BalanceColumns.Single(column => column.Name == name))],
        };
}
