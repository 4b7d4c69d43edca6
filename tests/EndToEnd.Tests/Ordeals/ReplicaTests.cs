using OpenGradient.Contracts.Hub;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support.Databases;
using OpenGradient.Support.Rpc;

namespace OpenGradient.EndToEnd.Tests.Ordeals;

/// <summary>Two processes with one key and one PostgreSQL: whatever happens to one of them, or to the database, each request is settled once.</summary>
public sealed class ReplicaTests(Ordeal ordeal, PostgresFixture postgres) : IClassFixture<Ordeal>, IClassFixture<PostgresFixture>
{
    private const string Send = "eth_sendRawTransaction";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_is_paused_in_the_middle_of_its_work_and_wakes_late()
    {
        var address = await postgres.CreateAsync();
        await using var proxy = new HostileProxy(ordeal.Chain.Endpoint);
        await using var first = ordeal.Relayer(proxy.Url, address.ToString());
        await using var second = ordeal.Relayer(ordeal.Chain.Endpoint, address.ToString());
        await first.StartAsync();
        await using var database = await DatabaseFactory.OpenAsync(address, [], cancellationToken: Stop);

        // Nobody hears of what it sends: it is paused with the right to send, and transactions that have nonces and signatures.
        proxy.Mistreat(Send, new Misdeed.Hangs());
        List<Hash32> requests = [.. await ordeal.AskAsync(10)];
        await RelayerProcess.UntilAsync(() => Task.FromResult(!proxy.Done.IsEmpty), "it is in the middle of sending", first);
        await first.PauseAsync();
        Assert.NotEqual(0, await CountAsync(database, "transactions WHERE state = 2"));
        var held = await EpochAsync(database);
        await second.StartAsync();
        requests.AddRange(await ordeal.AskAsync(10));

        // Longer than any lease of the one that is paused: the other has taken its place, and has done what it was about to do.
        foreach (var request in requests)
            await ordeal.Network.ReachesAsync(request, Stage.Settled);
        Assert.True(await EpochAsync(database) > held, "The right to send did not change hands.");

        proxy.BeHonest();
        await first.WakeAsync();
        requests.AddRange(await ordeal.AskAsync(10));
        await ordeal.BooksAreRightAsync(requests);

        // Whoever was paused works again, and now alone.
        await second.KillAsync();
        requests.AddRange(await ordeal.AskAsync(5));
        await ordeal.BooksAreRightAsync(requests);
        Assert.True(first.IsRunning, first.Said());
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
        await Task.Delay(TimeSpan.FromSeconds(3), Stop);
        await postgres.StartAsync();

        await ordeal.BooksAreRightAsync(requests);
        Assert.True(relayer.IsRunning, relayer.Said());
    }

    private static Task<long> CountAsync(IDatabase database, string what) =>
        database.ReadAsync(session => session.QuerySingleAsync<long>($"SELECT COUNT(*) FROM {what}"), Stop);

    // How often the right to send with the key has changed hands.
    private static Task<long> EpochAsync(IDatabase database) =>
        database.ReadAsync(session => session.QuerySingleAsync<long>("SELECT COALESCE(SUM(epoch), 0) FROM leases WHERE name LIKE 'sending/%'"), Stop);
}
