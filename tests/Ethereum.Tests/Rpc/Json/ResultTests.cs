using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Ethereum.Tests.Rpc.Json;

public sealed class ResultTests
{
    private static readonly Hash32 H1 = Hash32.Parse(Samples.H1);
    private static readonly Hash32 H2 = Hash32.Parse(Samples.H2);
    private static readonly Address A = Address.Parse(Samples.A);

    [Fact]
    public void Reads_a_log()
    {
        var log = Samples.Read(Eth.GetLogs(H1, LogFilter.All), $"[{Samples.Log}]").Single();

        var expected = new LocatedLog(new BlockRef(new BlockNumber(16), H1), H2, 1, 2, new Log(A, [H1, H2], new byte[] { 0xab, 0xcd, 0xef }))
        {
            BlockTimestamp = 101,
        };
        Assert.Equal(expected, log);
    }

    // They share memory, in pieces that grow: of no two may a byte be the same one.
    [Fact]
    public void Reads_many_logs_each_as_it_was_written()
    {
        var random = new Random(20_261);
        var written = Enumerable.Range(0, 3_000).Select(i => new LocatedLog(
            new BlockRef(new BlockNumber(16), H1), H2, (uint)i, (uint)i,
            new Log(A, [.. Enumerable.Range(0, random.Next(5)).Select(_ => new Hash32(Bytes(32)))], Bytes(i % 100 == 0 ? random.Next(40_000) : random.Next(200))))).ToList();
        var json = string.Join(',', written.Select(log =>
            $$"""{"address":"{{A}}","topics":[{{string.Join(',', log.Content.Topics.Select(topic => $"\"{topic}\""))}}],"data":"{{Hex.Encode(log.Content.Data.Span)}}","blockHash":"{{H1}}","blockNumber":"0x10","transactionHash":"{{H2}}","transactionIndex":"0x{{log.LogIndex:x}}","logIndex":"0x{{log.LogIndex:x}}"}"""));

        Assert.Equal(written, Samples.Read(Eth.GetLogs(H1, LogFilter.All), $"[{json}]"));

        byte[] Bytes(int count)
        {
            var bytes = new byte[count];
            random.NextBytes(bytes);
            return bytes;
        }
    }

    [Fact]
    public void Reads_a_receipt()
    {
        var receipt = Samples.Read(Eth.GetTransactionReceipt(H2), Samples.Receipt);

        Assert.NotNull(receipt);
        Assert.True(receipt.Succeeded);
        Assert.Equal(2, receipt.Consensus.TransactionType);
        Assert.Equal(receipt.Logs.Single().Content, receipt.Consensus.Logs.Single());
        Assert.Equal(new Wei(21000ul * 0x3b9aca07), receipt.Cost);
        Assert.Null(receipt.ContractAddress);
    }

    [Fact]
    public void Adds_blobs_and_the_publishing_fee_of_a_rollup_to_the_cost()
    {
        var json = Samples.Receipt.Replace("\"type\"", "\"blobGasUsed\":\"0x20000\",\"blobGasPrice\":\"0x2\",\"l1Fee\":\"0x5\",\"type\"", StringComparison.Ordinal);

        Assert.Equal(new Wei((21000ul * 0x3b9aca07) + (0x20000 * 2) + 5), Samples.Read(Eth.GetTransactionReceipt(H2), json)?.Cost);
    }

    [Fact]
    public void Knows_no_cost_where_the_numbers_cannot_be_true()
    {
        var json = Samples.Receipt.Replace("0x3b9aca07", "0x" + new string('f', 64), StringComparison.Ordinal);

        Assert.Null(Samples.Read(Eth.GetTransactionReceipt(H2), json)?.Cost);
    }

    [Fact]
    public void Reads_a_receipt_of_before_Byzantium()
    {
        var json = Samples.Receipt.Replace("\"status\":\"0x1\"", $"\"root\":\"{Samples.H1}\"", StringComparison.Ordinal);

        var receipt = Samples.Read(Eth.GetTransactionReceipt(H2), json);

        Assert.Null(receipt!.Succeeded);
        Assert.Equal(H1, receipt.Consensus.PostState);
    }

    [Fact]
    public void Reads_a_transaction()
    {
        var transaction = Samples.Read(Eth.GetTransactionByHash(H2), Samples.Transaction)!;

        Assert.Equal(new BlockRef(new BlockNumber(16), H1), transaction.Block);
        Assert.Equal((2, A, null, 3ul, 21000ul), (transaction.Type, transaction.From, transaction.To, transaction.Nonce, transaction.GasLimit));
        Assert.Equal(Wei.FromEther("1"), transaction.Value);
        Assert.Equal(H1, transaction.AccessList!.Single().StorageKeys.Single());
        Assert.Equal(new Signature(1, 2, true), transaction.Signature);
        Assert.False(transaction.TryRebuild(out _), "Its hash is not that of its contents.");
    }

    [Fact]
    public void Reads_a_pending_transaction_with_authorisations()
    {
        var transaction = Samples.Read(Eth.GetTransactionByHash(H2), Samples.Authorizing)!;

        Assert.Null(transaction.Block);
        var authorization = transaction.Authorizations!.Single();
        Assert.Equal((A, 5ul, (byte)0), (authorization.Authorization.Delegate, authorization.Authorization.Nonce, authorization.YParity));
        Assert.Equal(H1, transaction.BlobHashes!.Single());
    }

    [Theory]
    [InlineData("0x1b", false)]
    [InlineData("0x1c", true)]
    [InlineData("0x25", false)]
    [InlineData("0x26", true)]
    public void Tells_the_parity_of_a_legacy_signature(string v, bool isOdd)
    {
        var json = Samples.Transaction.Replace("\"v\":\"0x1\"", $"\"v\":\"{v}\"", StringComparison.Ordinal)
            .Replace(",\"yParity\":\"0x1\"", "", StringComparison.Ordinal);

        Assert.Equal(isOdd, Samples.Read(Eth.GetTransactionByHash(H2), json)!.Signature!.Value.YParity);
    }

    [Fact]
    public void Reads_a_deposit_of_a_rollup_which_nobody_signed()
    {
        var json = $$"""{"type":"0x7e","sourceHash":"{{Samples.H1}}","mint":"0x1","isSystemTx":false,"blockHash":"{{Samples.H1}}","blockNumber":"0x1","transactionIndex":"0x0","hash":"{{Samples.H2}}","from":"{{Samples.A}}","to":"{{Samples.A}}","gas":"0xf4240","value":"0x0","input":"0x","nonce":"0x0","gasPrice":"0x0","v":"0x0","r":"0x0","s":"0x0"}""";

        var transaction = Samples.Read(Eth.GetTransactionByHash(H2), json)!;

        Assert.Equal(0x7e, transaction.Type);
        Assert.Null(transaction.Signature);
        Assert.False(transaction.TryRebuild(out _));
    }

    [Fact]
    public void Reads_a_block_with_hashes_and_with_transactions()
    {
        var block = Samples.Read(Eth.GetBlock(BlockTag.Latest), Samples.Block)!;
        var whole = Samples.Read(Eth.GetBlockWithTransactions(BlockTag.Latest), Samples.WholeBlock)!;

        Assert.Equal([H2], block.TransactionHashes);
        Assert.Null(block.Transactions);
        Assert.Equal([H2], whole.TransactionHashes);
        Assert.Equal(H2, whole.Transactions!.Single().Hash);
        Assert.Equal(block.Header, whole.Header);
        Assert.Equal((16ul, 1ul, 0x65ul), (block.Number.Value, block.Header.Nonce, block.Header.Timestamp));
        Assert.Equal(new Withdrawal(1, 2, A, 3), block.Withdrawals!.Single());
        Assert.Equal(new Wei(7), block.Header.BaseFeePerGas);
        Assert.Equal(H2, block.Header.RequestsHash);
    }

    [Fact]
    public void Reads_an_empty_block_that_was_asked_for_with_transactions()
    {
        var json = Samples.Block.Replace($"[\"{Samples.H2}\"]", "[]", StringComparison.Ordinal);

        Assert.Empty(Samples.Read(Eth.GetBlockWithTransactions(BlockTag.Latest), json)!.Transactions!);
    }

    [Fact]
    public void Refuses_hashes_where_transactions_were_asked_for()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Samples.Read(Eth.GetBlockWithTransactions(BlockTag.Latest), Samples.Block));

        Assert.Contains("hashes instead of transactions", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"difficulty\":\"0x0\",")]
    [InlineData("\"mixHash\":\"0x2222222222222222222222222222222222222222222222222222222222222222\",")]
    [InlineData("\"nonce\":\"0x0000000000000001\",")]
    [InlineData("\"sha3Uncles\":\"0x2222222222222222222222222222222222222222222222222222222222222222\",")]
    [InlineData("\"uncles\":[],")]
    [InlineData("\"size\":\"0x220\",")]
    public void Reads_blocks_of_chains_that_leave_out_what_means_nothing_there(string left)
    {
        Assert.Contains(left, Samples.Block, StringComparison.Ordinal);
        Assert.NotNull(Samples.Read(Eth.GetBlock(BlockTag.Latest), Samples.Block.Replace(left, "", StringComparison.Ordinal)));
    }

    [Fact]
    public void Reads_what_a_node_does_not_have_as_null()
    {
        Assert.Null(Samples.Read(Eth.GetBlock(BlockTag.Latest), "null"));
        Assert.Null(Samples.Read(Eth.GetHeader(BlockTag.Latest), "null"));
        Assert.Null(Samples.Read(Eth.GetBlockReceipts(BlockTag.Latest), "null"));
        Assert.Null(Samples.Read(Eth.GetTransactionByHash(H1), "null"));
        Assert.Null(Samples.Read(Eth.GetTransactionReceipt(H1), "null"));
    }

    [Fact]
    public void Reads_a_fee_history()
    {
        var history = Samples.Read(Eth.FeeHistory(2, BlockTag.Latest, 25, 75), Samples.FeeHistory);

        Assert.Equal(new Wei(9), history.NextBaseFee);
        Assert.Equal([0.5, 1], history.GasUsedRatios);
        Assert.Equal([new Wei(3), new Wei(4)], history.Rewards[1]);
    }

    [Theory]
    [InlineData("\"0x9\"],\"gas", "\"0x9\",\"0x9\"],\"gas")]
    [InlineData("[\"0x1\",\"0x2\"],", "")]
    [InlineData("0.5,1", "0.5,1e999")]
    public void Refuses_a_fee_history_that_contradicts_itself(string part, string replacement)
    {
        Assert.Contains(part, Samples.FeeHistory, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() =>
            Samples.Read(Eth.FeeHistory(2, BlockTag.Latest), Samples.FeeHistory.Replace(part, replacement, StringComparison.Ordinal)));
    }

    [Fact]
    public void Reads_a_proof()
    {
        var proof = Samples.Read(Eth.GetProof(A, [default], BlockTag.Latest), Samples.Proof);

        Assert.Equal((A, 2ul, H2), (proof.Address, proof.Nonce, proof.StorageHash));
        Assert.Equal(new byte[] { 0xf8, 0x71 }, proof.Proof.Single().ToArray());
        Assert.Equal((Hash32.Zero, (UInt256)5u), (proof.Storage.Single().Key, proof.Storage.Single().Value));
    }
}
