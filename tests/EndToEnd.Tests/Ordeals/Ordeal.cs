using OpenGradient.Blobs.Folders;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.EndToEnd.Tests.Network;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
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

    /// <summary>The block that a request was asked in.</summary>
    internal async Task<BlockNumber> BlockOfAsync(Hash32 request)
    {
        var logs = await Client.GetLogsAsync(
            BlockTag.Earliest, BlockTag.Latest, new LogFilter([Network.Hub.Address], [[IHubContract.RequestedEvent.Topic0], [request]]), Stop);
        return logs[0].Block.Number;
    }

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

    /// <summary>What must hold when all is over: each request was claimed once and settled once, nothing was sent that did nothing, and no bond is lost.</summary>
    internal async Task BooksAreRightAsync(IReadOnlyCollection<Hash32> requests, int mostClaims = 1, int mostRefused = 0)
    {
        foreach (var request in requests)
            await SettlesAsync(request);

        // A chain under load has a block's state a moment before its logs.
        var logs = await HubLogsAsync();
        await Eventually.UntilAsync(
            async () => (logs = await HubLogsAsync()).Count(IHubContract.SettledEvent.Matches) >= requests.Count, "the chain tells every settlement", Stop);

        foreach (var request in requests)
        {
            var told = logs.Where(log => log.Topics.Count > 1 && log.Topics[1] == request).ToList();
            Assert.Equal(1, told.Count(IHubContract.SettledEvent.Matches));
            Assert.InRange(told.Count(IHubContract.ClaimedEvent.Matches), 1, mostClaims);
            Assert.InRange(told.Count(IHubContract.SubmissionRefusedEvent.Matches), 0, mostRefused);
            Assert.Equal(0, told.Count(IHubContract.ClaimForfeitedEvent.Matches));
        }

        var sent = await SentAsync();
        Assert.Equal(Enumerable.Range(0, sent.Count).Select(nonce => (ulong)nonce), sent.Select(transaction => transaction.Nonce));
        Assert.All(sent, transaction => Assert.True(transaction.Succeeded, $"Transaction {transaction.Nonce} did nothing but cost gas."));
        Assert.Equal(UInt256.Parse("1000000000000000000000000"), await Network.Hub.CallBalanceOfAsync(Node.Address, cancellationToken: Stop));
    }

    private async Task<List<Log>> HubLogsAsync() =>
        [.. (await Client.GetLogsAsync(BlockTag.Earliest, BlockTag.Latest, LogFilter.Of(Network.Hub.Address), Stop)).Select(log => log.Content)];

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

    private async Task<IReadOnlyList<(ulong Nonce, bool Succeeded)>> SentAsync()
    {
        List<(ulong Nonce, bool Succeeded)> sent = [];
        var tip = await Client.GetBlockNumberAsync(Stop);
        for (var number = new BlockNumber(0); number <= tip; number += 1)
        {
            var block = await Client.GetBlockWithTransactionsAsync(number, Stop) ?? throw new InvalidOperationException($"There is no block {number}.");
            foreach (var transaction in (block.Transactions ?? []).Where(transaction => transaction.From == Node.Address))
            {
                var receipt = await Client.GetTransactionReceiptAsync(transaction.Hash, Stop);
                sent.Add((transaction.Nonce, receipt is { Succeeded: true }));
            }
        }

        return sent;
    }
}
