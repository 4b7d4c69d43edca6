using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.Queries;

/// <summary>Something that can be listed: a view, or the rows of one event.</summary>
/// <param name="Path">Below <c>/v1/</c>.</param>
/// <param name="Source">The view or table.</param>
/// <param name="Columns">Its columns; the first is <c>id</c>.</param>
/// <param name="TimeColumn">The column with the time of its block.</param>
/// <param name="Key">The column by which one can be asked for; null where rows go by their id.</param>
/// <param name="Families">Which families it looks at.</param>
public sealed record Resource(
    string Path, string Source, IReadOnlyList<Column> Columns, string TimeColumn, string? Key, IReadOnlyList<string> Families)
{
    /// <summary>Whether it joins tables, which is slow until they are indexed.</summary>
    public bool IsView => !Path.StartsWith("events/", StringComparison.Ordinal);

    public Column? Find(string name) => Columns.FirstOrDefault(column => column.Name == name);

    /// <summary>All that can be listed of these families.</summary>
    public static IReadOnlyList<Resource> Of(IReadOnlyList<EventFamily> families) =>
    [
        .. AnalystViews.Over(families).Select(view => new Resource(view.Name, view.Name, view.Columns, view.Columns[1].Name, view.Key, view.Families)),
        .. families.SelectMany(family => TableLayout.Of(family)
            .Select(table => new Resource("events/" + table.Name, table.Name, table.Columns, "block_time", null, [family.Name]))),
    ];
}
