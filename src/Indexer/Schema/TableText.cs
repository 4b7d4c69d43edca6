using OpenGradient.Database;

namespace OpenGradient.Indexer.Schema;

/// <summary>One table as both engines make it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="OrphanName">Its twin for replaced blocks.</param>
/// <param name="Columns">Its columns; the first is its key.</param>
/// <param name="Indexes">Columns that are indexed after a back-fill.</param>
public sealed record TableLayout(string Name, string OrphanName, IReadOnlyList<Column> Columns, IReadOnlyList<string> Indexes)
{
    /// <summary>The tables of a family: one for each event, and one for what is none.</summary>
    public static IReadOnlyList<TableLayout> Of(EventFamily family) =>
    [
        .. family.Tables.Select(table => new TableLayout(table.Name, table.OrphanName, table.Columns, table.Indexes)),
        new(family.Undecoded.Name, family.Undecoded.OrphanName, family.Undecoded.Columns, []),
    ];

    /// <summary>All columns, as a list in SQL.</summary>
    public string ColumnList => string.Join(", ", Columns.Select(column => column.Name));

    /// <summary>Makes the table and its twin, where they are not there.</summary>
    public string Create(Engine engine)
    {
        var columns = string.Join(",\n", Columns.Skip(1).Select(column => "  " + Text(engine, column)));
        var end = engine == Engine.Sqlite ? ") STRICT;" : ");";
        var (key, whole) = engine == Engine.Sqlite ? ("INTEGER PRIMARY KEY", "INTEGER") : ("BIGINT PRIMARY KEY", "BIGINT");
        return
            $"""
            CREATE TABLE IF NOT EXISTS {Name} (
              id {key},
            {columns}
            {end}
            CREATE TABLE IF NOT EXISTS {OrphanName} (
              reorg_id {whole} NOT NULL,
              id {whole} NOT NULL,
            {columns},
              PRIMARY KEY (reorg_id, id)
            {end}
            """;
    }

    public string Drop() => $"DROP TABLE IF EXISTS {Name}; DROP TABLE IF EXISTS {OrphanName};";

    /// <summary>The secondary indexes, each with the row's id behind it, so that lists by them come in order.</summary>
    public IEnumerable<SecondaryIndex> IndexesFor(Engine engine) => Indexes.Distinct(StringComparer.Ordinal).Select(column =>
        // SQLite puts the row's number behind every index by itself.
        new SecondaryIndex(IndexOn(column), $"CREATE INDEX IF NOT EXISTS {IndexOn(column)} ON {Name} ({column}{(engine == Engine.Sqlite ? "" : ", id")})"));

    /// <summary>What the index on a column is called; tables and indexes share their names.</summary>
    public string IndexOn(string column) => $"{Name}_by_{column}";

    /// <summary>All secondary indexes of a family: those of its tables, and by who holds something of several contracts.</summary>
    public static IEnumerable<SecondaryIndex> IndexesOf(EventFamily family, Engine engine) =>
        Of(family).SelectMany(table => table.IndexesFor(engine)).Concat(family.Balances is { } balances ? [balances.ByAccount] : []);

    private static string Text(Engine engine, Column column) =>
        $"{column.Name} {(engine == Engine.Sqlite ? column.SqliteType : column.PostgresType)}{(column.IsNullable ? "" : " NOT NULL")}";
}

/// <summary>An index that is made once a back-fill is over.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Create">Makes it, where it is not there.</param>
public sealed record SecondaryIndex(string Name, string Create);
