using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Sending;
using OpenGradient.Support.Databases;

namespace OpenGradient.Relayer.Tests.Jobs;

public sealed class SqliteQueuedOrdersTests(SqliteFixture databases) : QueuedOrdersTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresQueuedOrdersTests(PostgresFixture databases) : QueuedOrdersTests(databases), IClassFixture<PostgresFixture>;

public abstract class QueuedOrdersTests(IDatabaseFixture databases)
{
    private static readonly ChainId Chain = new(31337);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_order_that_is_asked_for_twice_is_told_once()
    {
        await using var database = await databases.OpenAsync([.. TransactionQueue.Migrations, RelayerSchema.Migrations]);
        using var queue = new TransactionQueue(Chain);
        var orders = new QueuedOrders(queue, Chain, SampleJobs.Us);

        // Two answers of one batch have one order.
        var (id, states) = await database.WriteAsync(
            async session =>
            {
                var placed = await orders.PlaceAsync(session, new Order("settle:1", SampleJobs.Them, default, GasLimit: 1, OrderPurpose.Settle));
                return (placed, await orders.StatesAsync(session, [placed, placed]));
            },
            Stop);

        Assert.Equal((id, new OrderState(SentState.Pending, Block: null)), states.Select(state => (state.Key, state.Value)).Single());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_in_a_block_that_the_follower_knows_to_be_replaced_is_on_its_way_again(bool succeeded)
    {
        await using var database = await databases.OpenAsync([.. TransactionQueue.Migrations, RelayerSchema.Migrations]);
        using var queue = new TransactionQueue(Chain);
        var orders = new QueuedOrders(queue, Chain, SampleJobs.Us);
        var mined = succeeded ? SentState.Mined : SentState.Failed;
        var id = await database.WriteAsync(
            async session =>
            {
                var placed = await orders.PlaceAsync(session, new Order("settle:1", SampleJobs.Them, default, GasLimit: 1, OrderPurpose.Settle));
                await session.ExecuteAsync(
                    """
                    UPDATE transactions SET state = 4, nonce = 0, hash = @Hash, is_empty = @isEmpty, block_number = 5, block_hash = @Hash, succeeded = @succeeded, gas_used = 1
                    WHERE id = @placed
                    """,
                    new { placed, Hash = Keccak256.Hash([5]), isEmpty = false, succeeded });
                return placed;
            },
            Stop);

        // The follower is behind that block, or holds the same.
        Assert.Equal(new OrderState(mined, new BlockNumber(5)), await StateAsync(4));
        Assert.Equal(new OrderState(mined, new BlockNumber(5)), await StateAsync(4, 5, 6));

        // It holds another.
        Assert.Equal(new OrderState(SentState.Pending, Block: null), await StateAsync(4, 55));

        Task<OrderState> StateAsync(params byte[] blocks) => database.WriteAsync(
            async session =>
            {
                await HubCursor.Table.WriteAsync(session, Chain, new ChainCursor([.. blocks.Select((block, i) => new BlockRef(new BlockNumber((ulong)i + 4), Keccak256.Hash([block])))]));
                return (await orders.StatesAsync(session, [id]))[id];
            },
            Stop);
    }
}
