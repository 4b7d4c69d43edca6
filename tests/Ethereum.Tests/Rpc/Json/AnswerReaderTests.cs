using System.Text;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Ethereum.Tests.Rpc.Json;

public sealed class AnswerReaderTests
{
    private static readonly RpcEndpoint Endpoint = new(new Uri("https://user:hunter2@node.test/v3/0123456789abcdef"));

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":"0x5"}""")]
    [InlineData("""{"jsonrpc":"2.0","result":"0x5","id":1}""")]
    [InlineData("""{"id":1,"result":"0x5"}""")]
    [InlineData("""{"id":1,"result":"0x5","error":null}""")]
    [InlineData("""  {"id":1,"extra":[{}],"result":"0x5"} """)]
    public void Takes_an_answer_in_any_of_the_forms_that_nodes_use(string answer)
    {
        var call = new PendingCall<BlockNumber>(Eth.BlockNumber());

        Assert.Null(Read(answer, [call]));
        Assert.Equal(5ul, call.Value.Value);
    }

    [Theory]
    [InlineData("", "an empty body")]
    [InlineData("  ", "an empty body")]
    [InlineData("<html><body>502 Bad Gateway</body></html>", "not JSON but '<html><body>502 Bad Gateway</body></html>'")]
    [InlineData("Too many requests for 0123456789abcdef", "not JSON but 'Too many requests for ***'")]
    [InlineData("null", "not JSON but 'null'")]
    [InlineData("[]", "a batch answers a single request")]
    [InlineData("""{"id":1}""", "neither a result nor an error")]
    [InlineData("""{}""", "neither a result nor an error")]
    [InlineData("""{"message":"no"}""", "neither a result nor an error")]
    [InlineData("""{"result":"0x5"}""", "an answer without an id")]
    [InlineData("""{"id":null,"result":"0x5"}""", "an answer without an id")]
    [InlineData("""{"id":2,"result":"0x5"}""", "an answer with the id 2, which was not asked")]
    [InlineData("""{"id":-9223372036854775808,"result":"0x5"}""", "an answer with the id -9223372036854775808, which was not asked")]
    [InlineData("""{"id":2,"error":{"code":1,"message":"x"}}""", "an answer with the id 2, which was not asked")]
    [InlineData("""{"id":"1","result":"0x5"}""", "the answer's id is not the number that was sent.")]
    [InlineData("""{"id":1.5,"result":"0x5"}""", "the answer's id is not the number that was sent.")]
    [InlineData("""{"id":1,"id":1,"result":"0x5"}""", "the answer has the field id twice.")]
    [InlineData("""{"id":1,"result":"0x5","result":"0x6"}""", "the answer has the field result twice.")]
    [InlineData("""{"id":1,"result":"0x5"}{}""", "'{' is invalid after a single JSON value. Expected end of data. LineNumber: 0 | BytePositionInLine: 23.")]
    public void Refuses_what_is_no_answer(string answer, string detail)
    {
        var call = new PendingCall<BlockNumber>(Eth.BlockNumber());

        Assert.Equal(new RpcError.Malformed(detail), Read(answer, [call]));
        Assert.False(call.IsAnswered);
    }

    [Fact]
    public void Refuses_null_where_there_must_be_a_value()
    {
        var call = new PendingCall<BlockNumber>(Eth.BlockNumber());

        Assert.Null(Read("""{"id":1,"result":null}""", [call]));
        Assert.Equal(new RpcError.Malformed("blockNumber is null."), call.Error);
    }

    [Theory]
    [InlineData("""{"id":1,"error":{"code":-32000,"message":"header not found"}}""")]
    [InlineData("""{"id":1,"result":null,"error":{"code":-32000,"message":"header not found"}}""")]
    [InlineData("""{"id":1,"result":"0x5","error":{"code":-32000,"message":"header not found"}}""")]
    [InlineData("""{"id":null,"error":{"code":-32000,"message":"header not found"}}""")]
    [InlineData("""{"error":{"code":-32000,"message":"header not found"}}""")]
    [InlineData("""{"error":{"message":"header not found","code":"-32000"}}""")]
    public void Takes_an_error_over_a_result(string answer)
    {
        var call = new PendingCall<BlockNumber>(Eth.BlockNumber());

        Assert.Null(Read(answer, [call]));
        Assert.Equal(new RpcError.Provider(-32000, "header not found"), call.Error);
    }

    [Fact]
    public void Takes_a_bare_text_as_an_error()
    {
        var call = new PendingCall<BlockNumber>(Eth.BlockNumber());

        Assert.Null(Read("""{"error":"no such project"}""", [call]));
        Assert.Equal(new RpcError.Provider(0, "no such project"), call.Error);
    }

    [Fact]
    public void Blots_out_secrets_and_control_characters_of_an_endpoints_words()
    {
        var call = new PendingCall<BlockNumber>(Eth.BlockNumber());

        Read("""{"id":1,"error":{"code":-1,"message":"project 0123456789ABCDEF of hunter2\r\n\u001b[31mFAKE LOG LINE\u2028","data":{"key":"0123456789abcdef"}}}""", [call]);

        Assert.Equal(new RpcError.Provider(-1, "project *** of ***   [31mFAKE LOG LINE ", """{"key":"***"}"""), call.Error);
    }

    [Theory]
    [InlineData(490)]
    [InlineData(495)]
    [InlineData(60)]
    [InlineData(75)]
    public void Blots_out_a_secret_before_it_cuts_the_text(int place)
    {
        var words = new string('a', place) + " 0123456789abcdef " + new string('a', 500);
        var call = new PendingCall<BlockNumber>(Eth.BlockNumber());

        Read(Say.Error(1, -1, words), [call]);
        var page = Read(words, [new PendingCall<BlockNumber>(Eth.BlockNumber())]);

        Assert.DoesNotContain("0123", call.Error!.Explanation, StringComparison.Ordinal);
        Assert.DoesNotContain("0123", page!.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void Shortens_what_an_endpoint_says()
    {
        var call = new PendingCall<BlockNumber>(Eth.BlockNumber());

        Read(Say.Error(1, -1, new string('a', 100_000)), [call]);

        Assert.Equal(501, Assert.IsType<RpcError.Provider>(call.Error).Message.Length);
    }

    [Fact]
    public void Settles_a_batch_in_any_order_and_each_call_by_itself()
    {
        var calls = Batch(4);

        Assert.Null(Read($"[{Say.Result(4, "\"0x4\"")},{Say.Error(2, -32000, "no")},{{\"result\":\"0x1\",\"id\":1}},{Say.Result(3, "{}")}]", calls));

        Assert.Equal(1ul, calls[0].Value.Value);
        Assert.Equal(new RpcError.Provider(-32000, "no"), calls[1].Error);
        Assert.Equal(new RpcError.Malformed("blockNumber is not a plain text."), calls[2].Error);
        Assert.Equal(4ul, calls[3].Value.Value);
    }

    [Fact]
    public void Leaves_calls_open_that_a_batch_does_not_answer()
    {
        var calls = Batch(3);

        Assert.Null(Read($"[{Say.Result(2, "\"0x2\"")}]", calls));

        Assert.Equal([false, true, false], calls.Select(call => call.IsAnswered));
    }

    [Theory]
    [InlineData("""[{"id":1,"result":"0x1"},{"id":1,"result":"0x2"}]""", "two answers with the id 1")]
    [InlineData("""[{"id":1,"result":"0x1"},{"result":"0x2","id":1}]""", "two answers with the id 1")]
    [InlineData("""[{"id":1,"result":"0x1"},{"id":1,"error":{"code":1,"message":"x"}}]""", "two answers with the id 1")]
    [InlineData("""[{"id":1,"result":"0x1"},{"id":7,"result":"0x2"}]""", "an answer with the id 7, which was not asked")]
    [InlineData("""[{"id":1,"result":"0x1"},{"result":"0x2"}]""", "an answer without an id")]
    [InlineData("""[{"id":1,"result":"0x1"},3]""", "the answer is not an object.")]
    public void Refuses_a_whole_batch_that_cannot_be_the_answer(string answer, string detail)
    {
        var calls = Batch(2);

        Assert.Equal(new RpcError.Malformed(detail), Read(answer, calls));
        Assert.All(calls, call => Assert.False(call.IsAnswered));
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch requests are not supported"}}""")]
    [InlineData("""[{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch requests are not supported"}}]""")]
    public void Gives_the_error_that_refuses_a_whole_batch(string answer)
    {
        var calls = Batch(2);

        Assert.Equal(new RpcError.Provider(-32600, "batch requests are not supported"), Read(answer, calls));
    }

    [Theory]
    [InlineData(3, "execution reverted: no", "\"0x08c379a0\"", "0x08c379a0")]
    [InlineData(3, "execution reverted", null, "0x")]
    [InlineData(3, "a reason and nothing else", "\"0x1234\"", "0x1234")]
    [InlineData(-32000, "execution reverted", "\"0x12345678\"", "0x12345678")]
    [InlineData(-32015, "VM execution error.", "\"Reverted 0x1234abcd\"", "0x1234abcd")]
    [InlineData(-32000, "Execution reverted", "\"0x\"", "0x")]
    [InlineData(-32603, "Error: VM Exception while processing transaction: reverted with reason string 'x'", """{"message":"m","data":"0xaabb"}""", "0xaabb")]
    [InlineData(-32603, "execution reverted", """{"originalError":{"code":3,"data":"0xaabb"}}""", "0xaabb")]
    public void Finds_what_a_reverted_call_returned(int code, string message, string? data, string expected)
    {
        var call = new PendingCall<BlockNumber>(Eth.BlockNumber());

        Assert.Null(Read(Say.Error(1, code, message, data), [call]));

        Assert.Equal(new RpcError.Reverted(Hex.Decode(expected), message), call.Error);
    }

    [Theory]
    [InlineData(-32005, "daily request count exceeded, request rate limited")]
    [InlineData(-32005, "limit exceeded")]
    [InlineData(429, "Your app has exceeded its compute units per second capacity.")]
    [InlineData(-32007, "50/second request limit reached - reduce calls per second")]
    [InlineData(-32016, "rate limit exceeded")]
    [InlineData(-32000, "Too Many Requests")]
    public void Hears_a_request_for_patience(int code, string message)
    {
        var call = new PendingCall<BlockNumber>(Eth.BlockNumber());

        Assert.Null(Read(Say.Error(1, code, message), [call]));

        Assert.Equal(new RpcError.RateLimited(message), call.Error);
    }

    [Fact]
    public void Does_not_take_a_limit_on_logs_for_a_request_for_patience()
    {
        var call = new PendingCall<BlockNumber>(Eth.BlockNumber());

        Read(Say.Error(1, -32005, "query returned more than 10000 results"), [call]);

        Assert.IsType<RpcError.Provider>(call.Error);
    }

    private static PendingCall<BlockNumber>[] Batch(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => new PendingCall<BlockNumber>(Eth.BlockNumber()))];

    private static RpcError? Read(string answer, IReadOnlyList<PendingCall> calls) =>
        AnswerReader.Read(Encoding.UTF8.GetBytes(answer), calls, firstId: 1, Endpoint, maxDepth: 64);
}
