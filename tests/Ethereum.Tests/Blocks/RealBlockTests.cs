using System.Text.Json;
using System.Text.Json.Nodes;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Transactions;
using OpenGradient.Ethereum.Tries;
using OpenGradient.Foundry;
using OpenGradient.Support;

namespace OpenGradient.Ethereum.Tests.Blocks;

/// <summary>Blocks that a node made of transactions that were signed here, and everything in them computed again.</summary>
public sealed class RealBlockTests(AnvilFixture anvil) : IClassFixture<AnvilFixture>
{
    // The secrets of the public development mnemonic's first accounts: worthless elsewhere.
    private const string FirstSecret = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
    private const string SecondSecret = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";

    private static readonly Address Stranger = Address.Parse("0x00000000000000000000000000000000000ca11e");
    private static readonly Wei TwoGwei = Wei.FromGwei("2");

    // Stores 42 in slot 0 and a full word in slot 1, logs two topics with two words, and leaves code that logs a word without topics.
    private static readonly byte[] EmittingInitCode = Hex.Decode(
        "0x602a5f55" + "7f" + new string('f', 64) + "600155" + "7f" + new string('b', 64) + "7f" + new string('a', 64) + "60405fa2"
        + "6460205fa000" + "5f52" + "6005601bf3");

    [Fact]
    public async Task A_block_of_every_kind_of_transaction_has_the_hashes_that_are_computed_of_it()
    {
        using var rpc = new ChainRpc(anvil.HttpUrl);
        using var sender = PrivateKey.FromSecret(Hex.Decode(FirstSecret));
        using var authority = PrivateKey.Generate();
        var nonce = await NonceAsync(rpc, sender.Address);
        var contract = ContractAddress.Create(sender.Address, nonce + 3);
        var transactions = EveryKindWithoutBlobs(authority, nonce, contract).Select(transaction => transaction.Sign(sender)).ToArray();

        var (block, receipts) = await MineAsync(rpc, transactions.Select(transaction => transaction.Encoding.ToArray()));

        AssertBlock(block, receipts);
        Assert.Equal(ChainRpc.Hash(block, "transactionsRoot"), BlockCommitments.TransactionsRoot(transactions));
        for (var i = 0; i < transactions.Length; i++)
        {
            var raw = await rpc.CallAsync("eth_getRawTransactionByHash", transactions[i].Hash.ToString());
            Assert.Equal(Hex.Encode(transactions[i].Encoding.Span), raw.GetString());
            Assert.Equal(transactions[i], SignedTransaction.Decode(Hex.Decode(raw.GetString())));
            Assert.Equal(sender.Address, Address.Parse(ChainRpc.Text(block.GetProperty("transactions")[i], "from")));
            Assert.Equal("0x1", ChainRpc.Text(receipts[i], "status"));
        }

        Assert.Equal(contract, Address.Parse(ChainRpc.Text(receipts[3], "contractAddress")));
        var code = await rpc.CallAsync("eth_getCode", authority.Address.ToString(), "latest");
        Assert.Equal(Hex.Encode([0xEF, 0x01, 0x00, .. contract.Bytes]), code.GetString());
    }

    [Fact]
    public async Task A_block_takes_a_transaction_with_its_blobs()
    {
        using var rpc = new ChainRpc(anvil.HttpUrl);
        using var sender = PrivateKey.FromSecret(Hex.Decode(FirstSecret));
        var sidecar = ZeroBlob();
        var transaction = new BlobTransaction
        {
            ChainId = AnvilOptions.DevelopmentChainId,
            Nonce = await NonceAsync(rpc, sender.Address),
            MaxPriorityFeePerGas = TwoGwei,
            MaxFeePerGas = Wei.FromGwei("20"),
            GasLimit = 30_000,
            To = Stranger,
            MaxFeePerBlobGas = TwoGwei,
            BlobVersionedHashes = [BlobSidecar.VersionedHash(sidecar.Commitments[0].Span)],
        }.Sign(sender);
        var pooled = new PooledTransaction(transaction, sidecar).Encode();

        var (block, receipts) = await MineAsync(rpc, [pooled]);

        AssertBlock(block, receipts);
        Assert.Equal(transaction.Hash, ChainRpc.Hash(block.GetProperty("transactions")[0], "hash"));
        Assert.Equal(BlobTransaction.GasPerBlob, ChainRpc.Number(block, "blobGasUsed"));

        // This node keeps the form with blobs and roots it too; a block of a real chain, and what roots it here, has the one without.
        var raw = await rpc.CallAsync("eth_getRawTransactionByHash", transaction.Hash.ToString());
        Assert.Equal(Hex.Encode(pooled), raw.GetString());
        Assert.Equal(transaction, PooledTransaction.Decode(Hex.Decode(raw.GetString())).Transaction);
        Assert.Equal(ChainRpc.Hash(block, "transactionsRoot"), Trie.RootOfList([pooled]));
    }

    [Fact]
    public async Task A_transaction_that_executes_nothing_uses_its_intrinsic_gas()
    {
        using var rpc = new ChainRpc(anvil.HttpUrl);
        using var sender = PrivateKey.FromSecret(Hex.Decode(SecondSecret));
        using var authority = PrivateKey.Generate();
        var nonce = await NonceAsync(rpc, sender.Address);
        var call = new FeeMarketTransaction
        {
            ChainId = AnvilOptions.DevelopmentChainId,
            Nonce = nonce,
            MaxPriorityFeePerGas = TwoGwei,
            MaxFeePerGas = Wei.FromGwei("20"),
            GasLimit = 500_000,
            To = Stranger,
        };
        AccessListEntry[] accessList = [new(Stranger, [Hash32.Zero, Hash32.Zero]), new(sender.Address, [])];
        Transaction[] transactions =
        [
            call,
            call with { Nonce = nonce + 1, Data = new byte[100] },
            call with { Nonce = nonce + 2, Data = Hex.Decode("0x" + new string('1', 5_000)) },
            call with { Nonce = nonce + 3, AccessList = accessList },
            call with { Nonce = nonce + 4, To = null, Data = new byte[33] },
            new SetCodeTransaction
            {
                ChainId = call.ChainId,
                Nonce = nonce + 5,
                MaxPriorityFeePerGas = TwoGwei,
                MaxFeePerGas = call.MaxFeePerGas,
                GasLimit = call.GasLimit,
                To = Stranger,
                Authorizations = [new Authorization(UInt256.Zero, Stranger, 0).Sign(authority)],
            },
        ];

        var (block, receipts) = await MineAsync(rpc, transactions.Select(transaction => transaction.Sign(sender).Encoding.ToArray()));

        AssertBlock(block, receipts);
        Assert.Equal(transactions.Length, receipts.Length);
        foreach (var (transaction, receipt) in transactions.Zip(receipts))
        {
            // This node takes every authority's account for one that exists, and refunds what the authorisation of such costs less, up to
            // a fifth.
            var gas = IntrinsicGas.Of(transaction);
            var refund = transaction is SetCodeTransaction ? gas.Intrinsic / 5 : 0;
            Assert.Equal(Math.Max(gas.Intrinsic - refund, gas.CalldataFloor), ChainRpc.Number(receipt, "gasUsed"));
        }
    }

    [Fact]
    public async Task A_long_block_has_the_roots_that_are_computed_of_it_and_proves_each_receipt()
    {
        using var rpc = new ChainRpc(anvil.HttpUrl);
        using var sender = PrivateKey.FromSecret(Hex.Decode(SecondSecret));
        var nonce = await NonceAsync(rpc, sender.Address);
        var transactions = Enumerable.Range(0, 140).Select(index => new FeeMarketTransaction
        {
            ChainId = AnvilOptions.DevelopmentChainId,
            Nonce = nonce + (ulong)index,
            MaxPriorityFeePerGas = TwoGwei,
            MaxFeePerGas = Wei.FromGwei("20"),
            GasLimit = 150_000,
            To = index % 20 == 0 ? null : Stranger,
            Value = new Wei(index % 20 == 0 ? 0UL : 1UL),
            Data = index % 20 == 0 ? EmittingInitCode : default,
        }.Sign(sender)).ToArray();

        var (block, receipts) = await MineAsync(rpc, transactions.Select(transaction => transaction.Encoding.ToArray()));

        AssertBlock(block, receipts);
        Assert.Equal(transactions.Length, receipts.Length);
        Assert.Equal(ChainRpc.Hash(block, "transactionsRoot"), BlockCommitments.TransactionsRoot(transactions));
        var ours = receipts.Select(ChainRpc.ReceiptOf).ToArray();
        var trie = BlockCommitments.ReceiptsTrie(ours);
        var root = ChainRpc.Hash(block, "receiptsRoot");
        for (var index = 0; index < ours.Length; index++)
        {
            var key = Trie.ListKey(index);
            var result = TrieProof.Verify(root, key, trie.Prove(key));
            Assert.Equal(ours[index], Receipt.Decode(Assert.IsType<ProofResult<ReadOnlyMemory<byte>>.Present>(result).Value.Span));
        }

        var beyond = Trie.ListKey(ours.Length);
        Assert.IsType<ProofResult<ReadOnlyMemory<byte>>.Absent>(TrieProof.Verify(root, beyond, trie.Prove(beyond)));
    }

    [Fact]
    public async Task Proofs_of_accounts_and_storage_show_what_the_node_says_of_them()
    {
        using var rpc = new ChainRpc(anvil.HttpUrl);
        using var sender = PrivateKey.FromSecret(Hex.Decode(SecondSecret));
        var nonce = await NonceAsync(rpc, sender.Address);
        var contract = ContractAddress.Create(sender.Address, nonce);
        var creation = new LegacyTransaction
        {
            ChainId = AnvilOptions.DevelopmentChainId,
            Nonce = nonce,
            GasPrice = Wei.FromGwei("20"),
            GasLimit = 500_000,
            To = null,
            Data = EmittingInitCode,
        };
        var (block, _) = await MineAsync(rpc, [creation.Sign(sender).Encoding.ToArray()]);
        var stateRoot = ChainRpc.Hash(block, "stateRoot");
        var slots = Enumerable.Range(0, 4).Select(slot => Hash32.FromUInt256((ulong)slot)).ToArray();

        var proof = await rpc.CallAsync(
            "eth_getProof", contract.ToString(), new JsonArray([.. slots.Select(slot => slot.ToString())]), "latest");
        var account = Assert.IsType<ProofResult<AccountState>.Present>(
            StateProof.VerifyAccount(stateRoot, contract, ChainRpc.NodesOf(proof.GetProperty("accountProof")))).Value;

        Assert.Equal((1UL, Wei.Zero, true), (account.Nonce, account.Balance, account.HasCode));
        Assert.Equal(Keccak256.Hash(Hex.Decode("0x60205fa000")), account.CodeHash);
        Assert.Equal(ChainRpc.Hash(proof, "storageHash"), account.StorageRoot);
        ProofResult<UInt256>[] expected =
        [
            new ProofResult<UInt256>.Present(42UL), new ProofResult<UInt256>.Present(UInt256.MaxValue),
            new ProofResult<UInt256>.Absent(), new ProofResult<UInt256>.Absent(),
        ];
        for (var i = 0; i < slots.Length; i++)
        {
            var nodes = ChainRpc.NodesOf(proof.GetProperty("storageProof")[i].GetProperty("proof"));
            Assert.Equal(expected[i], StateProof.VerifyStorage(account.StorageRoot, slots[i], nodes));
        }

        await AssertPlainAccountsAsync(rpc, sender.Address, stateRoot);
    }

    [Theory]
    [InlineData("berlin")]
    [InlineData("london")]
    [InlineData("shanghai")]
    [InlineData("cancun")]
    [InlineData("prague")]
    public async Task A_block_of_every_fork_has_the_hash_of_its_header(string fork)
    {
        await using var chain = await Anvil.StartAsync(
            Repository.Root, new AnvilOptions { Hardfork = fork }, TestContext.Current.CancellationToken);
        using var rpc = new ChainRpc(chain.HttpUrl);
        await rpc.CallAsync("evm_mine");
        var block = await rpc.CallAsync("eth_getBlockByNumber", "0x1", true);

        var header = ChainRpc.HeaderOf(block);

        Assert.Equal(ChainRpc.Hash(block, "hash"), header.ComputeHash());
        Assert.Equal(header, BlockHeader.Decode(header.Encode()));
    }

    private static async Task AssertPlainAccountsAsync(ChainRpc rpc, Address known, Hash32 stateRoot)
    {
        var proof = await rpc.CallAsync("eth_getProof", known.ToString(), new JsonArray(Hash32.Zero.ToString()), "latest");
        var nodes = ChainRpc.NodesOf(proof.GetProperty("accountProof"));
        var account = Assert.IsType<ProofResult<AccountState>.Present>(StateProof.VerifyAccount(stateRoot, known, nodes)).Value;
        Assert.Equal(ChainRpc.Number(proof, "nonce"), account.Nonce);
        Assert.Equal(new Wei(UInt256.Parse(ChainRpc.Text(proof, "balance"))), account.Balance);
        Assert.Equal((Trie.EmptyRoot, AccountState.EmptyCodeHash, false), (account.StorageRoot, account.CodeHash, account.HasCode));
        var emptySlot = ChainRpc.NodesOf(proof.GetProperty("storageProof")[0].GetProperty("proof"));
        Assert.IsType<ProofResult<UInt256>.Absent>(StateProof.VerifyStorage(account.StorageRoot, Hash32.Zero, emptySlot));

        var unknown = Address.Parse("0x0102030405060708090a0b0c0d0e0f1011121314");
        proof = await rpc.CallAsync("eth_getProof", unknown.ToString(), new JsonArray(), "latest");
        var absence = ChainRpc.NodesOf(proof.GetProperty("accountProof"));
        Assert.IsType<ProofResult<AccountState>.Absent>(StateProof.VerifyAccount(stateRoot, unknown, absence));

        // Neither proof is one of the other account, nor of another state.
        Assert.IsType<ProofResult<AccountState>.Invalid>(StateProof.VerifyAccount(stateRoot, unknown, nodes));
        Assert.IsType<ProofResult<AccountState>.Invalid>(StateProof.VerifyAccount(stateRoot, known, absence));
        Assert.IsType<ProofResult<AccountState>.Invalid>(StateProof.VerifyAccount(Keccak256.Hash([]), known, nodes));
    }

    private static void AssertBlock(JsonElement block, JsonElement[] receipts)
    {
        var header = ChainRpc.HeaderOf(block);
        var ours = receipts.Select(ChainRpc.ReceiptOf).ToArray();

        Assert.Equal(ChainRpc.Hash(block, "hash"), header.ComputeHash());
        Assert.Equal(header, BlockHeader.Decode(header.Encode()));
        Assert.Equal(header.ReceiptsRoot, BlockCommitments.ReceiptsRoot(ours));
        Assert.Equal(header.LogsBloom, Bloom.Of(ours.SelectMany(receipt => receipt.Logs)));
        Assert.Equal(header.WithdrawalsRoot, BlockCommitments.WithdrawalsRoot([]));
        Assert.Equal(header.RequestsHash, BlockCommitments.RequestsHash([]));
        Assert.Equal(header.OmmersHash, BlockHeader.NoOmmersHash);
        Assert.Equal(header.GasUsed, ours[^1].CumulativeGasUsed);
    }

    private static Transaction[] EveryKindWithoutBlobs(PrivateKey authority, ulong nonce, Address contract)
    {
        var chainId = AnvilOptions.DevelopmentChainId;
        var fee = Wei.FromGwei("20");
        AccessListEntry[] accessList = [new(Stranger, [Hash32.Zero, Keccak256.Hash([1])]), new(contract, [])];
        return
        [
            new LegacyTransaction
            {
                ChainId = chainId, Nonce = nonce, GasPrice = fee, GasLimit = 21_000, To = Stranger, Value = Wei.FromEther("1.5"),
            },
            new LegacyTransaction { ChainId = null, Nonce = nonce + 1, GasPrice = fee, GasLimit = 30_000, To = Stranger, Data = new byte[5] },
            new AccessListTransaction
            {
                ChainId = chainId, Nonce = nonce + 2, GasPrice = fee, GasLimit = 40_000, To = Stranger, AccessList = accessList,
            },
            new FeeMarketTransaction
            {
                ChainId = chainId, Nonce = nonce + 3, MaxPriorityFeePerGas = TwoGwei, MaxFeePerGas = fee, GasLimit = 200_000, To = null,
                Data = EmittingInitCode,
            },
            new FeeMarketTransaction
            {
                ChainId = chainId, Nonce = nonce + 4, MaxPriorityFeePerGas = TwoGwei, MaxFeePerGas = fee, GasLimit = 200_000, To = contract,
                AccessList = accessList,
            },
            new SetCodeTransaction
            {
                ChainId = chainId, Nonce = nonce + 5, MaxPriorityFeePerGas = TwoGwei, MaxFeePerGas = fee, GasLimit = 100_000,
                To = authority.Address, Authorizations = [new Authorization(chainId.Value, contract, 0).Sign(authority)],
            },
        ];
    }

    // The polynomial of a blob of zeros is zero, and so is its commitment and every proof of it: the point at infinity.
    private static BlobSidecar ZeroBlob()
    {
        var infinity = new byte[BlobSidecar.PointLength];
        infinity[0] = 0xC0;
        return new BlobSidecar(
            BlobProofForm.Cells,
            [new byte[BlobSidecar.BlobLength]],
            [infinity],
            [.. Enumerable.Repeat<ReadOnlyMemory<byte>>(infinity, BlobSidecar.CellsPerBlob)]);
    }

    private static async Task<ulong> NonceAsync(ChainRpc rpc, Address account) =>
        (ulong)UInt256.Parse((await rpc.CallAsync("eth_getTransactionCount", account.ToString(), "latest")).GetString()!);

    // Puts all of them into one block, in their order.
    private static async Task<(JsonElement Block, JsonElement[] Receipts)> MineAsync(ChainRpc rpc, IEnumerable<byte[]> transactions)
    {
        await rpc.CallAsync("evm_setAutomine", false);
        foreach (var transaction in transactions)
            await rpc.CallAsync("eth_sendRawTransaction", Hex.Encode(transaction));
        await rpc.CallAsync("evm_mine");
        var block = await rpc.CallAsync("eth_getBlockByNumber", "latest", true);
        var receipts = await rpc.CallAsync("eth_getBlockReceipts", ChainRpc.Text(block, "number"));
        return (block, [.. receipts.EnumerateArray()]);
    }
}
