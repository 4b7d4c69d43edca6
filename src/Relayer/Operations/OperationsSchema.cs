using OpenGradient.Database.Migrations;

namespace OpenGradient.Relayer.Operations;

/// <summary>The tables of running a relayer: instances, prices, earnings, books. They stand on those of the jobs and of the transactions.</summary>
public static class OperationsSchema
{
    public static MigrationSet Migrations { get; } = MigrationSet.FromResources("operations", typeof(OperationsSchema).Assembly);
}
