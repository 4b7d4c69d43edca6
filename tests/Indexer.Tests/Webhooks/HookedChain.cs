using OpenGradient.Database;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;
using OpenGradient.Indexer.Tests.Storage;
using OpenGradient.Indexer.Webhooks;
using OpenGradient.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Webhooks;

/// <summary>A chain that is indexed, by families that may become others.</summary>
internal sealed class HookedChain : IAsyncDisposable
{
    private static readonly AbiEvent Sold = IndexedChain.Sales().Tables[0].Event;

    private HookedChain(IDatabase database, IReadOnlyList<EventFamily> families) => (Database, Families) = (database, families);

    public IndexedChain Chain { get; } = new();

    public IDatabase Database { get; }

    public IReadOnlyList<EventFamily> Families { get; private set; }

    public ManualTime Clock { get; } = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<HookedChain> StartAsync(IDatabaseFixture databases, IReadOnlyList<EventFamily> families)
    {
        var database = await DatabaseFactory.OpenAsync(
            await databases.CreateAsync() with { Durability = Durability.Relaxed }, [IndexerSchema.Migrations, WebhookStore.Migrations], cancellationToken: Stop);
        await FamilyStore.PrepareAsync(database, IndexedChain.Chain, families, cancellationToken: Stop);
        return new HookedChain(database, families);
    }

    /// <summary>Adds blocks with sales and transfers, and now and then without.</summary>
    public void Mine(int blocks, Random random)
    {
        for (var i = 0; i < blocks; i++)
            Chain.Blocks.Mine([.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(2) == 0 ? SaleOf(random) : IndexedChain.TransferOf(random))]);
    }

    public void Reorg(int depth, int length, Random random)
    {
        Chain.Blocks.Rollback(depth);
        Mine(length, random);
    }

    public Task SettleAsync() => Chain.SettleAsync(Database, Families);

    /// <summary>As when the operator changes the families and starts the indexer again.</summary>
    public async Task ChangeAsync(IReadOnlyList<EventFamily> families)
    {
        await Chain.RestartAsync();
        await FamilyStore.PrepareAsync(Database, IndexedChain.Chain, families, clock: Clock, cancellationToken: Stop);
        Families = families;
    }

    public async Task FillAsync()
    {
        foreach (var family in Families)
            await Chain.FillAsync(Database, family, Families);
    }

    /// <summary>The rows of a table as an index has them that only saw the chain as it came out.</summary>
    public async Task<IReadOnlyList<string>> FreshRowsAsync(IDatabaseFixture databases, BookedHook hook)
    {
        await using var database = await DatabaseFactory.OpenAsync(
            await databases.CreateAsync() with { Durability = Durability.Relaxed }, [IndexerSchema.Migrations], cancellationToken: Stop);
        await FamilyStore.PrepareAsync(database, IndexedChain.Chain, Families, cancellationToken: Stop);
        await using var other = new IndexedChain(Chain);
        await other.SettleAsync(database, Families);
        return await hook.RowsOfAsync(database);
    }

    public async ValueTask DisposeAsync()
    {
        await Chain.DisposeAsync();
        await Database.DisposeAsync();
    }

    private static Log SaleOf(Random random) => Sold.Encode(
        IndexedChain.Shop, new AbiValue.UInt((ulong)random.Next()), new AbiValue.String("ham & eggs"u8.ToArray()), new AbiValue.Array([]));
}
