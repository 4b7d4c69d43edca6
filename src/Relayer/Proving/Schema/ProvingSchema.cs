using OpenGradient.Database.Migrations;

namespace OpenGradient.Relayer.Proving.Schema;

/// <summary>The tables of the proving role, beside the relayer's own, which they stand on.</summary>
public static class ProvingSchema
{
    public static MigrationSet Migrations { get; } = MigrationSet.FromResources("proving", typeof(ProvingSchema).Assembly);
}
