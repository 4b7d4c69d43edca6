using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Transactions;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Foundry;
using OpenGradient.Support;
using OpenGradient.Support.Databases;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Sending.Tests;

/// <summary>A chain that makes blocks when it is told to, a node that does what it is told to, a database, and senders that die where they are told to.</summary>
internal sealed class SendingWorld : IAsyncDisposable
{
    private const int StepLimit = 300;

    /// <summary>Who gets one wei for each order: what it has tells how often orders were carried out.</summary>
    public static readonly Address Recipient = Address.Parse("0x00000000000000000000000000000000000abcde");

    private readonly Anvil _anvil;
    private readonly List<EthereumClient> _clients = [];
    private readonly LocalSigner _signer;
    private TransactionSender? _sender;

    private SendingWorld(Anvil anvil, DatabaseOptions where, IDatabase database, LocalSigner signer)
    {
        (_anvil, Where, Database, _signer) = (anvil, where, database, signer);
        Proxy = new HostileProxy(anvil.HttpUrl);
        Chain = Connect(anvil.HttpUrl);
        Endpoints = new SendingEndpoints([Connect(Proxy.Url)]);
        Meter = new SendingMeter(AnvilOptions.DevelopmentChainId, signer.Address);
    }

    public DatabaseOptions Where { get; }

    public IDatabase Database { get; }

    public TransactionQueue Queue { get; } = new(AnvilOptions.DevelopmentChainId);

    /// <summary>The chain itself, past the hostile node.</summary>
    public EthereumClient Chain { get; }

    public Uri ChainUrl => _anvil.HttpUrl;

    public HostileProxy Proxy { get; }

    public Address Key => _signer.Address;

    public LocalSigner Signer => _signer;

    public SendingMeter Meter { get; }

    public SendingEndpoints Endpoints { get; set; }

    public SendingOptions Options { get; set; } = new()
    {
        HeadPoll = TimeSpan.FromMilliseconds(1),
        StuckAfterBlocks = 10_000,
        EstimateHeads = 2,
        LowBalance = Wei.Zero,
    };

    /// <summary>Where the sender's process ends; null lets it live.</summary>
    public Boundary? DiesAt { get; set; }

    public static async Task<SendingWorld> CreateAsync(IDatabaseFixture databases, int account = 1)
    {
        var stop = TestContext.Current.CancellationToken;
        var where = await databases.CreateAsync();
        var anvil = await Anvil.StartAsync(
            Repository.Root, new AnvilOptions { SlotsInAnEpoch = 1, ExtraArguments = ["--no-mining"] }, stop);
        return new SendingWorld(
            anvil, where, await DatabaseFactory.OpenAsync(where, TransactionQueue.Migrations, cancellationToken: stop), new LocalSigner(DevelopmentAccounts.Key(account)));
    }

    public static ulong NonceOf(SeenCall sent) => Decode(sent).Nonce;

    public static Transaction Decode(SeenCall sent) => SignedTransaction.Decode(Convert.FromHexString(sent.Parameters[0].GetString()!.AsSpan(2))).Transaction;

    public EthereumClient Connect(Uri url)
    {
        var client = EthereumClient.Connect(url, new RpcOptions { MaxAttempts = 1, AttemptTimeout = TimeSpan.FromSeconds(2) });
        _clients.Add(client);
        return client;
    }

    public TransactionOrder Order(string key, string purpose = "test") => new()
    {
        Purpose = purpose,
        IdempotencyKey = key,
        From = Key,
        To = Recipient,
        Value = new Wei(1UL),
        GasLimit = 21_000,
    };

    public Task<long> EnqueueAsync(TransactionOrder order) => Database.WriteAsync(session => Queue.EnqueueAsync(session, order), Stop);

    public async Task<IReadOnlyList<long>> EnqueueAsync(int count)
    {
        var ids = new List<long>();
        for (var i = 0; i < count; i++)
            ids.Add(await EnqueueAsync(Order($"{i}")));
        return ids;
    }

    public async Task<TransactionView> FindAsync(long id) => (await Database.ReadAsync(session => Queue.FindAsync(session, id), Stop))!;

    public async Task<IReadOnlyList<TransactionView>> FindAllAsync(IEnumerable<long> ids)
    {
        var views = new List<TransactionView>();
        foreach (var id in ids)
            views.Add(await FindAsync(id));
        return views;
    }

    public TransactionSender NewSender(string replica, TimeProvider? clock = null) =>
        new(Database, Queue, _signer, Endpoints, Options, Meter, logger: null, clock, replica, PassAsync);

    /// <summary>One round of the sender. One that dies is followed by a new one on the same database, which knows nothing but what is stored.</summary>
    public async Task<Round?> StepAsync()
    {
        _sender ??= NewSender("one");
        try
        {
            return await _sender.StepAsync(Stop);
        }
        catch (DeadException)
        {
            _sender = null;
            return null;
        }
        catch (RpcException)
        {
            // The next round asks another endpoint.
            return null;
        }
    }

    /// <summary>Rounds, with a block after each, until something is so.</summary>
    public async Task UntilAsync(Func<Task<bool>> isSo, bool mines = true)
    {
        for (var i = 0; i < StepLimit; i++)
        {
            await StepAsync();
            if (await isSo())
                return;
            if (mines)
                await Chain.MineAsync();
            // A head is looked for again after a millisecond.
            await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
        }

        throw new TimeoutException($"It did not become so in {StepLimit} rounds.");
    }

    public Task UntilStateAsync(IEnumerable<long> ids, TransactionState state, bool mines = true) =>
        UntilAsync(async () => (await FindAllAsync(ids)).All(view => view.State == state), mines);

    /// <summary>Of how many orders is written down when they were seen in a block.</summary>
    public Task<int> ConfirmedAtAsync() =>
        Database.ReadAsync(session => session.QuerySingleAsync<int>("SELECT count(*) FROM transactions WHERE confirmed_at >= created_at"), Stop);

    public async Task<ulong> CarriedOutAsync() => (ulong)(await Chain.GetBalanceAsync(Recipient, BlockTag.Latest, Stop)).Value;

    public Task<ulong> MinedNonceAsync() => Chain.GetTransactionCountAsync(Key, BlockTag.Latest, Stop);

    /// <summary>Each order is done once, by nonces without a gap.</summary>
    public async Task AssertDoneOnceAsync(IReadOnlyList<long> ids)
    {
        var views = await FindAllAsync(ids);
        Assert.All(views, view => Assert.Equal((TransactionState.Finalized, true), (view.State, view.Succeeded)));
        Assert.Equal((ulong)ids.Count, await CarriedOutAsync());
        Assert.Equal(Enumerable.Range(0, ids.Count).Select(i => (ulong?)i), views.Select(view => view.Nonce).Order());
        Assert.Equal((ulong)ids.Count, await MinedNonceAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Queue.Dispose();
        await Database.DisposeAsync();
        foreach (var client in _clients)
            await client.DisposeAsync();
        await Proxy.DisposeAsync();
        await _anvil.DisposeAsync();
        Meter.Dispose();
        _signer.Dispose();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Task PassAsync(Boundary boundary)
    {
        if (boundary != DiesAt)
            return Task.CompletedTask;
        DiesAt = null;
        throw new DeadException();
    }

    private sealed class DeadException : Exception;
}
