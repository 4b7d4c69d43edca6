using System.Text.Json;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Models;
using OpenGradient.Contracts.Nodes;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Transactions;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Foundry;
using OpenGradient.Inference.Tensors;
using OpenGradient.Samples;

namespace OpenGradient.Benchmarks.Relayer;

/// <summary>A local chain with the contracts, one published model, one node with all the stake that it needs, and somebody who asks faster than is polite.</summary>
internal sealed class BenchNetwork : IAsyncDisposable
{
    private const int AskerAccount = 1;
    private const int NodeAccount = 2;
    private const ulong AskGas = 200_000;
    private const int MostInPart = 250;
    private const int MostPartBytes = 512 * 1024;

    private static readonly TimeSpan MostSilence = TimeSpan.FromMinutes(3);
    private static readonly UInt256 Much = Units.Parse("1000000000", 18);
    private static readonly UInt256 Fee = Units.Parse("0.001", 18);

    private readonly Anvil _anvil;
    private readonly LocalSigner _owner = new(DevelopmentAccounts.Key(0));
    private readonly LocalSigner _asker = new(DevelopmentAccounts.Key(AskerAccount));
    private ulong _askerNonce;
    private ulong _asked;

    private BenchNetwork(Anvil anvil, EthereumClient client, Deployment deployment) => (_anvil, Client, Deployment) = (anvil, client, deployment);

    public EthereumClient Client { get; }

    public Uri Endpoint => _anvil.HttpUrl;

    public Deployment Deployment { get; }

    /// <summary>The file of its addresses.</summary>
    public byte[] AddressesFile { get; private init; } = [];

    public LocalSigner Node { get; } = new(DevelopmentAccounts.Key(NodeAccount));

    public IHubContract Hub => new(Client, Deployment.Hub);

    public Hash32 VersionId { get; private set; }

    public byte[] Input { get; } = MakeInput();

    /// <param name="root">The checkout.</param>
    /// <param name="blockTime">Null mines each transaction at once, as suits whoever waits for each.</param>
    /// <param name="stop">Ends it early.</param>
    public static async Task<BenchNetwork> StartAsync(string root, TimeSpan? blockTime, CancellationToken stop)
    {
        var anvil = await Anvil.StartAsync(root, new AnvilOptions { SlotsInAnEpoch = 1, ExtraArguments = ["--gas-limit", "500000000"] }, stop);
        var client = EthereumClient.Connect(anvil.HttpUrl, new RpcOptions { MaxBatchSize = 500 });
        using var owner = new LocalSigner(DevelopmentAccounts.Key(0));
        var file = await DeploymentScript.RunAsync(DeploymentRun.Development(root, anvil.HttpUrl, owner.Address), stop);
        var deployment = await DeploymentFile.ReadAsync(file, stop);
        var network = new BenchNetwork(anvil, client, deployment) { AddressesFile = await File.ReadAllBytesAsync(file, stop) };
        File.Delete(file);
        await network.FurnishAsync(root, stop);
        if (blockTime is { } time)
            await client.SendAsync(
                RpcCall.Create("evm_setIntervalMining", writer => writer.WriteNumberValue((long)time.TotalSeconds), static (ref Utf8JsonReader _) => true), stop);
        return network;
    }

    /// <summary>Asks so often, as fast as the chain takes it, and returns when all are mined.</summary>
    /// <param name="count">How often.</param>
    /// <param name="assigned">Whether the node alone may answer.</param>
    /// <param name="stop">Ends it early.</param>
    /// <param name="later">By how many seconds the deadline of each is later than the earliest; none without.</param>
    public async Task<IReadOnlyList<Hash32>> AskAsync(int count, bool assigned, CancellationToken stop, Func<int, ulong>? later = null)
    {
        var now = await Hub.CallActiveTimeAsync(BlockTag.Pending, stop);
        var request = new IHubContract.Request(
            VersionId, (byte)Assurance.Signed, assigned ? Node.Address : Address.Zero, assigned ? now + 6_000 : 0, now + 7_000, 0, 0, 0, 0, Fee, 0u, 0u,
            Keccak256.Hash(Input), Hash32.Zero);
        List<Hash32> hashes = [];
        foreach (var part in Enumerable.Range(0, count).Chunk(MostInPart))
        {
            List<RpcCall<Hash32>> sends = [];
            foreach (var i in part)
            {
                // Each is another question than all before: the hub would count equal ones, which costs gas for each of them.
                var call = Hub.PrepareRequestRequestBytes(request with { Deadline = request.Deadline + (later?.Invoke(i) ?? 0), Fee = Fee + (UInt256)(++_asked) }, Input);
                sends.Add(Eth.SendRawTransaction((await _asker.SignAsync(Transaction(_askerNonce++, call.To, call.Data, AskGas), stop)).Encoding));
            }

            hashes.AddRange(await Client.SendAllAsync(sends, stop));
        }

        List<Hash32> ids = [];
        foreach (var hash in hashes)
        {
            TransactionReceiptOf receipt = new(await WaitAsync(hash, stop));
            ids.Add(receipt.RequestId);
        }

        return ids;
    }

    /// <summary>Remembers the chain as it is.</summary>
    public async Task<string> SnapshotAsync(CancellationToken stop) => await Client.SendAsync(
        RpcCall.Create("evm_snapshot", static _ => { }, static (ref Utf8JsonReader reader) => reader.GetString()!), stop);

    /// <summary>Makes the chain what it was.</summary>
    public async Task RevertAsync(string snapshot, CancellationToken stop)
    {
        if (!await Client.SendAsync(
            RpcCall.Create("evm_revert", writer => writer.WriteStringValue(snapshot), static (ref Utf8JsonReader reader) => reader.GetBoolean()), stop))
            throw new InvalidOperationException("The chain cannot be made what it was.");
    }

    /// <summary>Signs the node's transactions, one nonce after another.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> SignAsNodeAsync(IEnumerable<SentCall> calls, CancellationToken stop)
    {
        var nonce = await Client.GetTransactionCountAsync(Node.Address, BlockTag.Latest, stop);
        List<ReadOnlyMemory<byte>> signed = [];
        foreach (var call in calls)
            signed.Add((await Node.SignAsync(Transaction(nonce++, call.To, call.Data, call.GasLimit), stop)).Encoding);
        return signed;
    }

    /// <summary>Sends transactions that are signed already, as fast as the chain takes them, and returns when the last is mined.</summary>
    public async Task SendRawAsync(IReadOnlyList<ReadOnlyMemory<byte>> transactions, CancellationToken stop)
    {
        var last = Hash32.Zero;
        for (var left = transactions; left.Count > 0;)
        {
            // Nodes refuse bodies of many megabytes.
            var (count, bytes) = (1, left[0].Length);
            while (count < Math.Min(left.Count, MostInPart) && (bytes += left[count].Length) <= MostPartBytes)
                count++;
            last = (await Client.SendAllAsync(left.Take(count).Select(encoding => Eth.SendRawTransaction(encoding)), stop))[^1];
            left = [.. left.Skip(count)];
        }

        await WaitAsync(last, stop);
    }

    /// <summary>Waits until all of them are settled.</summary>
    /// <exception cref="TimeoutException">None was for minutes: those that are left were refused or refunded, perhaps.</exception>
    public async Task SettledAsync(IReadOnlyList<Hash32> requestIds, CancellationToken stop)
    {
        var left = requestIds.ToHashSet();
        var patience = new Patience(MostSilence, TimeProvider.System);
        var settled = LogFilter.Of(Deployment.Hub, IHubContract.SettledEvent.Topic0);
        for (var next = Deployment.FirstBlock; left.Count > 0;)
        {
            patience.Spend(() => $"{left.Count} of {requestIds.Count} requests are not settled");
            var head = await Client.GetBlockNumberAsync(stop);
            if (head < next)
            {
                await Task.Delay(20, stop);
                continue;
            }

            foreach (var log in await Client.GetLogsAsync(new BlockRange(next, head), settled, stop))
            {
                if (left.Remove(IHubContract.SettledEvent.Decode(log.Content).RequestId))
                    patience.Renew();
            }

            next = head + 1;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _anvil.DisposeAsync();
        _owner.Dispose();
        _asker.Dispose();
        Node.Dispose();
    }

    private async Task FurnishAsync(string root, CancellationToken stop)
    {
        var owner = new DevelopmentSender(Client, _owner, Deployment.ChainId);
        var asker = new DevelopmentSender(Client, _asker, Deployment.ChainId);
        var token = new TestTokenContract(Client, Deployment.Token);
        var nodes = new INodeRegistryContract(Client, Deployment.Nodes);
        VersionId = await PublishAsync(root, owner, stop);
        var deadline = await Hub.CallActiveTimeAsync(BlockTag.Pending, stop) + 1_000_000;
        var digest = NodeRegistrationDigest.Of(Deployment.ChainId, Deployment.Nodes, Node.Address, owner.Address, deadline);
        var signature = await Node.SignAsync(digest, stop);
        await owner.SendAsync(nodes.PrepareRegister(Node.Address, owner.Address, (byte)NodeRoles.Inference, "", "", deadline, signature.ToBytes()), cancellationToken: stop);
        await owner.SendAsync(token.PrepareMint(owner.Address, Much * 2u), cancellationToken: stop);
        await owner.SendAsync(token.PrepareApprove(Deployment.Nodes, Much), cancellationToken: stop);
        await owner.SendAsync(nodes.PrepareStake(Node.Address, Much), cancellationToken: stop);
        await owner.SendAsync(token.PrepareApprove(Deployment.Hub, Much), cancellationToken: stop);
        await owner.SendAsync(Hub.PrepareDeposit(Node.Address, Much), cancellationToken: stop);
        await owner.SendAsync(token.PrepareMint(asker.Address, Much), cancellationToken: stop);
        await asker.SendAsync(token.PrepareApprove(Deployment.Hub, Much), cancellationToken: stop);
        _askerNonce = await Client.GetTransactionCountAsync(_asker.Address, BlockTag.Latest, stop);
    }

    private async Task<Hash32> PublishAsync(string root, DevelopmentSender owner, CancellationToken stop)
    {
        var card = SampleModels.Read(root).Single(model => model.Card.Name == "volatility").Card.Artifacts.Single(artifact => artifact.Semantics == "Integer");
        var models = new IModelRegistryContract(Client, Deployment.Models);
        var ids = new ModelIds(Deployment.ChainId, Deployment.Models);
        var version = new IModelRegistryContract.Version(
            1, 0, Hash32.Parse(card.ArtifactHash), Hash32.Parse(card.SignatureHash), Address.Zero,
            new IModelRegistryContract.Semantics((byte)SemanticsKind.Integer, Hash32.Parse(card.DescriptorHash!), Hash32.Zero, 0u, 0u), ["blob:"]);
        await owner.SendAsync(models.PrepareCreateModel("volatility", ""), cancellationToken: stop);
        var modelId = ids.ModelIdOf(owner.Address, "volatility");
        await owner.SendAsync(models.PreparePublishVersion(modelId, version), cancellationToken: stop);
        return ids.VersionIdOf(modelId, version);
    }

    private FeeMarketTransaction Transaction(ulong nonce, Address to, ReadOnlyMemory<byte> data, ulong gasLimit) => new()
    {
        ChainId = Deployment.ChainId,
        Nonce = nonce,
        To = to,
        Data = data,
        GasLimit = gasLimit,
        MaxFeePerGas = Wei.FromGwei("100"),
        MaxPriorityFeePerGas = Wei.FromGwei("1"),
    };

    private async Task<TransactionReceipt> WaitAsync(Hash32 hash, CancellationToken stop)
    {
        var patience = new Patience(MostSilence, TimeProvider.System);
        while (true)
        {
            if (await Client.GetTransactionReceiptAsync(hash, stop) is { } receipt)
                return receipt;
            patience.Spend(() => $"The transaction {hash} is not mined");
            await Task.Delay(20, stop);
        }
    }

    private static byte[] MakeInput()
    {
        var tensor = new Tensor("input", DataType.Uint8, [16], Enumerable.Range(120, 16).Select(i => (byte)i).ToArray());
        return TensorEncoding.TryEncode([tensor], out var encoded) == TensorFault.None ? encoded : throw new InvalidOperationException("The input has no encoding.");
    }

    private readonly record struct TransactionReceiptOf(TransactionReceipt Receipt)
    {
        public Hash32 RequestId => Receipt.Logs.Select(log => IHubContract.RequestedEvent.TryDecode(log.Content, out var told) ? told : null)
            .OfType<IHubContract.RequestedEvent>().Single().RequestId;
    }
}
