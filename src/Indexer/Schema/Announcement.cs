namespace OpenGradient.Indexer.Schema;

/// <summary>
/// Says which contracts a family is about where nobody knows them beforehand: those that an event of another family names, as a factory does of
/// what it makes. A contract counts from the block on that announces it, wherever in that block its own events stand.
/// </summary>
public sealed class Announcement
{
    /// <param name="source">The family with the announcing event; it is indexed, too.</param>
    /// <param name="table">The event's table.</param>
    /// <param name="column">The column with the contract's address.</param>
    public Announcement(EventFamily source, string table, string column)
    {
        if (source.Tables.FirstOrDefault(known => known.Name == table) is not { } announcing)
            throw new ArgumentException($"{source} has no table {table} that could announce contracts.", nameof(table));
        if (announcing.Columns.FirstOrDefault(known => known.Name == column) is not { Kind: ColumnKind.Address })
            throw new ArgumentException($"{table} has no column {column} with an address.", nameof(column));
        (Source, Table, Column) = (source, table, column);
    }

    public EventFamily Source { get; }

    public string Table { get; }

    public string Column { get; }

    /// <summary>An index that a back-fill cannot wait for: each of its steps asks who was announced.</summary>
    internal string CreateIndex => $"CREATE INDEX IF NOT EXISTS {IndexName} ON {Table} ({Column}, id)";

    internal string IndexName => $"{Table}_announces_{Column}";
}
