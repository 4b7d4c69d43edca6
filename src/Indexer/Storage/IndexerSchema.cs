using OpenGradient.Database;
using OpenGradient.Database.Migrations;

namespace OpenGradient.Indexer.Storage;

/// <summary>The indexer's own tables. Those of events are made from the definitions of families (docs/decisions/0023).</summary>
public static class IndexerSchema
{
    /// <summary>The database as the indexer uses it: what is lost in a crash of the machine is read from the chain again, and pages are looked up row by row (docs/decisions/0078).</summary>
    public static DatabaseOptions Used(DatabaseOptions database) => database with { Durability = Durability.Relaxed, ReadsByLookups = true };

    public static MigrationSet Migrations { get; } = MigrationSet.FromResources("indexer", typeof(IndexerSchema).Assembly);
}
