using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Database;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Api.Search;
using OpenGradient.Indexer.Api.Sql;
using OpenGradient.Indexer.Fetching;
using OpenGradient.Indexer.Gas;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;
using OpenGradient.Indexer.Tests.Rows;
using OpenGradient.Indexer.Tests.Storage;

namespace OpenGradient.Indexer.Tests.Api;

/// <summary>An indexed chain of requests and token transfers, served.</summary>
internal sealed class ServedIndex : IAsyncDisposable
{
    public static readonly Address Hub = Address.Parse("0x00000000000000000000000000000000000000c3");

    private readonly IndexedChain _chain = new();
    private readonly Random _random = new(11);
    private IReadOnlyList<EventFamily> _families = Families;
    private IDatabase _database = null!;
    private WebApplication _application = null!;

    public static IReadOnlyList<EventFamily> Families { get; } =
        [new EventFamily("hub", OurFamilies.Hub(), [Hub], new(0)), IndexedChain.Tokens(), IndexedChain.Sales()];

    public HttpClient Client { get; private set; } = null!;

    public IndexedChain Chain => _chain;

    public IDatabase Database => _database;

    public FollowingStatus Status { get; private init; } = new(TimeProvider.System);

    public CommitSignal Commits { get; } = new();

    public IndexApi Api { get; private set; } = null!;

    public WebApplication Application => _application;

    /// <param name="options">Where the rows are.</param>
    /// <param name="api">How they are served.</param>
    /// <param name="console">The SQL console; SQLite's own when null.</param>
    /// <param name="isIndexed">Whether the back-fill is over.</param>
    /// <param name="families">What is indexed; the usual when null.</param>
    /// <param name="clock">The API's time.</param>
    /// <param name="statusClock">The time by which the chain's age is told.</param>
    /// <param name="loggers">Where it is told what happened; nowhere when null.</param>
    public static async Task<ServedIndex> StartAsync(
        DatabaseOptions options, ApiOptions? api = null, Func<IndexApi, Task<ISqlConsole?>>? console = null, bool isIndexed = true, IReadOnlyList<EventFamily>? families = null,
        TimeProvider? clock = null, TimeProvider? statusClock = null, ILoggerFactory? loggers = null)
    {
        var stop = TestContext.Current.CancellationToken;
        var serving = (api ?? new ApiOptions { RequestsPerSecond = 10_000 }) with { Listen = new Uri("http://127.0.0.1:0") };
        var served = new ServedIndex { Status = new(statusClock ?? TimeProvider.System), _database = await DatabaseFactory.OpenAsync(IndexerSchema.Used(options) with { MaxReaders = serving.Readers }, [IndexerSchema.Migrations, GasStore.Migrations, BlobTable.Migrations], cancellationToken: stop) };
        served._families = families ?? Families;
        await FamilyStore.PrepareAsync(served._database, IndexedChain.Chain, served._families, cancellationToken: stop);
        if (isIndexed)
            await FamilyStore.IndexAsync(served._database, served._families, stop);
        served.Api = new IndexApi(
            served._database, IndexedChain.Chain, served._families, serving, served.Status, served.Commits, clock ?? TimeProvider.System);
        var sql = console is not null ? await console(served.Api) : new SqliteConsole(options, ApiServer.TablesOf(served.Api), served.Api.Options, TimeProvider.System);
        served._application = await ApiServer.StartAsync(served.Api, sql, served.ReadBlockAsync, loggers ?? NullLoggerFactory.Instance, stop, readHeaders: served.ReadHeadersAsync, findTransaction: served.FindAsync);
        served.Client = new HttpClient { BaseAddress = new Uri(served._application.Urls.First()), Timeout = TimeSpan.FromMinutes(2) };
        return served;
    }

    /// <summary>How a node lies about a block's receipts.</summary>
    public Func<IReadOnlyList<Receipt>, IReadOnlyList<Receipt>> ReceiptLie { get; set; } = static receipts => receipts;

    /// <summary>What a node waits for before it tells a block.</summary>
    public Func<Task> BeforeBlock { get; set; } = static () => Task.CompletedTask;

    /// <summary>Whether a node answers questions about transactions.</summary>
    public bool IsNodeThere { get; set; } = true;

    private Task<TransactionPlace> FindAsync(Hash32 hash, CancellationToken cancellationToken) => Task.FromResult(new TransactionPlace(
        IsNodeThere, IsNodeThere ? _chain.Blocks.Canonical.SelectMany(block => block.Logs).FirstOrDefault(log => log.TransactionHash == hash)?.Block.Number : null));

    /// <summary>The first block whose header a node still has.</summary>
    public ulong HeadersFrom { get; set; }

    private Task<IReadOnlyList<BlockHeader?>> ReadHeadersAsync(BlockRange range, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<BlockHeader?>>(
        [.. Enumerable.Range((int)range.First.Value, (int)range.Count).Select(number => (ulong)number < HeadersFrom || number >= _chain.Blocks.Canonical.Count ? null : _chain.Blocks[(ulong)number].Header.Header)]);

    private async Task<(BlockHeader Header, IReadOnlyList<Receipt> Receipts)?> ReadBlockAsync(Hash32 hash, CancellationToken cancellationToken)
    {
        await BeforeBlock().WaitAsync(cancellationToken);
        return _chain.Blocks.Find(hash) is { } block ? (block.Header.Header, ReceiptLie(block.Receipts)) : null;
    }

    public static Hash32 RequestId(int number) => Hash32.FromUInt256((ulong)(0xA000 + number));

    public static Log Requested(int number, Address requester, UInt256 fee, Random random, int inputBytes = 10)
    {
        var table = TableOf("hub_requested");
        var values = table.Event.Inputs.Components.Select(parameter => RandomValues.Of(parameter.Type, random)).ToArray();
        values[0] = new AbiValue.Bytes(RequestId(number).ToArray());
        values[1] = new AbiValue.Address(requester);
        var request = ((AbiValue.Tuple)values[3]).Items;
        values[3] = new AbiValue.Tuple(request.SetItem(9, new AbiValue.UInt(fee)));
        values[4] = new AbiValue.Bytes(new byte[inputBytes]);
        return table.Event.Encode(Hub, values);
    }

    public static Log About(string table, int number, Random random)
    {
        var of = TableOf(table);
        var values = of.Event.Inputs.Components.Select(parameter => RandomValues.Of(parameter.Type, random)).ToArray();
        values[0] = new AbiValue.Bytes(RequestId(number).ToArray());
        return of.Event.Encode(Hub, values);
    }

    /// <summary>Requests 0 to count - 1, one a block; every second is settled in the block after, every fourth delivered two blocks after.</summary>
    public async Task MineRequestsAsync(int count)
    {
        for (var i = 0; i < count + 2; i++)
        {
            List<Log> logs = [];
            if (i < count)
                logs.Add(Requested(i, Someone(i % 3), (ulong)(1_000 + i), _random));
            if (i - 1 is >= 0 and var settled && settled < count && settled % 2 == 0)
                logs.Add(About("hub_settled", settled, _random));
            if (i - 2 is >= 0 and var delivered && delivered < count && delivered % 4 == 0)
                logs.Add(About("hub_delivered", delivered, _random));
            _chain.Blocks.Mine(logs);
        }

        await SettleAsync();
    }

    /// <summary>Puts sales of nothing into their table, one a block from the first on, as if the chain had had them.</summary>
    public Task AddSalesAsync(int count) => _database.WriteAsync(
        session => session.ExecuteAsync(
            """
            INSERT INTO shop_sold (id, block_time, transaction_index, transaction_hash, emitter, number, what, lines)
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @count)
            SELECT CAST(i AS BIGINT) << 20, 0, 0, @Hash, @Shop, i, '', '[]' FROM n
            """,
            new { count, Hash = default(Hash32), IndexedChain.Shop }),
        TestContext.Current.CancellationToken);

    public async Task SettleAsync()
    {
        await _chain.SettleAsync(_database, _families);
        Commits.Ring();
    }

    public async Task<JsonElement> GetAsync(string path, int status = 200)
    {
        using var answer = await Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)answer.StatusCode == status, $"{path}: {(int)answer.StatusCode} {text}");
        Assert.Equal(status < 400 ? "application/json" : "application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    public async Task<(int Status, JsonElement Body)> SqlAsync(string sql)
    {
        using var body = new StringContent(sql);
        using var answer = await Client.PostAsync(new Uri("/v1/sql", UriKind.Relative), body, TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    public static Address Someone(int number) => Address.Parse(string.Create(CultureInfo.InvariantCulture, $"0x{number + 1:x40}"));

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (_application is not null)
            await _application.DisposeAsync();
        await _chain.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static EventTable TableOf(string name) => OurFamilies.Hub().Single(table => table.Name == name);
}
