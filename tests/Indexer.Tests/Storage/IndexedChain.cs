using System.Text;
using OpenGradient.Database;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Tests.Following.Simulation;
using OpenGradient.Indexer.Balances;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Indexer.Tests.Storage;

/// <summary>A made-up chain with logs of two families, and what indexes it into a database that may be left and taken up again.</summary>
internal sealed class IndexedChain : IAsyncDisposable
{
    public static readonly ChainId Chain = new(31337);
    public static readonly Address Token = Address.Parse("0x00000000000000000000000000000000000000a1");
    public static readonly Address Shop = Address.Parse("0x00000000000000000000000000000000000000b2");

    public static readonly Address Maker = Address.Parse("0x00000000000000000000000000000000000000c3");

    private const int MostPools = 6;

    private static readonly AbiEvent Made = AbiEvent.Parse("event Made(address indexed pool, uint8 kind)");
    private static readonly AbiEvent Swapped = AbiEvent.Parse("event Swapped(address indexed by, uint256 amount)");
    private static readonly AbiEvent Transfer = AbiEvent.Parse("event Transfer(address indexed from, address indexed to, uint256 value)");
    private static readonly AbiEvent Sold = AbiEvent.Parse("event Sold(uint64 indexed number, string what, (address buyer, bytes note)[] lines)");

    private ChainFollower? _follower;

    public SimulatedChain Blocks { get; }

    public SimulatedEndpoint Endpoint { get; }

    public LeapingClock Clock { get; } = new();

    public FollowerOptions Options { get; init; } = new()
    {
        MaxBlocksPerStep = 5,
        Ranges = new RangePolicy { Blocks = 4, Most = 16 },
        SlowVoteGrace = Timeout.InfiniteTimeSpan,
    };

    public IndexedChain()
        : this(new SimulatedChain(1))
    {
    }

    /// <summary>The same chain, seen by another endpoint and indexed by another.</summary>
    public IndexedChain(IndexedChain other)
        : this(other.Blocks)
    {
    }

    private IndexedChain(SimulatedChain blocks) => (Blocks, Endpoint) = (blocks, new SimulatedEndpoint(blocks));

    public static EventFamily Tokens(ulong first = 0) => TokenFamily.Of("token", [Token], new(first), keepsBalances: true);

    public static EventFamily Sales(ulong first = 0) => new(
        "shop", [new EventTable("shop_sold", "event Sold(uint64 indexed number, string what, (address buyer, bytes note)[] lines)", "number")], [Shop], new(first));

    /// <summary>Announces pools.</summary>
    public static EventFamily Makers() => new("maker", [new EventTable("maker_made", "event Made(address indexed pool, uint8 kind)", "pool")], [Maker], new(0));

    public static EventFamily Pools(ulong first = 0) => new(
        "pool", [new EventTable("pool_swapped", "event Swapped(address indexed by, uint256 amount)", "by_address")], [], new(first),
        new Announcement(Makers(), "maker_made", "pool"));

    public static IReadOnlyList<EventFamily> Both => [Tokens(), Sales()];

    /// <summary>Who is announced stands first, since nothing may depend on the order.</summary>
    public static IReadOnlyList<EventFamily> All => [Pools(), Tokens(), Sales(), Makers()];

    /// <summary>Adds blocks with some of everything: nothing at all, events of both families, and logs that are none.</summary>
    public void Mine(int blocks, Random random)
    {
        for (var i = 0; i < blocks; i++)
            Blocks.Mine([.. Enumerable.Range(0, random.Next(4)).Select(_ => LogOf(random))]);
    }

    public void Reorg(int depth, int length, Random random)
    {
        Blocks.Rollback(depth);
        Mine(length, random);
    }

    /// <summary>Steps until nothing is left to do.</summary>
    public async Task SettleAsync(IDatabase database, IReadOnlyList<EventFamily> families, int limit = 400)
    {
        for (var i = 0; i < limit; i++)
        {
            var outcome = await StepAsync(database, families);
            if (outcome is StepOutcome.UpToDate(var cursor, _) && cursor.Tip == Blocks.Head.Header.Ref)
                return;
            Clock.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Fail($"Not settled after {limit} steps.");
    }

    public async Task<StepOutcome> StepAsync(IDatabase database, IReadOnlyList<EventFamily> families)
    {
        _follower ??= new ChainFollower(
            [Endpoint], new IndexSink(database, Chain, IndexSink.Head, families, clock: Clock), new LogFilterSet([.. families.Select(family => family.Filter)]),
            Options, clock: Clock, spread: () => 0.5);
        return await _follower.StepAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Fills in what is still missing of a family.</summary>
    public async Task FillAsync(IDatabase database, EventFamily family, IReadOnlyList<EventFamily>? families = null)
    {
        await using var follower = new ChainFollower([Endpoint], new MemorySink(), new LogFilterSet([]), Options, clock: Clock, spread: () => 0.5);
        var sink = new IndexSink(database, Chain, FamilyStore.LaneOf(family), [family], clock: Clock);
        for (var i = 0; i < 10; i++)
        {
            var known = (await database.ReadAsync(FamilyStore.ReadAsync, TestContext.Current.CancellationToken)).Single(entry => entry.Name == family.Name);
            if (known.GapLast is not { } last)
                return;
            if (family.FirstBlock.Value <= (ulong)last)
                Assert.Null(await follower.BackfillAsync(family.Filter, new(family.FirstBlock, new((ulong)last)), sink, null, TestContext.Current.CancellationToken));
            await FamilyStore.CompleteAsync(database, Chain, family, families ?? Both, TestContext.Current.CancellationToken, Clock);
            _follower?.Forget();
        }

        Assert.Fail($"{family} is still not whole.");
    }

    /// <summary>As after a crash: nothing is left but what is stored.</summary>
    public async Task RestartAsync()
    {
        if (_follower is not null)
            await _follower.DisposeAsync();
        _follower = null;
    }

    /// <summary>Everything that the chain decides, as lines: all rows of all tables, byte for byte, and all digests and states.</summary>
    public static Task<IReadOnlyList<string>> DumpAsync(IDatabase database, IReadOnlyList<EventFamily> families) => database.ReadAsync(
        async session =>
        {
            var lines = new List<string>();
            foreach (var table in families.SelectMany(TableLayout.Of))
                lines.AddRange(await RowsAsync(session, table.Name, table.ColumnList));
            foreach (var balances in families.Select(family => family.Balances).OfType<BalanceRule>())
                lines.AddRange(await RowsAsync(session, balances.Name, string.Join(", ", BalanceRule.Columns.Select(column => column.Name))));
            lines.AddRange(await RowsAsync(session, "index_digests", "block_number, family, block_hash, block_time, row_count, digest, state"));
            return (IReadOnlyList<string>)lines;
        },
        TestContext.Current.CancellationToken);

    public static Task<long> CountAsync(IDatabase database, string table) => database.ReadAsync(
        session => session.QuerySingleAsync<long>($"SELECT COUNT(*) FROM {table}"), TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _follower?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task<List<string>> RowsAsync(DatabaseSession session, string table, string columns)
    {
        var lines = new List<string>();
        await using var command = session.Connection.CreateCommand();
        command.Transaction = session.Transaction;
#pragma warning disable CA2100 // Tables and columns of the test's own.
        command.CommandText = $"SELECT {columns} FROM {table} ORDER BY 1, 2";
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var line = new StringBuilder(table);
            for (var i = 0; i < reader.FieldCount; i++)
                line.Append('|').Append(reader.GetValue(i) switch { byte[] bytes => Convert.ToHexStringLower(bytes), var other => other.ToString() });
            lines.Add(line.ToString());
        }

        return lines;
    }

    /// <summary>What the chain itself says of balances and of pools, to hold the tables against.</summary>
    public async Task AssertIsTrueAsync(IDatabase database)
    {
        var held = new SortedDictionary<string, Int256>(StringComparer.Ordinal);
        foreach (var log in Logs(Token).Where(log => log.Content.Topics[0] == Transfer.Topic0 && log.Content.Topics.Count == 3))
        {
            var (from, to, value) = ($"{log.Content.Topics[1]}"[^40..], $"{log.Content.Topics[2]}"[^40..], Int256.FromBits(UInt256.FromBigEndian(log.Content.Data.Span)));
            held[from] = held.GetValueOrDefault(from) - value;
            held[to] = held.GetValueOrDefault(to) + value;
        }

        var made = Logs(Maker).GroupBy(log => $"{log.Content.Topics[1]}"[^40..], StringComparer.Ordinal).ToDictionary(log => log.Key, log => log.Min(each => each.Block.Number), StringComparer.Ordinal);
        var swaps = Blocks.Canonical.SelectMany(block => block.Logs).Where(log => log.Content.Topics[0] == Swapped.Topic0)
            .Where(log => made.TryGetValue(log.Content.Address.ToLowerHex()[2..], out var since) && since <= log.Block.Number).Select(log => $"{log.Block.Number}-{log.LogIndex}");

        var balances = await database.ReadAsync(session => session.QueryAsync<(byte[] Account, byte[] Balance)>("SELECT account, balance FROM token_balances ORDER BY account"), TestContext.Current.CancellationToken);
        Assert.Equal(held.Select(entry => $"{entry.Key} {entry.Value}"), balances.Select(row => $"{Convert.ToHexStringLower(row.Account)} {Int256.FromBits(UInt256.FromBigEndian(row.Balance) ^ (UInt256.One << 255))}"), StringComparer.Ordinal);
        var rows = await database.ReadAsync(session => session.QueryAsync<long>("SELECT id FROM pool_swapped ORDER BY id"), TestContext.Current.CancellationToken);
        Assert.Equal(swaps, rows.Select(id => new RowId(id).ToString()), StringComparer.Ordinal);
    }

    private IEnumerable<LocatedLog> Logs(Address of) => Blocks.Canonical.SelectMany(block => block.Logs).Where(log => log.Content.Address == of);

    public static Log TransferOf(Random random) =>
        Transfer.Encode(Token, new AbiValue.Address(Someone(random)), new AbiValue.Address(Someone(random)), new AbiValue.UInt((ulong)random.Next()));

    public static Log LogOf(Random random) => random.Next(9) switch
    {
        0 or 1 => TransferOf(random),
        2 => Sold.Encode(
            Shop, new AbiValue.UInt((ulong)random.NextInt64()), new AbiValue.String(Encoding.UTF8.GetBytes(random.Next(2) == 0 ? "" : "ham & eggs \u00e9")),
            new AbiValue.Array([new AbiValue.Tuple([new AbiValue.Address(Someone(random)), new AbiValue.Bytes(BytesOf(random))])])),
        6 => Made.Encode(Maker, new AbiValue.Address(Pool(random)), new AbiValue.UInt((ulong)random.Next(3))),
        7 or 8 => Swapped.Encode(Pool(random), new AbiValue.Address(Someone(random)), new AbiValue.UInt((ulong)random.Next())),
        // The signature of a sale, and not the data of one.
        3 => new Log(Shop, [Sold.Topic0!.Value, Hash32.FromUInt256((ulong)random.Next())], new byte[random.Next(100)]),
        // A transfer of a unique token: the same signature, but everything indexed.
        4 => new Log(Token, [Transfer.Topic0!.Value, default, default, default], Array.Empty<byte>()),
        _ => Transfer.Encode(Shop, new AbiValue.Address(Someone(random)), new AbiValue.Address(Someone(random)), new AbiValue.UInt(1)),
    };

    // Announced several times, late, or never.
    private static Address Pool(Random random)
    {
        var bytes = new byte[20];
        (bytes[0], bytes[19]) = (0xd4, (byte)random.Next(MostPools));
        return new Address(bytes);
    }

    private static byte[] BytesOf(Random random)
    {
        var bytes = new byte[random.Next(3)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static Address Someone(Random random)
    {
        var bytes = new byte[20];
        bytes[19] = (byte)random.Next(5);
        return new Address(bytes);
    }
}
