using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Indexer.Gas;
using OpenGradient.Support.Rpc;
using static OpenGradient.Indexer.Tests.Gas.Settling;

namespace OpenGradient.Indexer.Tests.Gas;

/// <summary>What counts as a receipt that a node has lost, and what does not: it is never asked for again.</summary>
public sealed class ReceiptReadingTests
{
    private const string Headers = "eth_getBlockByNumber";

    private static readonly string NoBloom = "0x" + new string('0', 512);

    private static readonly SettlingTransaction[] Asked = [Transaction(10), Transaction(11), Transaction(12)];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Receipts_are_told_in_one_message()
    {
        var (told, seen) = await ReadAsync(call => ReceiptOf(call));

        Assert.Null(told.Failure);
        Assert.Equal(Asked.Select(transaction => transaction.Hash), told.Receipts.Select(receipt => receipt!.TransactionHash));
        Assert.Equal(90_000UL, told.Receipts[0]!.GasUsed);
        Assert.Single(seen);
    }

    [Theory]
    [InlineData("{\"code\":-32601,\"message\":\"no such method\"}")]
    [InlineData("{\"code\":-32000,\"message\":\"receipts are pruned here\"}")]
    [InlineData("{\"code\":-32005,\"message\":\"limit exceeded\"}")]
    [InlineData("{\"code\":-32603,\"message\":\"internal error\"}")]
    public async Task What_was_said_before_a_refusal_counts_and_a_refusal_never_does(string error)
    {
        var (told, seen) = await ReadAsync(call => IndexOf(call) == 0 ? ReceiptOf(call) : $"\"error\":{error}");

        Assert.Equal(Asked[0].Hash, Assert.Single(told.Receipts)!.TransactionHash);
        Assert.NotNull(told.Failure);
        Assert.Single(seen);
    }

    [Theory]
    [InlineData("\"result\":\"0x12\"")]
    [InlineData("\"result\":{\"transactionHash\":\"0x12\"}")]
    public async Task What_is_no_receipt_is_not_a_lost_one(string answer)
    {
        var (told, _) = await ReadAsync(call => IndexOf(call) == 1 ? answer : ReceiptOf(call));

        Assert.Single(told.Receipts);
        Assert.Contains("malformed", told.Failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(null)]
    public async Task A_node_that_refuses_altogether_has_said_nothing(int? status)
    {
        await using var client = Client(_ => status is { } code ? Say.Body("no", code) : RpcReply.Failed(new RpcError.Oversize(1)));

        var told = await ReceiptReading.ReadAsync(client, Asked, Stop);

        Assert.Empty(told.Receipts);
        Assert.NotNull(told.Failure);
    }

    [Fact]
    public async Task What_a_node_says_twice_that_it_has_not_while_it_shows_the_block_is_lost()
    {
        var (told, seen) = await ReadAsync(call => call.Method == Headers ? HeaderOf(call) : IndexOf(call) == 1 ? "\"result\":null" : ReceiptOf(call));

        Assert.Null(told.Failure);
        Assert.Equal((Hash32?[])[Asked[0].Hash, null, Asked[2].Hash], told.Receipts.Select(receipt => receipt?.TransactionHash));
        Assert.Equal(3, seen.Count);
    }

    [Theory]
    [InlineData("\"result\":null", "it does not have block 11")]
    [InlineData("\"error\":{\"code\":-32000,\"message\":\"header not found\"}", "header not found")]
    [InlineData("another", "in place of block 11")]
    public async Task A_node_that_lags_or_is_on_another_branch_has_lost_nothing(string header, string reason)
    {
        var (told, _) = await ReadAsync(call => call.Method == Headers
            ? BlockOf(call) == 11 ? header == "another" ? HeaderOf(call, Hash32.FromUInt256(7)) : header : HeaderOf(call)
            : IndexOf(call) >= 1 ? "\"result\":null" : ReceiptOf(call));

        Assert.Equal(Asked[0].Hash, Assert.Single(told.Receipts)!.TransactionHash);
        Assert.Contains(reason, told.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_took_the_block_between_two_questions_tells_its_receipts()
    {
        var asked = 0;
        var (told, _) = await ReadAsync(call => call.Method == Headers ? HeaderOf(call) : ++asked <= Asked.Length ? "\"result\":null" : ReceiptOf(call));

        Assert.Null(told.Failure);
        Assert.Equal(Asked.Select(transaction => transaction.Hash), told.Receipts.Select(receipt => receipt!.TransactionHash));
    }

    [Fact]
    public async Task What_a_refusal_of_the_second_question_leaves_open_is_not_lost()
    {
        var asked = 0;
        var (told, _) = await ReadAsync(call => call.Method == Headers ? HeaderOf(call)
            : ++asked <= Asked.Length || IndexOf(call) == 0 ? "\"result\":null" : "\"error\":{\"code\":-32005,\"message\":\"limit exceeded\"}");

        Assert.Null(Assert.Single(told.Receipts));
        Assert.Contains("limit exceeded", told.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receipt_of_another_block_is_of_another_branch()
    {
        var (told, _) = await ReadAsync(call => ReceiptOf(call, IndexOf(call) == 1 ? Hash32.FromUInt256(7) : null));

        Assert.Single(told.Receipts);
        Assert.Contains($"{Asked[1].Block}", told.Failure, StringComparison.Ordinal);
    }

    private static async Task<(ReceiptsTold Told, IReadOnlyCollection<SeenMessage> Seen)> ReadAsync(Func<SeenCall, string> answer)
    {
        var transport = new ScriptedTransport(message =>
        {
            var answers = message.Calls.Select(call => $"{{\"jsonrpc\":\"2.0\",\"id\":{call.Id},{answer(call)}}}").ToList();
            return Say.Body(message.IsBatch ? $"[{string.Join(',', answers)}]" : answers[0]);
        });
        await using var client = new EthereumClient(transport, new RpcOptions { MaxAttempts = 1 });
        return (await ReceiptReading.ReadAsync(client, Asked, Stop), transport.Seen);
    }

    private static EthereumClient Client(Func<SeenMessage, RpcReply> answer) => new(new ScriptedTransport(answer), new RpcOptions { MaxAttempts = 1 });

    private static int IndexOf(SeenCall call) => Array.FindIndex(Asked, transaction => transaction.Hash.ToString() == call.Parameters[0].GetString());

    private static ulong BlockOf(SeenCall call) => Convert.ToUInt64(call.Parameters[0].GetString(), 16);

    private static string ReceiptOf(SeenCall call, Hash32? block = null)
    {
        var transaction = Asked[IndexOf(call)];
        return $$"""
            "result":{"transactionHash":"{{transaction.Hash}}","transactionIndex":"0x0","blockHash":"{{block ?? transaction.Block.Hash}}","blockNumber":"0x{{transaction.Block.Number.Value:x}}",
            "from":"{{Address.Zero.ToLowerHex()}}","gasUsed":"0x15f90","cumulativeGasUsed":"0x15f90","effectiveGasPrice":"0x2","logs":[],"logsBloom":"{{NoBloom}}","status":"0x1","type":"0x2"}
            """;
    }

    private static string HeaderOf(SeenCall call, Hash32? hash = null)
    {
        var block = Asked.Single(transaction => transaction.Block.Number.Value == BlockOf(call)).Block;
        return $$"""
            "result":{"hash":"{{hash ?? block.Hash}}","parentHash":"{{Hash32.Zero}}","miner":"{{Address.Zero.ToLowerHex()}}","stateRoot":"{{Hash32.Zero}}","transactionsRoot":"{{Hash32.Zero}}",
            "receiptsRoot":"{{Hash32.Zero}}","logsBloom":"{{NoBloom}}","number":"0x{{block.Number.Value:x}}","gasLimit":"0x1","gasUsed":"0x0","timestamp":"0x65","extraData":"0x"}
            """;
    }
}
