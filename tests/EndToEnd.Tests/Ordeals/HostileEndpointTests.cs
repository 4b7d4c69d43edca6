using OpenGradient.Support.Rpc;

namespace OpenGradient.EndToEnd.Tests.Ordeals;

/// <summary>What stands between a relayer and its chain does what it should not.</summary>
public sealed class HostileEndpointTests(Ordeal ordeal) : IClassFixture<Ordeal>
{
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
