using System.Text.Json.Serialization;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Transactions;
using OpenGradient.Support;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Ethereum.Tests.Rpc.Live;

/// <summary>Every typed method against a real node.</summary>
public sealed partial class AnvilTests(AnvilFixture anvil) : IClassFixture<AnvilFixture>, IAsyncLifetime
{
    // Logs its calldata, with the first word as the topic.
    private static readonly byte[] LoggerCode = Hex.Decode("0x365f5f375f35365fa100");

    // Reverts with its calldata.
    private static readonly byte[] ReverterCode = Hex.Decode("0x365f5f37365ffd");

    private static readonly Address Logger = Address.Parse("0x00000000000000000000000000000000000a11ce");
    private static readonly Address Reverter = Address.Parse("0x0000000000000000000000000000000000000bad");
    private static readonly Hash32 Topic = Hash32.FromUInt256(0xfeed);

    private readonly EthereumClient _client = EthereumClient.Connect(anvil.HttpUrl);
    private readonly PrivateKey _key = PrivateKey.FromSecret(Hex.Decode("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await SetCodeAsync(Logger, LoggerCode);
        await SetCodeAsync(Reverter, ReverterCode);
    }

    public async ValueTask DisposeAsync()
    {
        _key.Dispose();
        await _client.DisposeAsync();
    }

    [Fact]
    public async Task Tells_a_block_whose_contents_prove_its_hash()
    {
        var sent = await SendAsync(Logger, Topic.ToArray());

        var receipt = await _client.GetTransactionReceiptAsync(sent.Hash, Token);
        var block = await _client.GetBlockWithTransactionsAsync(BlockTag.At(receipt!.Block.Hash), Token);
        var receipts = await _client.GetBlockReceiptsAsync(block!.Number, Token);

        Assert.Equal(block.Hash, block.Header.ComputeHash());
        Assert.Equal(block.Header.ReceiptsRoot, BlockCommitments.ReceiptsRoot(receipts!.Select(one => one.Consensus)));
        Assert.Equal(block.Header.TransactionsRoot, BlockCommitments.TransactionsRoot(block.Transactions!.Select(Rebuilt)));
        Assert.Equal([sent.Hash], block.TransactionHashes);
        Assert.Equal(block.Sealed, await _client.GetHeaderAsync(block.Number, Token));
        Assert.Equal(block.Hash, (await _client.GetBlockAsync(block.Number, Token))!.Hash);
        Assert.Equal(block.Number, await _client.GetBlockNumberAsync(Token));
    }

    [Fact]
    public async Task Tells_what_became_of_a_transaction()
    {
        var before = await _client.GetBalanceAsync(_key.Address, BlockTag.Latest, Token);
        var sent = await SendAsync(Logger, Topic.ToArray(), new Wei(5));

        var transaction = await _client.GetTransactionByHashAsync(sent.Hash, Token);
        var receipt = await _client.GetTransactionReceiptAsync(sent.Hash, Token);
        var after = await _client.GetBalanceAsync(_key.Address, BlockTag.At(receipt!.Block.Hash), Token);

        Assert.Equal(sent, Rebuilt(transaction!));
        Assert.Equal(_key.Address, transaction!.From);
        Assert.True(receipt.Succeeded);
        Assert.Equal(before, after + receipt.Cost!.Value + new Wei(5));
        Assert.Equal(new Log(Logger, [Topic], Topic.ToArray()), receipt.Logs.Single().Content);
    }

    [Fact]
    public async Task Finds_logs_by_range_and_by_block()
    {
        var first = await SendAsync(Logger, Topic.ToArray());
        var second = await SendAsync(Logger, Topic.ToArray());
        var blocks = new List<BlockRef>();
        foreach (var sent in new[] { first, second })
            blocks.Add((await _client.GetTransactionReceiptAsync(sent.Hash, Token))!.Block);
        var filter = new LogFilter([Logger], [[Topic]]);

        var ranged = await _client.GetLogsAsync(new BlockRange(blocks[0].Number, blocks[1].Number), filter, Token);
        var single = await _client.GetLogsAsync(blocks[1].Hash, filter, Token);
        var none = await _client.GetLogsAsync(BlockTag.Earliest, BlockTag.Latest, new LogFilter([Logger], [[Hash32.FromUInt256(0xdead)]]), Token);

        Assert.Equal([first.Hash, second.Hash], ranged.Select(log => log.TransactionHash));
        Assert.Equal(second.Hash, single.Single().TransactionHash);
        Assert.Equal(blocks[1], single.Single().Block);
        Assert.Empty(none);
    }

    [Fact]
    public async Task Tells_why_a_call_reverts()
    {
        var message = Hex.Decode("0x08c379a00000000000000000000000000000000000000000000000000000000000000020000000000000000000000000000000000000000000000000000000000000000a6e6f7420746f64617921"
            + new string('0', 44));
        var custom = Hex.Decode("0x12345678" + new string('7', 64));

        var words = Assert.IsType<RpcError.Reverted>((await _client.TrySendAsync(Eth.Call(new CallRequest { To = Reverter, Data = message }, BlockTag.Latest), Token)).Error);
        var error = Assert.IsType<RpcError.Reverted>((await _client.TrySendAsync(Eth.Call(new CallRequest { To = Reverter, Data = custom }, BlockTag.Latest), Token)).Error);
        var estimate = Assert.IsType<RpcError.Reverted>((await _client.TrySendAsync(Eth.EstimateGas(new CallRequest { To = Reverter, Data = custom }, BlockTag.Latest), Token)).Error);
        var thrown = await Assert.ThrowsAsync<Contracts.ContractRevertedException>(async () =>
            await ((Contracts.IContractCaller)_client).CallAsync(Reverter, message, BlockTag.Latest, Token));

        Assert.Equal(new RevertReason.Message("not today!"), words.Reason);
        Assert.Equal(custom, error.Data.ToArray());
        Assert.Equal(custom, estimate.Data.ToArray());
        Assert.Equal(new RevertReason.Message("not today!"), thrown.Reason);
    }

    [Fact]
    public async Task Runs_calls_on_a_state_that_is_pretended()
    {
        // Returns the balance of the account itself and its slot 0.
        var code = Hex.Decode("0x475f525f5460205260405ff3");
        var account = Address.Parse("0x00000000000000000000000000000000000000aa");
        var overrides = new Dictionary<Address, StateOverride>
        {
            [account] = new() { Code = code, Balance = new Wei(77), StateDiff = new Dictionary<Hash32, Hash32> { [Hash32.Zero] = Topic } },
        };

        var returned = await _client.CallAsync(new CallRequest { To = account }, BlockTag.Latest, overrides, Token);

        Assert.Equal([.. ((UInt256)77ul).ToBigEndian(), .. Topic.ToArray()], returned.ToArray());
        Assert.True((await _client.CallAsync(new CallRequest { To = account }, BlockTag.Latest, null, Token)).IsEmpty);
    }

    [Fact]
    public async Task Reads_accounts_code_slots_and_proofs()
    {
        await DoAsync("anvil_setStorageAt", $"\"{Logger}\"", $"\"{Hash32.FromUInt256(3)}\"", $"\"{Topic}\"");

        Assert.Equal(LoggerCode, (await _client.GetCodeAsync(Logger, BlockTag.Latest, Token)).ToArray());
        Assert.True((await _client.GetCodeAsync(_key.Address, BlockTag.Latest, Token)).IsEmpty);
        Assert.Equal(Topic, await _client.GetStorageAtAsync(Logger, Hash32.FromUInt256(3), BlockTag.Latest, Token));
        var proof = await _client.GetProofAsync(Logger, [Hash32.FromUInt256(3)], BlockTag.Latest, Token);
        Assert.Equal(Keccak256.Hash(LoggerCode), proof.CodeHash);
        Assert.Equal(proof.StorageHash, Keccak256.Hash(proof.Storage.Single().Proof[0].Span));
        Assert.Equal((Hash32.FromUInt256(3), Topic.ToUInt256()), (proof.Storage.Single().Key, proof.Storage.Single().Value));
    }

    [Fact]
    public async Task Tells_what_gas_costs()
    {
        await SendAsync(Logger, Topic.ToArray());
        var history = await _client.GetFeeHistoryAsync(2, BlockTag.Latest, [25, 75], Token);

        Assert.Equal(3, history.BaseFees.Count);
        Assert.All(history.Rewards, rewards => Assert.Equal(2, rewards.Count));
        Assert.True(await _client.GetGasPriceAsync(Token) > Wei.Zero);
        Assert.True(await _client.GetBlobBaseFeeAsync(Token) > Wei.Zero);
        Assert.True(await _client.GetMaxPriorityFeePerGasAsync(Token) >= Wei.Zero);
        Assert.Equal(21_000ul, await _client.EstimateGasAsync(new CallRequest { From = _key.Address, To = _key.Address, Value = new Wei(1) }, BlockTag.Latest, null, Token));
    }

    [Fact]
    public async Task Has_nothing_where_there_is_nothing()
    {
        Assert.Null(await _client.GetTransactionByHashAsync(Topic, Token));
        Assert.Null(await _client.GetTransactionReceiptAsync(Topic, Token));
        Assert.Null(await _client.GetBlockAsync(BlockTag.At(Topic), Token));
        Assert.Null(await _client.GetBlockAsync(BlockTag.At(new BlockNumber(1_000_000)), Token));
    }

    [Fact]
    public async Task Asks_five_hundred_things_in_few_messages()
    {
        var messages = 0;
        await using var client = EthereumClient.Connect(anvil.HttpUrl, new RpcOptions { Observe = _ => Interlocked.Increment(ref messages) });
        var head = await client.GetBlockAsync(BlockTag.Latest, Token);
        messages = 0;

        var hashes = await client.SendAllAsync(Enumerable.Range(0, 500).Select(_ => Eth.GetHeader(head!.Number)), Token);

        Assert.Equal(500, hashes.Count);
        Assert.All(hashes, header => Assert.Equal(head!.Hash, header!.Hash));
        Assert.Equal(5, messages);
    }

    [Fact]
    public async Task Classifies_what_the_node_says_of_transactions_that_it_refuses()
    {
        var sent = await SendAsync(Logger, []);
        using var poor = PrivateKey.Generate();
        var nonce = sent.Transaction.Nonce + 1;

        Assert.Equal(SendErrorKind.NonceTooLow, await RefusalOf(_key, nonce - 1, "1", value: new Wei(9)));
        Assert.Equal(SendErrorKind.InsufficientFunds, await RefusalOf(poor, 0, "10"));
        Assert.Equal(SendErrorKind.FeeOutOfRange, await RefusalOf(_key, nonce, "0"));
        Assert.Equal(SendErrorKind.Fatal, await RefusalOf(_key, nonce, "10", gas: 1000));
        Assert.Equal(SendErrorKind.Fatal, SendErrorClassifier.Classify((await _client.TrySendAsync(Eth.SendRawTransaction(new byte[] { 2, 1 }), Token)).Error!));

        await DoAsync("evm_setAutomine", "false");
        try
        {
            var waiting = Sign(_key, nonce, "10");
            await _client.SendRawTransactionAsync(waiting.Encoding, Token);
            var again = await _client.TrySendAsync(Eth.SendRawTransaction(waiting.Encoding), Token);
            Assert.Equal(SendErrorKind.AlreadyKnown, SendErrorClassifier.Classify(again.Error!));
            Assert.Equal(SendErrorKind.Underpriced, await RefusalOf(_key, nonce, "10", value: new Wei(1)));
        }
        finally
        {
            await DoAsync("evm_mine");
            await DoAsync("evm_setAutomine", "true");
        }
    }

    [Fact]
    public async Task Reads_answers_of_its_own_with_generated_code()
    {
        var info = await _client.SendAsync(RpcCall.Create("anvil_nodeInfo", null, AnvilJson.Default.NodeInfo), Token);

        Assert.Equal("osaka", info!.HardFork, ignoreCase: true);
        Assert.StartsWith("anvil", await _client.GetClientVersionAsync(Token), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Speaks_over_a_websocket_as_well()
    {
        await using var client = EthereumClient.Connect(anvil.Chain.WebSocketUrl);

        Assert.Equal(31337ul, (await client.GetChainIdAsync(Token)).Value);
        var headers = await client.SendAllAsync(Enumerable.Range(0, 250).Select(_ => Eth.GetHeader(BlockTag.Earliest)), Token);
        Assert.All(headers, header => Assert.Equal(0ul, header!.Number.Value));
    }

    private static SignedTransaction Rebuilt(TransactionInfo transaction) =>
        transaction.TryRebuild(out var rebuilt) ? rebuilt : throw new InvalidOperationException($"{transaction.Hash} is not the hash of its contents.");

    private async Task<SignedTransaction> SendAsync(Address to, byte[] data, Wei value = default)
    {
        var nonce = await _client.GetTransactionCountAsync(_key.Address, BlockTag.Pending, Token);
        var transaction = Sign(_key, nonce, "10", to, data, value);
        Assert.Equal(transaction.Hash, await _client.SendRawTransactionAsync(transaction.Encoding, Token));
        await _client.WaitForReceiptAsync(transaction.Hash, Token);
        return transaction;
    }

    private async Task<SendErrorKind> RefusalOf(PrivateKey key, ulong nonce, string gwei, ulong gas = 100_000, Wei value = default)
    {
        var result = await _client.TrySendAsync(Eth.SendRawTransaction(Sign(key, nonce, gwei, value: value, gas: gas).Encoding), Token);
        return SendErrorClassifier.Classify(result.Error ?? throw new InvalidOperationException("The node took it."));
    }

    private static SignedTransaction Sign(
        PrivateKey key, ulong nonce, string gwei, Address? to = null, byte[]? data = null, Wei value = default, ulong gas = 100_000) =>
        new FeeMarketTransaction
        {
            ChainId = new ChainId(31337),
            Nonce = nonce,
            GasLimit = gas,
            To = to ?? Logger,
            Value = value,
            Data = data ?? [],
            MaxFeePerGas = Wei.FromGwei(gwei),
            MaxPriorityFeePerGas = Wei.Zero,
        }.Sign(key);

    private Task<bool> SetCodeAsync(Address account, byte[] code) => DoAsync("anvil_setCode", $"\"{account}\"", $"\"{Hex.Encode(code)}\"");

    private Task<bool> DoAsync(string method, params string[] parameters) => _client.SendAsync(
        RpcCall.Create(
            method,
            json =>
            {
                foreach (var parameter in parameters)
                    json.WriteRawValue(parameter);
            },
            static (ref System.Text.Json.Utf8JsonReader _) => true),
        Token);

    internal sealed record NodeInfo([property: JsonPropertyName("hardFork")] string HardFork);

    [JsonSerializable(typeof(NodeInfo))]
    private sealed partial class AnvilJson : JsonSerializerContext;
}
