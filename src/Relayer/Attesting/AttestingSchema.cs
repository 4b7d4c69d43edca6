using OpenGradient.Database.Migrations;

namespace OpenGradient.Relayer.Attesting;

/// <summary>The tables of an attested node. They stand on those of the transactions.</summary>
public static class AttestingSchema
{
    public static MigrationSet Migrations { get; } = MigrationSet.FromResources("attesting", typeof(AttestingSchema).Assembly);
}
