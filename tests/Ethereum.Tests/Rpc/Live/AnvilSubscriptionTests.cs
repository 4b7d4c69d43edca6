using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Support;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Ethereum.Tests.Rpc.Live;

public sealed class AnvilSubscriptionTests(AnvilFixture anvil) : IClassFixture<AnvilFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Follows_a_real_node_through_a_connection_that_is_cut_and_comes_back()
    {
        await using var proxy = new CuttableProxy(anvil.HttpUrl.Port);
        await using var node = EthereumClient.Connect(anvil.HttpUrl);
        await using var listener = EthereumClient.Connect(new Uri($"ws://127.0.0.1:{proxy.Port}/"));
        var options = new SubscriptionOptions { Backoff = new BackoffPolicy { First = TimeSpan.FromMilliseconds(20), Longest = TimeSpan.FromMilliseconds(50) } };
        await using var heads = listener.Subscriptions(options).NewHeadsAsync(Token).GetAsyncEnumerator(Token);

        Assert.Equal(GapCause.Started, (await NextAsync<SubscriptionItem<SealedHeader>.Gap>()).Cause);
        await MineAsync();
        var first = (await NextAsync<SubscriptionItem<SealedHeader>.Value>()).Item;
        Assert.Equal(first.Hash, first.Header.ComputeHash());

        proxy.Cut();
        await MineAsync();
        var gap = NextAsync<SubscriptionItem<SealedHeader>.Gap>();
        proxy.Mend();
        Assert.Equal(GapCause.Reconnected, (await gap).Cause);

        await MineAsync();
        var next = (await NextAsync<SubscriptionItem<SealedHeader>.Value>()).Item;
        Assert.Equal(first.Number + 2, next.Number);

        async Task<T> NextAsync<T>()
        {
            Assert.True(await heads.MoveNextAsync());
            return Assert.IsType<T>(heads.Current);
        }

        Task MineAsync() => node.SendAsync(RpcCall.Create("evm_mine", null, static (ref System.Text.Json.Utf8JsonReader _) => true), Token);
    }
}
