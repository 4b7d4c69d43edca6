using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Balances;
using OpenGradient.Indexer.Hosting;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Storage;

public sealed class SqliteTakenNamesTests(SqliteFixture databases) : TakenNamesTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresTakenNamesTests(PostgresFixture databases) : TakenNamesTests(databases);

/// <summary>Names that families find in the database.</summary>
public abstract class TakenNamesTests(IDatabaseFixture databases)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Families_that_would_share_a_table_are_a_reason_not_to_start()
    {
        await using var database = await OpenAsync();
        EventFamily[] families = [IndexedChain.Sales(), new("shop_sold", [new("shop_sold_out", "event Out()")], [], default), new("shop", [new("shop_sold_out", "event Out()")], [], default)];

        var twice = await Assert.ThrowsAsync<IndexerException>(() => FamilyStore.PrepareAsync(database, IndexedChain.Chain, families, cancellationToken: Stop));
        var shared = await Assert.ThrowsAsync<IndexerException>(() => FamilyStore.PrepareAsync(database, IndexedChain.Chain, families[1..], cancellationToken: Stop));

        Assert.Equal(("Two families are called shop.", "The families shop_sold and shop would both make shop_sold_out."), (twice.Problem, shared.Problem));
        Assert.Empty(await database.ReadAsync(FamilyStore.ReadAsync, Stop));
    }

    [Fact]
    public async Task A_table_of_somebody_else_in_the_same_database_is_left_alone()
    {
        await using var database = await OpenAsync();
        await database.WriteAsync(session => session.ExecuteAsync("CREATE TABLE shop_sold (id INTEGER PRIMARY KEY)"), Stop);
        await database.WriteAsync(session => session.ExecuteAsync("INSERT INTO shop_sold VALUES (5)"), Stop);

        var wrong = await Assert.ThrowsAsync<IndexerException>(() => FamilyStore.PrepareAsync(database, IndexedChain.Chain, IndexedChain.All, cancellationToken: Stop));

        Assert.Equal("shop would make shop_sold, which is in the database already and is none of its own.", wrong.Problem);
        Assert.Equal(1, await IndexedChain.CountAsync(database, "shop_sold"));
        Assert.Empty(await database.ReadAsync(FamilyStore.ReadAsync, Stop));
    }

    [Fact]
    public async Task Several_families_may_be_announced_by_one_column_and_one_may_change()
    {
        await using var database = await OpenAsync();
        var others = new EventFamily("other", [new("other_done", "event Done()")], [], default, new Announcement(IndexedChain.Makers(), "maker_made", "pool"));

        await FamilyStore.PrepareAsync(database, IndexedChain.Chain, [.. IndexedChain.All, others], cancellationToken: Stop);
        await FamilyStore.PrepareAsync(
            database, IndexedChain.Chain, [IndexedChain.Makers(), IndexedChain.Pools(first: 4), IndexedChain.Tokens(first: 2), IndexedChain.Sales(), others], cancellationToken: Stop);

        Assert.Equal("maker other pool shop token", string.Join(' ', (await database.ReadAsync(FamilyStore.ReadAsync, Stop)).Select(family => family.Name)));
    }

    private async Task<IDatabase> OpenAsync() => await databases.OpenAsync(IndexerSchema.Migrations);
}

/// <summary>Names that would be two things in one database.</summary>
public sealed class FamilyNameTests
{
    // One letter too many, with what stands before the twin's name.
    private static readonly string Long = "a_" + new string('b', 53);

    private static readonly Dictionary<string, EventFamily[]> Colliding = new(StringComparer.Ordinal)
    {
        ["Two families are called a."] = [Of("a", "a_b"), Of("a", "a_c")],
        ["The families a and a_b would both make a_b_c."] = [Of("a", "a_b_c"), Of("a_b", "a_b_c")],
        ["The families a and a_b would both make a_b_undecoded."] = [Of("a", "a_b_undecoded"), Of("a_b", "a_b_c")],
        ["The families models and models_version would both make models_version_published."] = [Of("models", "models_version_published"), Of("models_version", "models_version_published")],
        ["The families a and a_b would both make a_b_balances."] = [Of("a", "a_b_balances"), Balanced("a_b")],
        ["The families a and a_b would both make a_x_by_value."] = [Of("a", "a_x", "value"), Of("a_b", "a_x_by_value")],
        ["a would make a_b twice."] = [new EventFamily("a", [new("a_b", "event A()"), new("a_b", "event B()")], [], default)],
        ["attested would make attested_keys, and a view is called that."] = [Of("attested", "attested_keys")],
        ["webhook would make webhook_places, and names that begin with webhook are the index's own."] = [Of("webhook", "webhook_places")],
        ["schema would make schema_migrations, and names that begin with schema are the index's own."] = [Of("schema", "schema_migrations")],
        ["index would make index_lanes, and names that begin with index_ are the index's own."] = [Of("index", "index_lanes")],
        ["orphaned would make orphaned_x, and names that begin with orphaned_ are the index's own."] = [Of("orphaned", "orphaned_x")],
        ["pg would make pg_class, and names that begin with pg_ are the index's own."] = [Of("pg", "pg_class")],
        ["7a would make 7a_b, and a name begins with a letter."] = [Of("7a", "7a_b")],
        [$"a would make orphaned_{Long}, which is longer than the 63 letters of a name that PostgreSQL keeps."] = [Of("a", Long)],
    };

    public static TheoryData<string> Faults => [.. Colliding.Keys];

    [Theory]
    [MemberData(nameof(Faults))]
    public void Names_that_would_be_two_things_are_refused_with_both_owners(string fault) => Assert.Equal(fault, TakenNames.FaultOf(Colliding[fault]));

    [Fact]
    public void Our_own_families_and_those_of_a_file_fit_together()
    {
        EventFamily[] ours = [new("hub", OurFamilies.Hub(), [], default), new("models", OurFamilies.Models(), [], default), new("court", OurFamilies.Court(), [], default)];

        Assert.Null(TakenNames.FaultOf([.. ours, .. IndexedChain.All]));
    }

    [Fact]
    public void A_file_of_families_is_refused_that_names_a_table_twice()
    {
        const string Contract = "0x00000000000000000000000000000000000000c3";
        var wrong = Assert.Throws<IndexerException>(() => FamilyFile.Parse(
            $$"""
            { "families": [
              { "name": "a", "contracts": ["{{Contract}}"], "tables": [{ "name": "a_b_c", "event": "event C()" }] },
              { "name": "a_b", "contracts": ["{{Contract}}"], "tables": [{ "name": "a_b_c", "event": "event C()" }] } ] }
            """));

        Assert.Equal("The file of families cannot be used: The families a and a_b would both make a_b_c.", wrong.Problem);
    }

    private static EventFamily Of(string name, string table, params string[] indexes) => new(name, [new(table, "event A(uint256 value)", indexes)], [], default);

    private static EventFamily Balanced(string name)
    {
        var moved = new EventTable($"{name}_moved", "event Moved(address indexed from, address indexed to, uint256 value)");
        return new EventFamily(name, [moved], [Address.Zero], default, balances: new BalanceRule($"{name}_balances", moved, "from_address", "to_address", "value"));
    }
}
