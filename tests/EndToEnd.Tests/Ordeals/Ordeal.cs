using OpenGradient.Blobs.Folders;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.EndToEnd.Tests.Network;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Transactions;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Prover.Setup;
using OpenGradient.Support;
using OpenGradient.Support.Rpc;

namespace OpenGradient.EndToEnd.Tests.Ordeals;

/// <summary>
/// A chain of its own with a published model and one node, for what relayers must stand; and the books that must be right whatever they stood.
/// </summary>
public sealed class Ordeal : IAsyncLifetime
{
    // The fourth of the local chain's accounts.
    private const int NodeAccount = 3;
    private const string NodeKey = "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("og-ordeal-");
    private readonly DeployedChainFixture _chain = new();
    private readonly List<RelayerProcess> _relayers = [];
    private BlockMaker? _blocks;
    private Books? _books;
    private LocalSigner? _node;
    private ulong _asked;
    private int _folders;

    internal TestNetwork Network { get; private set; } = null!;

    internal DeployedChainFixture Chain => _chain;

    internal EthereumClient Client => _chain.Client;

    internal LocalSigner Node => _node!;

    internal Hash32 Version { get; private set; }

    /// <summary>Where artifacts are.</summary>
    internal string Store => Path.Combine(_folder.FullName, "store");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _chain.InitializeAsync();
        Network = await TestNetwork.OpenAsync(_chain);
        Version = await Network.PublishAsync("volatility", "model.onnx", "volatility");
        _node = await Network.EnlistAsync(NodeAccount);
        await using (var content = File.OpenRead(Repository.PathOf("models", "volatility", "model.onnx")))
            await new FolderBlobStore(Store).PutAsync(content, Stop);
        _blocks = new BlockMaker(_chain.Client);
        _books = new Books(_chain, Network, _node.Address);
    }

    public async ValueTask DisposeAsync()
    {
        if (_blocks is not null)
            await _blocks.DisposeAsync();
        _node?.Dispose();
        await _chain.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>From here on no block is made: whatever is sent waits in the pool.</summary>
    internal async Task HoldBlocksAsync()
    {
        await _blocks!.DisposeAsync();
        _blocks = null;
        await Client.SetAutomineAsync(false);
    }

    /// <summary>From here on a block is made for each transaction, and none besides: what was sent last is in the last one.</summary>
    internal async Task OnlyBlocksForTransactionsAsync()
    {
        await _blocks!.DisposeAsync();
        _blocks = null;
    }

    /// <summary>Blocks are made again.</summary>
    internal async Task LetBlocksGoAsync()
    {
        await Client.SetAutomineAsync(true);
        _blocks ??= new BlockMaker(Client);
    }

    /// <summary>Whether a transaction of the node waits in the pool.</summary>
    internal async Task<bool> HasUnminedAsync() =>
        await Client.GetTransactionCountAsync(Node.Address, BlockTag.Pending, Stop) > await Client.GetTransactionCountAsync(Node.Address, BlockTag.Latest, Stop);

    internal async Task<Hash32> AskAsync() => (await Network.AskAsync(Version, CourtNetwork.Returns(++_asked))).RequestId;

    internal async Task<IReadOnlyList<Hash32>> AskAsync(int count)
    {
        List<Hash32> asked = [];
        for (var i = 0; i < count; i++)
            asked.Add(await AskAsync());
        return asked;
    }

    /// <summary>Asks, and gives the signed transaction too: whoever sends it again when it was taken back asks the same.</summary>
    internal async Task<(Hash32 RequestId, ReadOnlyMemory<byte> Question)> AskBySignedAsync()
    {
        var nonce = await Client.GetTransactionCountAsync(Network.Asker, BlockTag.Pending, Stop);
        var question = await SignAskAsync(nonce);
        return (await IdOfAsync(await Client.SendRawTransactionAsync(question, Stop)), question);
    }

    /// <summary>Asks so often at once, while no blocks are made: all of it comes into one when they are again, and only then are the ids known.</summary>
    internal async Task<IReadOnlyList<Hash32>> AskInOneBlockAsync(int count, Func<Task> letGo)
    {
        var nonce = await Client.GetTransactionCountAsync(Network.Asker, BlockTag.Pending, Stop);
        List<Hash32> sent = [];
        for (var i = 0; i < count; i++)
            sent.Add(await Client.SendRawTransactionAsync(await SignAskAsync(nonce + (ulong)i), Stop));
        await letGo();
        List<Hash32> asked = [];
        foreach (var hash in sent)
            asked.Add(await IdOfAsync(hash));
        return asked;
    }

    /// <summary>Where the hub has last told this of a request.</summary>
    internal async Task<BlockRef> ToldAsync(Hash32 request, Hash32 topic)
    {
        var logs = await Client.GetLogsAsync(BlockTag.Earliest, BlockTag.Latest, new LogFilter([Network.Hub.Address], [[topic], [request]]), Stop);
        return logs[^1].Block;
    }

    /// <summary>Makes as many blocks as are to be taken back with one, itself among them.</summary>
    internal async Task BuryAsync(BlockRef block, int depth)
    {
        var tip = await Client.GetBlockNumberAsync(Stop);
        var above = depth - 1 - (int)(tip.Value - block.Number.Value);
        Assert.True(above >= 0, $"Block {block.Number} lies deeper than {depth} below {tip}.");
        if (above > 0)
            await Client.MineAsync(above);
    }

    /// <summary>Takes a block back with all that are above it; again where one more was made just before.</summary>
    internal Task TakeBackAsync(BlockRef block) => Eventually.UntilAsync(
        async () =>
        {
            var tip = await Client.GetBlockNumberAsync(Stop);
            await Client.ReorganiseAsync((int)(tip.Value - block.Number.Value) + 1);
            return (await Client.GetHeaderAsync(BlockTag.At(block.Number), Stop))?.Hash != block.Hash;
        },
        $"block {block.Number} is taken back", Stop);

    /// <summary>A relayer with settings of its own, in a folder of its own.</summary>
    internal RelayerProcess Relayer(Uri endpoint, string? database = null, string? cache = null, IReadOnlyDictionary<string, string>? more = null)
    {
        var folder = Path.Combine(_folder.FullName, $"relayer-{++_folders}");
        var deployment = Path.Combine(_folder.FullName, "deployment.json");
        File.WriteAllBytes(deployment, _chain.AddressesFile.ToArray());
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OG_RELAYER_RPC_URLS"] = endpoint.ToString(),
            ["OG_RELAYER_DEPLOYMENT"] = deployment,
            ["OG_RELAYER_DATABASE"] = database ?? $"sqlite:{folder}/relayer.db",
            ["OG_BLOB_CACHE"] = cache ?? Path.Combine(folder, "cache"),
            ["OG_BLOB_FOLDER"] = Store,
            ["OG_RELAYER_VERSIONS"] = Version.ToString(),
            ["OG_RELAYER_INCLUSION_S"] = "3",
            ["OG_RELAYER_RUN_S"] = "2",
            ["OG_RELAYER_SETTLE_WAIT_MS"] = "50",
            ["OG_RELAYER_FINALITY"] = "8",
            ["OG_NODE_PRIVATE_KEY"] = NodeKey,
        };
        foreach (var (name, value) in more ?? new Dictionary<string, string>(StringComparer.Ordinal))
            settings[name] = value;
        var relayer = new RelayerProcess(folder, settings);
        _relayers.Add(relayer);
        return relayer;
    }

    /// <summary>A relayer that proves a sample, which is published under a name of its own; and the version. It is not started.</summary>
    internal async Task<(RelayerProcess Relayer, Hash32 Version)> ProverAsync(ProvableSample sample, Uri endpoint, string name)
    {
        var version = await sample.PublishAsync(Network, name);
        await sample.StoreAsync(Store);
        var setup = Path.Combine(Store, "setup.ogs");
        await using (var file = File.Create(setup))
            await SetupFile.WriteAsync(sample.Setup, file, Stop);
        return (
            Relayer(endpoint, more: new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["OG_RELAYER_VERSIONS"] = version.ToString(),
                ["OG_RELAYER_PROVE_SETUP"] = setup,
                ["OG_RELAYER_PROVE_WAIT_MS"] = "3000",
                ["OG_RELAYER_PROVE_LIMIT_S"] = "30",
                ["OG_RELAYER_PROVE_CACHE"] = Path.Combine(Store, "proofs"),
            }),
            version);
    }

    /// <summary>Waits until all of these are settled, and holds the books against what must be true of them, whatever was stood.</summary>
    internal async Task BooksAreRightAsync(IReadOnlyCollection<Hash32> requests, BooksLimits? limits = null)
    {
        foreach (var request in requests)
            await SettlesAsync(request);
        await _books!.AreRightAsync(requests, limits ?? new BooksLimits());
    }

    private async Task SettlesAsync(Hash32 request)
    {
        try
        {
            await Network.ReachesAsync(request, Stage.Settled);
        }
        catch (Xunit.Sdk.FailException failure)
        {
            List<string> accounts = [];
            foreach (var relayer in _relayers)
                accounts.Add(await relayer.AccountOfAsync(request));
            Assert.Fail($"{failure.Message} {string.Join('\n', accounts)}");
        }
    }

    private async Task<ReadOnlyMemory<byte>> SignAskAsync(ulong nonce)
    {
        var input = CourtNetwork.Returns(++_asked);
        var call = Network.Hub.PrepareRequestRequestBytes(await Network.RequestAsync(Version, input), input);
        using var asker = new LocalSigner(DevelopmentAccounts.Key(0));
        var signed = await asker.SignAsync(
            new FeeMarketTransaction
            {
                ChainId = _chain.Deployment.ChainId,
                Nonce = nonce,
                To = call.To,
                Data = call.Data,
                GasLimit = 300_000,
                MaxFeePerGas = Wei.FromGwei("100"),
                MaxPriorityFeePerGas = Wei.FromGwei("1"),
            },
            Stop);
        return signed.Encoding;
    }

    private async Task<Hash32> IdOfAsync(Hash32 question)
    {
        IReadOnlyList<Log> logs = [];
        await Eventually.UntilAsync(
            async () => (logs = [.. (await Client.GetTransactionReceiptAsync(question, Stop))?.Logs.Select(log => log.Content) ?? []]).Count > 0, "it is asked", Stop);
        return logs.Select(log => IHubContract.RequestedEvent.TryDecode(log, out var told) ? told : null).OfType<IHubContract.RequestedEvent>().Single().RequestId;
    }
}
