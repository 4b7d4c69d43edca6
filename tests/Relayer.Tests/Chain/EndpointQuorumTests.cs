using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Relayer.Chain;
using OpenGradient.Support;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Relayer.Tests.Chain;

/// <summary>Endpoints that answer, lie, break and hang: what a quorum of them says counts, and nobody waits for the rest.</summary>
public sealed class EndpointQuorumTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("0x2", "0x1", "0x1")]
    [InlineData("0x1", null, "0x1")]
    [InlineData("0x1", "0x1", "hangs")]
    [InlineData("hangs", "0x1", "0x1")]
    public async Task What_two_of_three_say_counts(params string?[] said) =>
        Assert.Equal("1", (await Quorum(said).AgreeAsync("eth_gasPrice", PriceAsync, Stop)).Text);

    [Theory]
    [InlineData("0x1", "0x2", "0x3")]
    [InlineData("0x1", null, null)]
    public async Task Where_no_two_agree_or_answer_nothing_is_believed(params string?[] said) =>
        await Assert.ThrowsAsync<RpcException>(() => Quorum(said).AgreeAsync("eth_gasPrice", PriceAsync, Stop));

    [Fact]
    public async Task All_that_answer_in_time_are_heard_and_who_hangs_is_not_waited_for()
    {
        var heard = await Quorum("0x1", "hangs", "0x3").HearAsync(PriceAsync, Stop);

        Assert.Equal(["1", "3"], heard.Select(price => price.Text).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        await Assert.ThrowsAsync<RpcException>(() => Quorum("0x1", null, null).HearAsync(PriceAsync, Stop));
    }

    [Fact]
    public async Task Who_asks_may_give_up()
    {
        using var over = new CancellationTokenSource();
        var asking = Quorum("0x1", "hangs", "hangs").AgreeAsync("eth_gasPrice", PriceAsync, over.Token);
        await over.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task An_oracle_of_data_fees_tells_what_a_byte_costs_and_its_absence_is_told()
    {
        await using var oracle = Client($"\"0x{new string('0', 60)}1001\"");
        await using var none = Client("\"0x\"");

        // 4097 for 2048 bytes, rounded up.
        Assert.Equal(new Wei(3u), await DataFeeReading.PerByteAsync(DataFees.OpStack, oracle, BlockTag.Latest, Stop));
        Assert.Equal(new Wei(0u), await DataFeeReading.PerByteAsync(DataFees.None, none, BlockTag.Latest, Stop));
        var failure = await Assert.ThrowsAsync<RpcException>(() => DataFeeReading.PerByteAsync(DataFees.OpStack, none, BlockTag.Latest, Stop));
        Assert.Contains("OP Stack", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<Price> PriceAsync(EthereumClient client, CancellationToken cancellationToken) =>
        new((await client.GetGasPriceAsync(cancellationToken)).Value.ToString());

    // Null breaks, and who hangs says nothing. The clock leaps over short waits.
    private static EndpointQuorum Quorum(params string?[] said) =>
        new([.. said.Select(text => Client(text is null or "hangs" ? text : $"\"{text}\""))], quorum: 2, NullLogger.Instance, new ManualTime());

    private static EthereumClient Client(string? result) => new(
        new ScriptedTransport(async (message, token) =>
        {
            if (result == "hangs")
                await Task.Delay(Timeout.Infinite, token);
            return result is null ? Say.Body("", httpStatus: 503) : Say.Body(Say.Results(message, _ => result));
        }),
        new RpcOptions { MaxAttempts = 1 });

    private sealed record Price(string Text);
}
