using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support.Databases;

namespace OpenGradient.EndToEnd.Tests.Ordeals;

/// <summary>Two processes with one key and one PostgreSQL: whatever happens to one of them, or to the database, each request is settled once.</summary>
public sealed class ReplicaTests(Ordeal ordeal, PostgresFixture postgres) : IClassFixture<Ordeal>, IClassFixture<PostgresFixture>
{
    // Longer than a lease of the sender, and than a heartbeat may be silent.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(25);

    [Fact]
    public async Task One_is_paused_in_the_middle_of_its_work_and_wakes_late()
    {
        var database = (await postgres.CreateAsync()).ToString();
        await using var first = ordeal.Relayer(ordeal.Chain.Endpoint, database);
        await using var second = ordeal.Relayer(ordeal.Chain.Endpoint, database);
        await first.StartAsync();
        await second.StartAsync();
        List<Hash32> requests = [.. await ordeal.AskAsync(10)];
        await first.PauseAsync();
        requests.AddRange(await ordeal.AskAsync(10));
        await Task.Delay(Pause, TestContext.Current.CancellationToken);

        await first.WakeAsync();
        requests.AddRange(await ordeal.AskAsync(10));

        await ordeal.BooksAreRightAsync(requests);
    }

    [Fact]
    public async Task The_database_crashes_and_comes_back()
    {
        var database = (await postgres.CreateAsync()).ToString();
        await using var relayer = ordeal.Relayer(ordeal.Chain.Endpoint, database);
        await relayer.StartAsync();
        List<Hash32> requests = [.. await ordeal.AskAsync(10)];
        await postgres.StopAsync(atOnce: true);
        requests.AddRange(await ordeal.AskAsync(5));
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        await postgres.StartAsync();

        await ordeal.BooksAreRightAsync(requests);
        Assert.True(relayer.IsRunning, relayer.Said());
    }
}
