using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Ethereum.Tests.Rpc.Words;

public sealed class LogRangeLimitTests
{
    [Theory]
    [InlineData("query returned more than 10000 results. Try with this block range [0x100, 0x1a0].", 0x100, 0x1a0)]
    [InlineData("Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range and no limit on the response size, or you can request any block range with a cap of 10K logs in the response. Based on your parameters and the response size limit, this block range should work: [0x0, 0x3e8]", 0, 1000)]
    [InlineData("Under the Free tier plan, you can make eth_getLogs requests with up to a 10 block range. Based on your parameters, this block range should work: [0x1180fca, 0x1180fd3]. Upgrade to PAYG for expanded block range.", 0x1180fca, 0x1180fd3)]
    [InlineData("Query timeout exceeded. Consider reducing your block range. Based on your parameters and the response size limit, this block range should work: [0x5223c98, 0x5223e80]", 0x5223c98, 0x5223e80)]
    [InlineData("invalid params: Block range too large for public access: maximum 1000 blocks. Try with this block range [0x308be15, 0x308c1fd], or use an access key for larger ranges.", 0x308be15, 0x308c1fd)]
    [InlineData("query exceeds max results 20000, retry with the range 120125206-120125806", 120125206, 120125806)]
    public void Reads_a_range_that_the_endpoint_suggests(string message, ulong first, ulong last) =>
        Assert.Equal(new LogRangeLimit.Suggested(new BlockRange(new BlockNumber(first), new BlockNumber(last))), LogRangeLimit.Parse(message));

    [Theory]
    [InlineData("exceed maximum block range: 50000", 50_000)]
    [InlineData("block range too large, max 2000", 2000)]
    [InlineData("query exceeds max block range 100000", 100_000)]
    [InlineData("eth_getLogs is limited to a 10,000 range", 10_000)]
    [InlineData("eth_getLogs is limited to a 5 block range", 5)]
    [InlineData("eth_getLogs is limited to 1024 block range. Please check the parameter requirements", 1024)]
    [InlineData("eth_getLogs is limited to 0 - 1000 blocks range", 1000)]
    [InlineData("You can make eth_getLogs requests with up to a 2K block range.", 2000)]
    [InlineData("ranges over 10000 blocks are not supported on freetier", 10_000)]
    [InlineData("requested too many blocks from 0 to 16777216, maximum is set to 2048", 2048)]
    [InlineData("Invalid eth_getLogs request. 'fromBlock'-'toBlock' range too large. Max range: 800", 800)]
    [InlineData("Maximum allowed number of requested blocks is 1000", 1000)]
    [InlineData("block range is too wide (maximum 1024)", 1024)]
    [InlineData("range 20000 is bigger than range limit 2000", 2000)]
    [InlineData("query must be smaller than size 1024", 1024)]
    [InlineData("Exceeded max range limit for eth_getLogs: 10000", 10_000)]
    [InlineData("block range greater than 100 max", 100)]
    public void Reads_how_many_blocks_are_allowed(string message, ulong blocks) =>
        Assert.Equal(new LogRangeLimit.Blocks(blocks), LogRangeLimit.Parse(message));

    [Theory]
    [InlineData("query returned more than 10000 results", 10_000)]
    [InlineData("Query returned more than 20000 results.", 20_000)]
    [InlineData("query exceeds max results 20000", 20_000)]
    public void Reads_how_many_logs_are_allowed(string message, ulong results) =>
        Assert.Equal(new LogRangeLimit.Results(results), LogRangeLimit.Parse(message));

    [Theory]
    [InlineData("block range is too large")]
    [InlineData("block range is too wide")]
    [InlineData("Requested range exceeds maximum RPC range limit")]
    [InlineData("Block range limit exceeded. See more details at https://docs.example/docs/limits#evm-range-limits")]
    [InlineData("Log response size exceeded.")]
    [InlineData("backend response too large")]
    [InlineData("query timeout exceeded")]
    [InlineData("Response size is larger than 150MB limit error.")]
    public void Knows_that_it_was_too_much_where_no_number_is_given(string message) =>
        Assert.Equal(new LogRangeLimit.Unspecified(), LogRangeLimit.Parse(message));

    [Theory]
    [InlineData("")]
    [InlineData("header not found")]
    [InlineData("rate limit exceeded")]
    [InlineData("limit exceeded")]
    [InlineData("invalid block range params")]
    [InlineData("block range extends beyond current head block")]
    [InlineData("Your app has exceeded its compute units per second capacity. Max 330")]
    [InlineData("execution reverted: max 5 blocks")]
    public void Takes_nothing_else_for_it(string message) => Assert.Null(LogRangeLimit.Parse(message));

    [Theory]
    [InlineData("this block range should work: [0x5, 0x1]")]
    [InlineData("this block range should work: [0x10000000000000000, 0x10000000000000001]")]
    [InlineData("exceed maximum block range: 0")]
    [InlineData("exceed maximum block range: 99999999999999999999")]
    public void Believes_no_numbers_that_cannot_be(string message) =>
        Assert.True(LogRangeLimit.Parse(message) is null or LogRangeLimit.Unspecified);

    [Fact]
    public void Is_not_slowed_down_by_a_message_made_for_it()
    {
        var hostile = string.Concat(Enumerable.Repeat("range max limit [0x 1,", 100_000));

        Assert.True(LogRangeLimit.Parse(hostile) is null or LogRangeLimit.Unspecified);
    }

    [Fact]
    public void Reads_the_data_where_the_message_says_nothing()
    {
        var error = new RpcError.Provider(-32602, "invalid params", "\"range 20000 is bigger than range limit 2000\"");

        Assert.Equal(new LogRangeLimit.Blocks(2000), LogRangeLimit.Of(error));
    }

    [Fact]
    public void Asks_for_less_where_the_answer_was_too_long()
    {
        Assert.Equal(new LogRangeLimit.Unspecified(), LogRangeLimit.Of(new RpcError.Oversize(10)));
        Assert.Null(LogRangeLimit.Of(new RpcError.Transport("broken")));
    }
}
