using System.Diagnostics;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Foundry;
using OpenGradient.Support.Databases;

namespace OpenGradient.Sending.Tests;

public sealed class SqliteQueueTests(SqliteFixture databases) : QueueTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresQueueTests(PostgresFixture databases) : QueueTests(databases);

public abstract class QueueTests(IDatabaseFixture databases)
{
    private static readonly TransactionOrder Order = new()
    {
        Purpose = "claim",
        IdempotencyKey = "a",
        From = Address.Parse("0x00000000000000000000000000000000000000ff"),
        To = Address.Zero,
        Data = new byte[] { 1 },
        GasLimit = 50_000,
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_order_twice_is_one()
    {
        await using var database = await OpenAsync();
        using var queue = new TransactionQueue(AnvilOptions.DevelopmentChainId);

        var ids = new List<long>();
        foreach (var order in (TransactionOrder[])[Order, Order, Order with { IdempotencyKey = "b" }, Order with { Purpose = "settle" }])
            ids.Add(await database.WriteAsync(session => queue.EnqueueAsync(session, order), Stop));

        Assert.Equal(ids[0], ids[1]);
        Assert.Equal(3, ids.Distinct().Count());
        var view = await database.ReadAsync(session => queue.FindAsync(session, ids[0]), Stop);
        Assert.Equal((TransactionState.Unstarted, "claim", "a", false), (view!.State, view.Purpose, view.IdempotencyKey, view.IsOver));
    }

    [Fact]
    public async Task Another_order_of_the_same_name_is_refused()
    {
        await using var database = await OpenAsync();
        using var queue = new TransactionQueue(AnvilOptions.DevelopmentChainId);
        await database.WriteAsync(session => queue.EnqueueAsync(session, Order), Stop);

        foreach (var other in (TransactionOrder[])[Order with { Data = new byte[] { 2 } }, Order with { Value = new Wei(1UL) }, Order with { To = Order.From }, Order with { From = Address.Zero }])
            await Assert.ThrowsAsync<InvalidOperationException>(() => database.WriteAsync(session => queue.EnqueueAsync(session, other), Stop));
    }

    [Fact]
    public async Task An_order_is_given_with_the_callers_transaction_or_not_at_all()
    {
        await using var database = await OpenAsync();
        using var queue = new TransactionQueue(AnvilOptions.DevelopmentChainId);
        var id = 0L;

        await Assert.ThrowsAsync<UnreachableException>(() => database.WriteAsync(
            async session =>
            {
                id = await queue.EnqueueAsync(session, Order);
                throw new UnreachableException();
            },
            Stop));

        Assert.Null(await database.ReadAsync(session => queue.FindAsync(session, id), Stop));
    }

    [Fact]
    public async Task Refuses_orders_that_no_chain_could_carry_out()
    {
        await using var database = await OpenAsync();
        using var queue = new TransactionQueue(AnvilOptions.DevelopmentChainId);

        foreach (var wrong in (TransactionOrder[])
        [
            Order with { Purpose = "" }, Order with { IdempotencyKey = new string('x', 201) }, Order with { Data = new byte[TransactionOrder.MaxDataBytes + 1] },
            Order with { To = null, Data = default }, Order with { GasLimit = 0 },
        ])
            await Assert.ThrowsAsync<ArgumentException>(() => database.WriteAsync(session => queue.EnqueueAsync(session, wrong), Stop));
    }

    [Fact]
    public async Task What_was_not_started_can_be_withdrawn_once()
    {
        await using var database = await OpenAsync();
        using var queue = new TransactionQueue(AnvilOptions.DevelopmentChainId);
        var id = await database.WriteAsync(session => queue.EnqueueAsync(session, Order), Stop);

        Assert.True(await database.WriteAsync(session => queue.TryCancelAsync(session, id), Stop));
        Assert.False(await database.WriteAsync(session => queue.TryCancelAsync(session, id), Stop));
        var view = await database.ReadAsync(session => queue.FindAsync(session, id), Stop);
        Assert.Equal((TransactionState.Cancelled, "withdrawn", true), (view!.State, view.Fault, view.IsOver));
    }

    [Theory]
    [InlineData("state = 2")]
    [InlineData("state = 2, nonce = 1")]
    [InlineData("state = 3, nonce = 1, place = 0")]
    [InlineData("state = 4, nonce = 1")]
    [InlineData("state = 5, nonce = 1")]
    [InlineData("state = 6")]
    [InlineData("state = 7")]
    [InlineData("state = 8")]
    [InlineData("nonce = 1")]
    [InlineData("block_number = 1")]
    [InlineData("state = 2, place = 256, nonce = 1")]
    public async Task No_state_stands_without_its_columns(string columns)
    {
        await using var database = await OpenAsync();
        using var queue = new TransactionQueue(AnvilOptions.DevelopmentChainId);
        await database.WriteAsync(session => queue.EnqueueAsync(session, Order), Stop);

        var failure = await Assert.ThrowsAsync<DatabaseException>(() => database.WriteAsync(session => session.ExecuteAsync($"UPDATE transactions SET {columns}"), Stop));

        Assert.Equal(DatabaseFault.ConstraintBroken, failure.Fault);
    }

    [Fact]
    public async Task One_nonce_and_one_place_in_the_group_in_progress_are_given_once()
    {
        await using var database = await OpenAsync();
        using var queue = new TransactionQueue(AnvilOptions.DevelopmentChainId);
        var one = await database.WriteAsync(session => queue.EnqueueAsync(session, Order), Stop);
        var other = await database.WriteAsync(session => queue.EnqueueAsync(session, Order with { IdempotencyKey = "b" }), Stop);
        await StartAsync(one, nonce: 7, place: 0);

        foreach (var (nonce, place) in ((int, int)[])[(7, 1), (8, 0)])
        {
            var failure = await Assert.ThrowsAsync<DatabaseException>(() => StartAsync(other, nonce, place));
            Assert.Equal(DatabaseFault.ConstraintBroken, failure.Fault);
        }

        await StartAsync(other, nonce: 8, place: 1);

        Task StartAsync(long id, int nonce, int place) => database.WriteAsync(
            session => session.ExecuteAsync("UPDATE transactions SET state = 2, nonce = @nonce, place = @place WHERE id = @id", new { id, nonce, place }), Stop);
    }

    private Task<IDatabase> OpenAsync() => databases.OpenAsync([.. TransactionQueue.Migrations]);
}

public sealed class SendingSchemaTests(SqliteFixture sqlite, PostgresFixture postgres) : IClassFixture<SqliteFixture>
{
    [Fact]
    public async Task Both_engines_hold_the_same()
    {
        await using var file = await sqlite.OpenAsync([.. TransactionQueue.Migrations]);
        await using var server = await postgres.OpenAsync([.. TransactionQueue.Migrations]);

        var outline = await SchemaOutline.ReadAsync(file, TestContext.Current.CancellationToken);

        Assert.Contains("transactions unique (chain, sender, place) partial", outline, StringComparer.Ordinal);
        Assert.Equal(outline, await SchemaOutline.ReadAsync(server, TestContext.Current.CancellationToken));
    }
}
