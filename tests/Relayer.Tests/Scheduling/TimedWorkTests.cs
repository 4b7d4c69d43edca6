using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Contracts.Hub;
using OpenGradient.Database;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Admission;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Claiming;
using OpenGradient.Relayer.Earnings;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Scheduling;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Relayer.Verifying.Duties;
using OpenGradient.Support.Databases;

namespace OpenGradient.Relayer.Tests.Scheduling;

public sealed class TimedWorkOnSqliteTests(SqliteFixture fixture) : TimedWorkTests(fixture), IClassFixture<SqliteFixture>;

public sealed class TimedWorkOnPostgresTests(PostgresFixture fixture) : TimedWorkTests(fixture), IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Both_engines_have_the_same_tables()
    {
        using var files = new SqliteFixture();
        await using var file = await OperationsScene.OpenAsync(files);
        await using var server = await OpenAsync();

        Assert.Equal(await SchemaOutline.ReadAsync(file.Database, Stop), await SchemaOutline.ReadAsync(server.Database, Stop));
    }
}

/// <summary>What is done by the clock, done once, and once more: the second time changes nothing.</summary>
public abstract class TimedWorkTests(IDatabaseFixture fixture)
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private static readonly ScheduleOptions Options = new();

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    private protected Task<OperationsScene> OpenAsync() => OperationsScene.OpenAsync(fixture);

    [Fact]
    public async Task Frees_what_the_dead_and_the_unknown_had_leased()
    {
        await using var scene = await OpenAsync();
        for (var i = 1; i <= 3; i++)
            await scene.AddJobAsync(i, JobEnd.None);
        var alive = Register(scene, "alive");
        await alive.BeatAsync(new Uri("http://127.0.0.1:1"), Stop);
        await Register(scene, "dead").BeatAsync(new Uri("http://127.0.0.1:2"), Stop);
        await scene.ExecuteAsync("UPDATE instances SET seen_at = seen_at - 11000 WHERE owner = 'dead'");
        foreach (var (number, owner) in new[] { (1, "alive"), (2, "dead"), (3, "unknown") })
            await scene.ExecuteAsync("UPDATE jobs SET lease_owner = @owner, lease_epoch = 4, lease_until = @Until WHERE request_id = @Id", new { owner, Until = Now.AddMinutes(3), Id = OperationsScene.Id(number) });

        await AddDutyAsync(scene, 3, seal: 98);
        await scene.ExecuteAsync("UPDATE duties SET due_at = @Now, lease_owner = 'dead', lease_until = @Until", new { Now, Until = Now.AddMinutes(5) });

        Assert.Equal(3, await alive.ReapAsync(Stop));
        Assert.Equal(0, await scene.ScalarAsync<long>("SELECT COUNT(*) FROM duties WHERE lease_until > 0"));
        Assert.Equal(0, await alive.ReapAsync(Stop));

        Assert.Equal(1, await scene.ScalarAsync<long>("SELECT COUNT(*) FROM jobs WHERE lease_until > 0 AND lease_owner = 'alive'"));
        // The fence stays: whoever takes them next gets another epoch.
        Assert.Equal(3, await scene.ScalarAsync<long>("SELECT COUNT(*) FROM jobs WHERE lease_epoch = 4"));
        var known = await alive.ListAsync(Stop);
        Assert.Equal([("alive", true, true), ("dead", false, false)], known.Select(instance => (instance.Owner, instance.IsAlive, instance.IsSelf)));
        await alive.LeaveAsync(Stop);
        Assert.Equal(1, await alive.ReapAsync(Stop));
    }

    [Fact]
    public async Task Forgets_what_is_over_and_final_and_in_the_books()
    {
        await using var scene = await OpenAsync();
        await WriteCursorAsync(scene, final: 100, tip: 110);
        var old = Now.AddDays(-31);
        var order = await scene.AddTransactionAsync("old", old, cost: 7);
        var needed = await scene.AddTransactionAsync("needed", old, cost: 7);
        var untold = await scene.AddTransactionAsync("untold", old, cost: 7, isTold: false);
        var recent = await scene.AddTransactionAsync("recent", Now, cost: 7);
        await scene.AddJobAsync(1, JobEnd.Answered, old, settlementOrder: order);
        await scene.AddJobAsync(2, JobEnd.TurnedAway, old);
        await scene.AddJobAsync(3, JobEnd.TurnedAway, Now);
        await scene.AddJobAsync(4, JobEnd.TurnedAway, old);
        await scene.AddJobAsync(5, JobEnd.None, settlementOrder: needed);
        // A verifier is not done with this one.
        await scene.AddJobAsync(6, JobEnd.TurnedAway, old);
        await AddDutyAsync(scene, 6, seal: 97);
        await scene.AddLogAsync(6, block: 14);
        await scene.AddLogAsync(97, block: 15);
        await scene.AddLogAsync(1, block: 10);
        await scene.AddLogAsync(3, block: 11);
        await scene.AddLogAsync(4, block: 105);
        await scene.AddLogAsync(5, block: 12);
        await scene.AddLogAsync(99, block: 13);
        await scene.AddLogAsync(98, block: 106);
        var pruner = Pruner(scene, finalTime: null);

        // What is not in the books stays.
        await pruner.RunAsync(Stop);
        Assert.Equal([1, 3, 4, 5, 6], await JobsAsync(scene));
        await Keeper(scene).RunAsync(Stop);
        for (var i = 0; i < 2; i++)
        {
            await pruner.RunAsync(Stop);
            Assert.Equal([3, 4, 5, 6], await JobsAsync(scene));
            Assert.Equal([11, 12, 14, 15, 105, 106], await scene.Database.ReadAsync(session => session.QueryAsync<long>("SELECT block_number FROM chain_logs ORDER BY block_number"), Stop));
            Assert.Equal([needed, untold, recent], await scene.Database.ReadAsync(session => session.QueryAsync<long>("SELECT id FROM transactions ORDER BY id"), Stop));
        }
    }

    [Fact]
    public async Task Ends_what_a_reorganisation_took_back_once_it_cannot_return_and_then_forgets_it()
    {
        await using var scene = await OpenAsync();
        await WriteCursorAsync(scene, final: 100, tip: 110);
        // Deadlines are at second 9 where nothing else is said.
        for (var i = 1; i <= 7; i++)
            await scene.AddJobAsync(i, i == 5 ? JobEnd.Refunded : i == 6 ? JobEnd.TurnedAway : JobEnd.None, i is 5 or 6 ? Now : null);
        await SleepAsync(1, Stage.None);
        await SleepAsync(2, Stage.None);
        await scene.ExecuteAsync("UPDATE jobs SET deadline = 10 WHERE request_id = @Id", new { Id = OperationsScene.Id(2) });
        // It was told a moment ago, and is looked at first.
        await scene.ExecuteAsync("UPDATE jobs SET stage = 0 WHERE request_id = @Id", new { Id = OperationsScene.Id(3) });
        await SleepAsync(4, Stage.Challenged);
        await SleepAsync(5, Stage.Refunded);
        await SleepAsync(6, Stage.Sealing);
        await SleepAsync(7, Stage.None);
        foreach (var (request, waitsFor) in new[] { (1, DutyWait.ItsReturn), (2, DutyWait.ItsReturn), (4, DutyWait.ItsReturn), (5, DutyWait.ItsReturn), (6, DutyWait.ItsReturn), (7, DutyWait.Members) })
        {
            await AddDutyAsync(scene, request, seal: 200 + request);
            await scene.ExecuteAsync("UPDATE duties SET waiting_for = @Wait WHERE request_id = @Id", new { Wait = (int)waitsFor, Id = OperationsScene.Id(request) });
        }

        // Whoever is not told a time ends nothing.
        await Pruner(scene, finalTime: null).RunAsync(Stop);
        Assert.Equal(0, await scene.ScalarAsync<long>("SELECT COUNT(*) FROM jobs WHERE ended = 9"));

        var asked = new List<BlockRef>();
        for (var i = 0; i < 2; i++)
        {
            await Pruner(scene, finalTime: 10, asked).RunAsync(Stop);
            Assert.Equal([1, 7], await IdsAsync(scene, $"SELECT request_id FROM jobs WHERE ended = {(int)JobEnd.TakenBack} ORDER BY request_id"));
            // Who seals, reveals after the deadline; and what was only told not to be there may be decided otherwise.
            Assert.Equal([1, 5], await IdsAsync(scene, $"SELECT request_id FROM duties WHERE ended = {(int)DutyEnd.TakenBack} ORDER BY request_id"));
        }

        Assert.All(asked, block => Assert.Equal(new BlockNumber(100), block.Number));
        // As long as it is kept, it is told why it ended; then it goes as every other does.
        await scene.ExecuteAsync("UPDATE jobs SET ended_at = 5 WHERE ended <> 0");
        await scene.ExecuteAsync("UPDATE duties SET ended_at = 5 WHERE ended <> 0");
        await Pruner(scene, finalTime: 10).RunAsync(Stop);
        Assert.Equal([2, 3, 4, 6, 7], await JobsAsync(scene));

        Task SleepAsync(int number, Stage stage) => scene.ExecuteAsync(
            "UPDATE jobs SET stage = @Stage, due_at = NULL, waiting_for = @Wait WHERE request_id = @Id",
            new { Stage = (int)stage, Wait = (int)WaitingFor.ItsReturn, Id = OperationsScene.Id(number) });
    }

    [Fact]
    public async Task What_was_taken_back_is_found_by_its_index_among_all_that_is_kept()
    {
        await using var scene = await OpenAsync();
        for (var i = 1; i <= 50; i++)
            await scene.AddJobAsync(i, JobEnd.Answered, Now);
        await scene.ExecuteAsync("ANALYZE jobs");

        var reads = await scene.Database.ReadAsync(session => QueryPlan.ReadsAsync(session, "jobs", TakenBack.IsThere, new { Now }), Stop);

        Assert.All(reads, step => Assert.Contains("jobs_taken_back", step, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Books_each_answer_and_each_transaction_once()
    {
        await using var scene = await OpenAsync();
        var other = Hash32.FromUInt256(0xBB);
        var batch = await scene.AddTransactionAsync("batch", Now, cost: 100);
        var claim = await scene.AddTransactionAsync("claim", Now, cost: 9);
        await scene.AddTransactionAsync("reverted", Now, cost: 5);
        await scene.AddTransactionAsync("untold price", Now, cost: null);
        await scene.AddJobAsync(1, JobEnd.Answered, Now, settlementOrder: batch, claimOrder: claim);
        await scene.AddJobAsync(2, JobEnd.Answered, Now, settlementOrder: batch);
        await scene.AddJobAsync(3, JobEnd.AnsweredFailure, Now, settlementOrder: batch, version: other);
        await scene.AddJobAsync(4, JobEnd.AnsweredByAnother, Now, version: other);
        await scene.AddJobAsync(5, JobEnd.None);

        for (var i = 0; i < 2; i++)
        {
            await Keeper(scene, tokensPerCoin: 2).RunAsync(Stop);
            var lines = (await new ProfitQueries(scene.Database, TimeProvider.System).ListAsync(7, Stop)).OrderBy(line => line.VersionId, StringComparer.Ordinal).ToList();
            Assert.Equal([null, OperationsScene.Version.ToString(), other.ToString()], lines.Select(line => line.VersionId), StringComparer.Ordinal);
            Assert.Equal([(0L, 0L, "0", "5"), (2L, 0L, "2000", "75"), (0L, 1L, "200", "34")], lines.Select(line => (line.Answers, line.Failures, line.Fees, line.GasWei)));
            Assert.Equal(0.004, lines[1].ComputeSeconds, 6);
            Assert.Equal("114", (lines.Aggregate(UInt256.Zero, (sum, line) => sum + UInt256.Parse(line.GasWei))).ToString());
            // Two tokens a coin, rounded up for each: hardly anything.
            Assert.Equal(["-1", "1998", "199"], lines.Select(line => line.Profit), StringComparer.Ordinal);
        }
    }

    [Fact]
    public async Task Finds_the_hours_of_earnings_and_orders_each_collection_once()
    {
        await using var scene = await OpenAsync();
        await scene.AddJobAsync(1, JobEnd.Answered, Now, until: 3_500);
        await scene.AddJobAsync(2, JobEnd.Answered, Now, until: 3_600);
        await scene.AddJobAsync(3, JobEnd.AnsweredFailure, Now, until: 9_000);
        await scene.AddJobAsync(4, JobEnd.Answered, Now, until: 20_000);
        await scene.AddJobAsync(5, JobEnd.AnsweredByAnother, Now, until: 12_000);
        var orders = new QueuedOrders(scene.Queue, scene.Queue.Chain, OperationsScene.Node);
        var book = new EarningsBook(scene.Database, scene.Queue, orders, TimeProvider.System);
        var payee = OperationsScene.Node;

        for (var i = 0; i < 2; i++)
        {
            await book.FindAsync(payee, activeTime: 11_000, Stop);
            Assert.Equal([3_600UL, 10_800UL], (await book.WaitingAsync(payee, Stop)).Select(hour => hour.HourEnd));
        }

        Assert.True(await book.OrderAsync(payee, [3_600, 10_800], Order, Stop));
        Assert.False(await book.OrderAsync(payee, [3_600, 10_800], Order, Stop));
        Assert.Empty(await book.WaitingAsync(payee, Stop));
        Assert.Equal(1, await scene.ScalarAsync<long>("SELECT COUNT(*) FROM transactions WHERE purpose = 'collect'"));

        // It was given up: the next attempt is another order.
        await scene.ExecuteAsync("UPDATE transactions SET state = 6, fault = 'test'");
        Assert.Equal([false, false], (await book.WaitingAsync(payee, Stop)).Select(hour => hour.IsOrderFinal));
        Assert.True(await book.OrderAsync(payee, [3_600, 10_800], Order, Stop));
        Assert.Equal(2, await scene.ScalarAsync<long>("SELECT COUNT(*) FROM transactions WHERE purpose = 'collect'"));
        await book.CloseAsync(payee, [3_600, 10_800], Stop);
        await scene.ExecuteAsync("UPDATE transactions SET state = 6, fault = 'test'");
        Assert.Empty(await book.WaitingAsync(payee, Stop));

        static Order Order(string key) => new(key, OperationsScene.Node, new byte[] { 1 }, GasLimit: null, OrderPurpose.Collect);
    }

    [Fact]
    public async Task Claims_stop_when_the_database_tells_that_they_fail()
    {
        await using var scene = await OpenAsync();
        var budget = new ClaimBudget(scene.Database, new FakeOrders(), RelayerScene.Deployment.HubTerms, OperationsScene.Node, 10);
        Assert.Equal(BreakerState.Closed, (await budget.JudgeAsync(Stop)).State);
        for (var i = 1; i <= 6; i++)
            await scene.AddJobAsync(i, i == 1 ? JobEnd.Answered : JobEnd.NotTaken, Now.AddSeconds(-i), claimOrder: i, isSettled: i == 1);

        var verdict = await budget.JudgeAsync(Stop);

        Assert.Equal((BreakerState.Open, 5, 6), (verdict.State, verdict.Failures, verdict.Claims));
        var standing = new NodeStanding(OperationsScene.Node, UInt256.One << 100, UInt256.One << 100, UInt256.One << 100);
        var room = await budget.OpenAsync(standing, Stop);
        Assert.False(room.TryTake(Tests.Jobs.SampleJobs.Open()));
        await scene.ExecuteAsync("UPDATE jobs SET ended_at = ended_at - 61000");
        room = await budget.OpenAsync(standing, Stop);
        Assert.True(room.TryTake(Tests.Jobs.SampleJobs.Open()));
        Assert.False(room.TryTake(Tests.Jobs.SampleJobs.Open(1)));
    }

    private static InstanceRegister Register(OperationsScene scene, string owner) => new(scene.Database, owner, Options.Silence, TimeProvider.System);

    private static Bookkeeper Keeper(OperationsScene scene, ulong tokensPerCoin = 0) => new(
        scene.Database, RelayerScene.Deployment.HubTerms, new PriceBoard(tokensPerCoin), Options, NullLogger<Bookkeeper>.Instance);

    private static Task WriteCursorAsync(OperationsScene scene, int final, int tip) => scene.Database.WriteAsync(
        session => HubCursor.Table.WriteAsync(session, new ChainId(31337), new ChainCursor([.. Enumerable.Range(final, tip - final + 1).Select(number => new BlockRef(new BlockNumber((ulong)number), OperationsScene.Id(number)))])), Stop);

    private static Task<int> AddDutyAsync(OperationsScene scene, int request, int seal) => scene.Database.WriteAsync(
        session => session.ExecuteAsync(
            """
            INSERT INTO duties (request_id, kind, deadline, answer_commit, answer, salt, seal, found_at)
            VALUES (@Request, 2, 1000, @Request, @Answer, @Request, @Seal, 1000)
            """,
            new { Request = OperationsScene.Id(request), Seal = OperationsScene.Id(seal), Answer = new byte[] { 1 } }),
        Stop);

    private static Pruner Pruner(OperationsScene scene, ulong? finalTime, List<BlockRef>? asked = null) => new(
        scene.Database, new ChainId(31337), Options,
        (block, _) =>
        {
            asked?.Add(block);
            return Task.FromResult(finalTime);
        },
        NullLogger<Pruner>.Instance, TimeProvider.System);

    private static Task<IEnumerable<int>> JobsAsync(OperationsScene scene) => IdsAsync(scene, "SELECT request_id FROM jobs ORDER BY request_id");

    private static async Task<IEnumerable<int>> IdsAsync(OperationsScene scene, string query) =>
        (await scene.Database.ReadAsync(session => session.QueryAsync<Hash32>(query), Stop)).Select(id => (int)(ulong)id.ToUInt256());
}
