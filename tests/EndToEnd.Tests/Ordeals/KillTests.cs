using OpenGradient.Support.Rpc;

namespace OpenGradient.EndToEnd.Tests.Ordeals;

/// <summary>A relayer is killed at each boundary between two stages, and the next one goes on with what it left behind.</summary>
public sealed class KillTests(Ordeal ordeal) : IClassFixture<Ordeal>
{
    private const string Send = "eth_sendRawTransaction";

    [Fact]
    public async Task Is_killed_when_it_has_found_a_request()
    {
        await using var proxy = new HostileProxy(ordeal.Chain.Endpoint);
        await using var relayer = await StartAsync(proxy);
        var request = await ordeal.AskAsync();
        await RelayerProcess.UntilAsync(async () => await relayer.JobAsync(request) is not null, "it knows the request", relayer);

        await KillAndStartAgainAsync(relayer, proxy);

        await ordeal.BooksAreRightAsync([request]);
    }

    // The first transaction claims, the second one settles.
    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public async Task Is_killed_when_nobody_heard_of_what_it_sent(int number, bool isTaken)
    {
        await using var proxy = new HostileProxy(ordeal.Chain.Endpoint);
        await using var relayer = await StartAsync(proxy);
        var sends = LoseFrom(proxy, number, isTaken);
        var request = await ordeal.AskAsync();
        await RelayerProcess.UntilAsync(() => Task.FromResult(sends() >= number), $"it sends transaction {number}", relayer);

        await KillAndStartAgainAsync(relayer, proxy);

        await ordeal.BooksAreRightAsync([request]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Is_killed_while_what_it_sent_waits_for_a_block(int number)
    {
        await using var proxy = new HostileProxy(ordeal.Chain.Endpoint);
        await using var relayer = await StartAsync(proxy);
        var sends = LoseFrom(proxy, number, isTaken: false);
        var request = await ordeal.AskAsync();
        await RelayerProcess.UntilAsync(() => Task.FromResult(sends() >= number), $"it sends transaction {number}", relayer);
        await ordeal.HoldBlocksAsync();
        proxy.BeHonest();
        await RelayerProcess.UntilAsync(ordeal.HasUnminedAsync, "it waits in the pool", relayer);

        await relayer.KillAsync();
        await relayer.StartAsync();
        await ordeal.LetBlocksGoAsync();

        await ordeal.BooksAreRightAsync([request]);
    }

    [Fact]
    public async Task Is_killed_when_it_has_settled()
    {
        await using var proxy = new HostileProxy(ordeal.Chain.Endpoint);
        await using var relayer = await StartAsync(proxy);
        var request = await ordeal.AskAsync();
        await RelayerProcess.UntilAsync(async () => await relayer.JobAsync(request) is { Stage: "Settled" }, "it is settled", relayer);

        await KillAndStartAgainAsync(relayer, proxy);

        await RelayerProcess.UntilAsync(async () => await relayer.JobAsync(request) is { Stage: "Settled", WaitsFor: "Finality" }, "it waits for its end", relayer);
        await ordeal.BooksAreRightAsync([request]);
    }

    [Fact]
    public async Task Is_killed_again_and_again_while_many_ask()
    {
        const int Requests = 40;
        const int Kills = 5;
        await using var proxy = new HostileProxy(ordeal.Chain.Endpoint);
        await using var relayer = await StartAsync(proxy);
        var random = new Random(20_26);
        List<Ethereum.Primitives.Hash32> requests = [];
        for (var kill = 0; kill < Kills; kill++)
        {
            requests.AddRange(await ordeal.AskAsync(Requests / Kills));
            await Task.Delay(random.Next(50, 1_500), TestContext.Current.CancellationToken);
            await relayer.KillAsync();
            await relayer.StartAsync();
        }

        await ordeal.BooksAreRightAsync(requests);
    }

    [Fact]
    public async Task One_that_knows_nothing_leaves_alone_what_is_over()
    {
        await using var proxy = new HostileProxy(ordeal.Chain.Endpoint);
        IReadOnlyList<Ethereum.Primitives.Hash32> requests;
        await using (var first = await StartAsync(proxy))
        {
            requests = await ordeal.AskAsync(10);
            await ordeal.BooksAreRightAsync(requests);
        }

        // It reads the past in steps, and in each of them there are requests that look open.
        await using var second = await StartAsync(proxy);
        var request = await ordeal.AskAsync();

        await ordeal.BooksAreRightAsync([.. requests, request]);
    }

    private async Task<RelayerProcess> StartAsync(HostileProxy proxy)
    {
        var relayer = ordeal.Relayer(proxy.Url);
        await relayer.StartAsync();
        return relayer;
    }

    private static async Task KillAndStartAgainAsync(RelayerProcess relayer, HostileProxy proxy)
    {
        await relayer.KillAsync();
        proxy.BeHonest();
        await relayer.StartAsync();
    }

    // Loses each transaction from this one on, or only what the node says to it. Gives how many there were.
    private static Func<int> LoseFrom(HostileProxy proxy, int number, bool isTaken)
    {
        var sends = 0;
        proxy.Rule = call => call.Method != Send || Interlocked.Increment(ref sends) < number ? null
            : isTaken ? new Misdeed.LosesTheAnswer() : new Misdeed.LosesTheMessage();
        return () => Volatile.Read(ref sends);
    }
}
