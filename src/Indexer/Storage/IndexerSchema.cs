using OpenGradient.Database.Migrations;

namespace OpenGradient.Indexer.Storage;

/// <summary>The indexer's own tables. Those of events are made from the definitions of families (docs/decisions/0023).</summary>
public static class IndexerSchema
{
    public static MigrationSet Migrations { get; } = MigrationSet.FromResources("indexer", typeof(IndexerSchema).Assembly);
}
