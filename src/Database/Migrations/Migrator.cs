namespace OpenGradient.Database.Migrations;

/// <summary>Brings a schema up to date, or says why it is not this program's.</summary>
internal sealed class Migrator(IReadOnlyCollection<MigrationSet> sets, TimeProvider clock)
{
    // Any number that no other program takes for a lock of its own.
    private const long AdvisoryLock = 0x6F67_6D69_6772_6174;

    public Task RunAsync(IDatabase database, CancellationToken cancellationToken) => database.WriteAsync(MigrateAsync, cancellationToken);

    private async Task MigrateAsync(DatabaseSession session)
    {
        // SQLite has one writer, and this transaction is it.
        if (session.Engine == Engine.Postgres)
            await session.ExecuteAsync("SELECT pg_advisory_xact_lock(@AdvisoryLock)", new { AdvisoryLock });
        await session.ExecuteAsync(session.Sql(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
              set_name TEXT NOT NULL,
              number INTEGER NOT NULL,
              name TEXT NOT NULL,
              hash BLOB NOT NULL,
              applied_at INTEGER NOT NULL,
              PRIMARY KEY (set_name, number)
            ) STRICT
            """,
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
              set_name TEXT NOT NULL,
              number INTEGER NOT NULL,
              name TEXT NOT NULL,
              hash BYTEA NOT NULL,
              applied_at BIGINT NOT NULL,
              PRIMARY KEY (set_name, number)
            )
            """));
        foreach (var set in sets)
            await MigrateAsync(session, set);
    }

    private async Task MigrateAsync(DatabaseSession session, MigrationSet set)
    {
        var applied = await session.QueryAsync<AppliedMigration>(
            "SELECT number AS Number, name AS Name, hash AS Hash FROM schema_migrations WHERE set_name = @Name ORDER BY number", new { set.Name });
        if (applied.Count > set.Migrations.Count)
        {
            throw Wrong(
                $"The database has step {applied[^1].Number} of '{set.Name}', and this program knows {set.Migrations.Count}: a newer program made it. "
                + "Use that one.");
        }

        foreach (var migration in set.Migrations)
        {
            if (migration.Number > applied.Count)
                await ApplyAsync(session, set, migration);
            else if (!applied[migration.Number - 1].Hash.AsSpan().SequenceEqual(migration.HashFor(session.Engine)))
            {
                throw Wrong(
                    $"Step {migration.Number} of '{set.Name}' ({migration.Name}) is not the one that was applied to this database. "
                    + "A released step is never changed.");
            }
        }
    }

    private async Task ApplyAsync(DatabaseSession session, MigrationSet set, Migration migration)
    {
        await session.ExecuteAsync(migration.TextFor(session.Engine));
        await session.ExecuteAsync(
            "INSERT INTO schema_migrations (set_name, number, name, hash, applied_at) VALUES (@Set, @Number, @Name, @Hash, @Now)",
            new { Set = set.Name, migration.Number, migration.Name, Hash = migration.HashFor(session.Engine), Now = clock.GetUtcNow() });
    }

    private static DatabaseException Wrong(string problem) => new(DatabaseFault.WrongSchema, problem);

    private sealed class AppliedMigration
    {
        public int Number { get; init; }

        public string Name { get; init; } = "";

        public byte[] Hash { get; init; } = [];
    }
}
