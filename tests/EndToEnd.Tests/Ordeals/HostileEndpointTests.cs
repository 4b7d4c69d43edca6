using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support.Rpc;

namespace OpenGradient.EndToEnd.Tests.Ordeals;

/// <summary>What stands between a relayer and its chain does what it should not.</summary>
public sealed class HostileEndpointTests(Ordeal ordeal) : IClassFixture<Ordeal>
{
    [Fact]
    public async Task Settles_once_behind_an_endpoint_that_fails_in_every_way_it_can()
    {
        const int Requests = 20;
        await using var proxy = new HostileProxy(ordeal.Chain.Endpoint);
        await using var relayer = ordeal.Relayer(proxy.Url);
        await relayer.StartAsync();
        var random = new Random(7);
        var gate = new Lock();
        // Every tenth call or so; who hangs takes the client's patience, so there are few of them.
        proxy.Rule = call =>
        {
            int dice;
            lock (gate)
                dice = random.Next(100);
            return dice switch
            {
                < 2 => new Misdeed.LosesTheMessage(),
                < 4 => new Misdeed.LosesTheAnswer(),
                < 6 => new Misdeed.Refuses(429),
                < 8 => new Misdeed.Refuses(503),
                < 10 => new Misdeed.Fails("limit exceeded", -32005),
                // Half of the logs, and none at all: the headers know better.
                < 14 when call.Method == "eth_getLogs" => new Misdeed.Says("[]"),
                < 14 when call.Method == "eth_getTransactionReceipt" => new Misdeed.Says("null"),
                < 14 when call.Method == "eth_blockNumber" => new Misdeed.Says("\"0x1\""),
                _ => null,
            };
        };

        List<Hash32> requests = [];
        for (var i = 0; i < Requests; i++)
        {
            requests.Add(await ordeal.AskAsync());
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        // A claim may run out while an endpoint is silent; then it is made again.
        await ordeal.BooksAreRightAsync(requests, mostClaims: 2);
    }

    [Fact]
    public async Task Waits_for_an_endpoint_that_says_nothing_and_goes_on_when_it_does()
    {
        await using var proxy = new HostileProxy(ordeal.Chain.Endpoint);
        await using var relayer = ordeal.Relayer(proxy.Url);
        await relayer.StartAsync();
        proxy.Rule = _ => new Misdeed.Refuses(503);
        var request = await ordeal.AskAsync();
        await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        Assert.True(relayer.IsRunning, relayer.Said());

        proxy.BeHonest();

        await ordeal.BooksAreRightAsync([request]);
    }
}
