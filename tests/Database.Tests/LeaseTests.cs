using OpenGradient.Database.Leases;
using OpenGradient.Support.Databases;

namespace OpenGradient.Database.Tests;

public sealed class SqliteLeaseTests(SqliteFixture databases) : LeaseTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresLeaseTests(PostgresFixture databases) : LeaseTests(databases)
{
    [Fact]
    public async Task Nobody_takes_a_lease_over_while_its_holder_writes()
    {
        await using var database = await databases.OpenAsync(Lease.Migrations);
        var lease = await TakeAsync(database, "one", Start);
        var isTaken = false;

        var taking = Task.CompletedTask;
        await database.WriteAsync(
            async session =>
            {
                Assert.True(await lease!.IsHeldAsync(session));
                using (ExecutionContext.SuppressFlow())
                    taking = Task.Run(async () => isTaken = await TakeAsync(database, "other", Start + Length) is not null, Stop);
                // The other waits for the lock: that it waits is seen on the server, not by the clock.
                while (await session.QuerySingleAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()") == 0)
                    await session.ExecuteAsync("SELECT pg_sleep(0.01), pg_stat_clear_snapshot()");
                Assert.False(isTaken);
            },
            Stop);

        await taking;
        Assert.True(isTaken);
    }

    [Fact]
    public async Task Who_stops_in_the_middle_of_a_transaction_keeps_nobody_waiting_and_changes_nothing()
    {
        var options = await databases.CreateAsync() with { StatementTimeout = TimeSpan.FromSeconds(1), RetryFor = TimeSpan.FromMinutes(1) };
        await using var stopped = await DatabaseFactory.OpenAsync(options, [Lease.Migrations], cancellationToken: Stop);
        await using var other = await DatabaseFactory.OpenAsync(options, [Lease.Migrations], cancellationToken: Stop);
        var lease = await TakeAsync(stopped, "one", Start);
        var stops = new TaskCompletionSource();
        var wakes = new TaskCompletionSource();
        List<bool> held = [];
        var writing = stopped.WriteAsync(
            async session =>
            {
                held.Add(await lease!.IsHeldAsync(session));
                stops.TrySetResult();
                await wakes.Task;
            },
            Stop);
        await stops.Task;

        // The one that is stopped has locked the lease, so that nobody takes it while it writes.
        Assert.NotNull(await TakeAsync(other, "other", Start + Length));
        wakes.SetResult();
        await writing;

        // Its transaction was ended; when it is run again the lease is another's.
        Assert.Equal([true, false], held);
    }
}

public abstract class LeaseTests(IDatabaseFixture databases)
{
    private protected static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private protected static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    private protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_holds_it_until_its_end_and_then_another_may()
    {
        await using var database = await databases.OpenAsync(Lease.Migrations);

        Assert.Equal(new Lease("key", "one", 1, Start + Length), await TakeAsync(database, "one", Start));
        Assert.Null(await TakeAsync(database, "other", Start + Length - TimeSpan.FromMilliseconds(1)));
        Assert.Equal(new Lease("key", "other", 2, Start + Length + Length), await TakeAsync(database, "other", Start + Length));
    }

    [Fact]
    public async Task The_holder_goes_on_with_it_in_the_same_epoch()
    {
        await using var database = await databases.OpenAsync(Lease.Migrations);
        await TakeAsync(database, "one", Start);

        var renewed = await TakeAsync(database, "one", Start + (Length / 2));

        Assert.Equal((1, Start + (Length * 1.5)), (renewed!.Epoch, renewed.ExpiresAt));
        Assert.Null(await TakeAsync(database, "other", Start + Length));
    }

    [Fact]
    public async Task A_holder_that_slept_over_its_end_finds_out()
    {
        await using var database = await databases.OpenAsync(Lease.Migrations);
        var first = await TakeAsync(database, "one", Start);
        Assert.True(await HoldsAsync(database, first!));
        await TakeAsync(database, "other", Start + Length);

        Assert.False(await HoldsAsync(database, first!));
        await database.WriteAsync(session => first!.ReleaseAsync(session, Start), Stop);
        Assert.Null(await TakeAsync(database, "one", Start + Length));
    }

    [Fact]
    public async Task What_is_given_back_is_free_at_once_and_starts_a_new_epoch()
    {
        await using var database = await databases.OpenAsync(Lease.Migrations);
        var first = await TakeAsync(database, "one", Start);

        await database.WriteAsync(session => first!.ReleaseAsync(session, Start), Stop);

        Assert.False(await HoldsAsync(database, first!));
        Assert.Equal(2, (await TakeAsync(database, "one", Start))!.Epoch);
    }

    [Fact]
    public async Task Of_many_that_want_it_one_gets_it()
    {
        await using var database = await databases.OpenAsync(Lease.Migrations);

        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => TakeAsync(database, $"owner {i}", Start), Stop)));

        Assert.Single(taken, lease => lease is not null);
    }

    private protected static Task<Lease?> TakeAsync(IDatabase database, string owner, DateTimeOffset now) =>
        database.WriteAsync(session => Lease.TryTakeAsync(session, "key", owner, now, Length), Stop);

    private static Task<bool> HoldsAsync(IDatabase database, Lease lease) => database.WriteAsync(lease.IsHeldAsync, Stop);
}
