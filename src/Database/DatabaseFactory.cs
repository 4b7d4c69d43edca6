using OpenGradient.Database.Migrations;

namespace OpenGradient.Database;

/// <summary>Opens databases.</summary>
public static class DatabaseFactory
{
    /// <summary>
    /// Opens a database and brings its schema up to date: each set's migrations that were not applied yet, all in one transaction. Several
    /// programs may do so at once.
    /// </summary>
    /// <param name="options">Which.</param>
    /// <param name="migrations">The parts of the schema that this program uses.</param>
    /// <param name="clock">The time; the system's when null.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="DatabaseException">It cannot be reached, or its schema is newer than, or not that of, this program.</exception>
    public static async Task<IDatabase> OpenAsync(
        DatabaseOptions options, IReadOnlyCollection<MigrationSet> migrations, TimeProvider? clock = null, CancellationToken cancellationToken = default)
    {
        clock ??= TimeProvider.System;
        DomainTypes.EnsureRegistered();
        options.Validated();
        IDatabase database = options.Engine == Engine.Sqlite ? new SqliteDatabase(options, clock) : new PostgresDatabase(options, clock);
        try
        {
            await new Migrator(migrations, clock).RunAsync(database, cancellationToken);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }
}
