using OpenGradient.Database.Migrations;

namespace OpenGradient.Relayer;

/// <summary>The relayer's own tables.</summary>
public static class RelayerSchema
{
    public static MigrationSet Migrations { get; } = MigrationSet.FromResources("relayer", typeof(RelayerSchema).Assembly);
}
