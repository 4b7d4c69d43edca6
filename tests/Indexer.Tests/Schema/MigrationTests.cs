using OpenGradient.Indexer.Fetching;
using OpenGradient.Indexer.Gas;
using OpenGradient.Indexer.Storage;
using OpenGradient.Indexer.Tests.Api;
using OpenGradient.Indexer.Webhooks;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Schema;

public sealed class MigrationTests(SqliteFixture sqlite, PostgresFixture postgres) : IClassFixture<SqliteFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_engines_have_the_same_tables_keys_and_indexes() =>
        Assert.Equal(string.Join('\n', await OutlineAsync(sqlite)), string.Join('\n', await OutlineAsync(postgres)));

    private static async Task<IReadOnlyList<string>> OutlineAsync(IDatabaseFixture databases)
    {
        await using var database = await databases.OpenAsync(IndexerSchema.Migrations, WebhookStore.Migrations, GasStore.Migrations, BlobTable.Migrations);
        await FamilyStore.PrepareAsync(database, new(31337), ServedIndex.Families, cancellationToken: Stop);
        return [.. (await SchemaOutline.ReadAsync(database, Stop)).Where(line => !IsOfAView(line))];
    }

    // PostgreSQL lists the columns of views with those of tables.
    private static bool IsOfAView(string line) => OpenGradient.Indexer.Schema.AnalystViews.All.Any(view => line.StartsWith(view.Name + ".", StringComparison.Ordinal));
}
