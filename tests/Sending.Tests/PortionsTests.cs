using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Sending.Broadcasting;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Sending.Tests;

/// <summary>How much an endpoint is asked in a message. No chain stands behind this one.</summary>
public sealed class PortionsTests : IAsyncLifetime
{
    private readonly HostileProxy _proxy = new(new Uri("http://127.0.0.1:1"));
    private readonly Portions _portions = new();
    private EthereumClient _endpoint = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _endpoint = EthereumClient.Connect(_proxy.Url, new RpcOptions { MaxAttempts = 1 });
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _endpoint.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    [Theory]
    [InlineData(256, 256, true, 256)]
    [InlineData(4, 4, true, 8)]
    [InlineData(4, 3, true, 4)]
    [InlineData(256, 64, false, 32)]
    [InlineData(256, 3, false, 1)]
    [InlineData(256, 1, false, 256)]
    [InlineData(1, 1, false, 1)]
    public void A_lost_message_halves_the_next_and_one_of_a_single_call_does_not(int length, int asked, bool isAnswered, int next) =>
        Assert.Equal(next, Portions.LengthAfter(length, asked, isAnswered));

    [Fact]
    public async Task One_lost_message_of_one_call_shortens_none_that_follow()
    {
        _proxy.Rule = _ => new Misdeed.LosesTheMessage();
        await _portions.AskAsync(_endpoint, Calls(1), Stop);

        // All in one message: else those before the last would come through.
        _proxy.Rule = call => BlockOf(call) == 7 ? new Misdeed.LosesTheMessage() : new Misdeed.Says("\"0x1\"");
        Assert.All(await _portions.AskAsync(_endpoint, Calls(8), Stop), result => Assert.NotNull(result.Error));
    }

    [Fact]
    public async Task What_has_no_order_is_asked_on_past_a_lost_message()
    {
        await ShortenAsync();
        _proxy.Rule = call => BlockOf(call) is 0 or 2 ? new Misdeed.LosesTheMessage() : new Misdeed.Says("\"0x1\"");

        var results = await _portions.AskAsync(_endpoint, Calls(3), Stop);

        Assert.Equal([false, true, false], results.Select(result => result.Error is null));
    }

    [Fact]
    public async Task What_has_an_order_is_not_and_is_told_to_have_never_left()
    {
        await ShortenAsync();
        _proxy.Rule = call => BlockOf(call) == 0 ? new Misdeed.LosesTheMessage() : new Misdeed.Says("\"0x1\"");
        _proxy.Seen.Clear();

        var results = await _portions.AskInOrderAsync(_endpoint, Calls(3), Stop);

        Assert.Equal([0], _proxy.Seen.Select(BlockOf));
        Assert.Equal([SendErrorKind.Unknown, SendErrorKind.NodeBusy, SendErrorKind.NodeBusy], results.Select(result => SendErrorClassifier.Classify(result.Error!)));
    }

    [Theory]
    [InlineData(null, 3)]
    [InlineData(429, 1)]
    public async Task Nobody_is_asked_for_ever_and_none_on_who_asks_for_patience(int? status, int messages)
    {
        await ShortenAsync();
        _proxy.Rule = _ => status is { } refused ? new Misdeed.Refuses(refused) : new Misdeed.LosesTheMessage();
        _proxy.Seen.Clear();

        var results = await _portions.AskAsync(_endpoint, Calls(20), Stop);

        Assert.Equal(Enumerable.Range(0, messages), _proxy.Seen.Select(BlockOf));
        Assert.Equal(20, results.Count);
        Assert.All(results, result => Assert.NotNull(result.Error));
    }

    // One call a message from here on.
    private async Task ShortenAsync()
    {
        _proxy.Rule = _ => new Misdeed.LosesTheMessage();
        await _portions.AskAsync(_endpoint, Calls(2), Stop);
    }

    private static List<RpcCall<Wei>> Calls(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Eth.GetBalance(Address.Zero, BlockTag.At(new BlockNumber((ulong)i))))];

    private static int BlockOf(SeenCall call) => Convert.ToInt32(call.Parameters[1].GetString(), 16);
}
