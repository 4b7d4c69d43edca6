using OpenGradient.Database;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Storage;

public sealed class SqliteAddedIndexTests(SqliteFixture databases) : AddedIndexTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresAddedIndexTests(PostgresFixture databases) : AddedIndexTests(databases);

/// <summary>Secondary indexes that an operator names, or takes out, once a family is there.</summary>
public abstract class AddedIndexTests(IDatabaseFixture databases)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_index_that_is_named_later_is_made_and_one_that_is_not_named_any_more_stays()
    {
        await using var database = await OpenAsync();
        await RunAsync(database, Sales("number"), IndexedChain.Makers());
        Assert.Equal("shop_sold_by_number", await IndexesAsync(database, "shop_sold"));

        // Until it is there the family is as one whose back-fill is over.
        await FamilyStore.PrepareAsync(database, IndexedChain.Chain, [Sales("number", "emitter"), IndexedChain.Makers()], cancellationToken: Stop);
        Assert.Equal((true, false), (await IsIndexedAsync(database, "maker"), await IsIndexedAsync(database, "shop")));
        await FamilyStore.IndexAsync(database, [Sales("number", "emitter")], Stop);
        Assert.Equal("shop_sold_by_emitter shop_sold_by_number", await IndexesAsync(database, "shop_sold"));
        Assert.True(await IsIndexedAsync(database, "shop"));

        await RunAsync(database, Sales("emitter"), IndexedChain.Makers());
        Assert.Equal("shop_sold_by_emitter shop_sold_by_number", await IndexesAsync(database, "shop_sold"));
        Assert.Equal((true, true), (await IsIndexedAsync(database, "maker"), await IsIndexedAsync(database, "shop")));
    }

    [Fact]
    public async Task What_was_interrupted_between_two_indexes_is_gone_on_with()
    {
        await using var database = await OpenAsync();
        await RunAsync(database, Sales());
        await FamilyStore.PrepareAsync(database, IndexedChain.Chain, [Sales("number", "emitter")], cancellationToken: Stop);
        // As far as a process came that was killed.
        await database.WriteAsync(session => session.ExecuteAsync($"CREATE INDEX shop_sold_by_number ON shop_sold ({session.Sql("number", "number, id")})"), Stop);

        await FamilyStore.PrepareAsync(database, IndexedChain.Chain, [Sales("number", "emitter")], cancellationToken: Stop);
        Assert.False(await IsIndexedAsync(database, "shop"));
        await FamilyStore.IndexAsync(database, [Sales("number", "emitter")], Stop);

        Assert.Equal("shop_sold_by_emitter shop_sold_by_number", await IndexesAsync(database, "shop_sold"));
        Assert.True(await IsIndexedAsync(database, "shop"));
    }

    [Fact]
    public async Task Balances_that_are_there_already_get_their_index_by_account()
    {
        await using var database = await OpenAsync();
        await RunAsync(database, [.. IndexedChain.Both]);
        // As an older program left it.
        await database.WriteAsync(session => session.ExecuteAsync("DROP INDEX token_balances_by_account"), Stop);

        await FamilyStore.PrepareAsync(database, IndexedChain.Chain, IndexedChain.Both, cancellationToken: Stop);
        Assert.Equal((false, true), (await IsIndexedAsync(database, "token"), await IsIndexedAsync(database, "shop")));
        await FamilyStore.IndexAsync(database, IndexedChain.Both, Stop);

        Assert.Equal("token_balances_by_account", await IndexesAsync(database, "token_balances"));
        Assert.True(await IsIndexedAsync(database, "token"));
    }

    [Fact]
    public async Task What_is_there_as_it_is_wanted_needs_nothing()
    {
        await using var database = await OpenAsync();
        await RunAsync(database, [.. IndexedChain.All]);

        await FamilyStore.PrepareAsync(database, IndexedChain.Chain, IndexedChain.All, cancellationToken: Stop);

        Assert.All(await database.ReadAsync(FamilyStore.ReadAsync, Stop), family => Assert.True(family.IsIndexed));
    }

    private static EventFamily Sales(params string[] indexes) => new(
        "shop", [new EventTable("shop_sold", "event Sold(uint64 indexed number, string what, (address buyer, bytes note)[] lines)", indexes)], [IndexedChain.Shop], default);

    private static async Task RunAsync(IDatabase database, params EventFamily[] families)
    {
        await FamilyStore.PrepareAsync(database, IndexedChain.Chain, families, cancellationToken: Stop);
        await FamilyStore.IndexAsync(database, families, Stop);
    }

    private static async Task<bool> IsIndexedAsync(IDatabase database, string family) =>
        (await database.ReadAsync(FamilyStore.ReadAsync, Stop)).Single(entry => entry.Name == family).IsIndexed;

    private static async Task<string> IndexesAsync(IDatabase database, string table) => string.Join(
        ' ', await database.ReadAsync(
            session => session.QueryAsync<string>(
                session.Sql(
                    "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = @table AND sql IS NOT NULL ORDER BY name",
                    "SELECT indexname::text FROM pg_indexes WHERE schemaname = current_schema() AND tablename = @table AND indexname NOT LIKE '%_pkey' ORDER BY indexname"),
                new { table }),
            Stop));

    private async Task<IDatabase> OpenAsync() => await databases.OpenAsync(IndexerSchema.Migrations);
}
