using OpenGradient.Contracts.Hub;
using OpenGradient.Database;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;
using OpenGradient.Indexer.Tests.Rows;
using OpenGradient.Indexer.Tests.Storage;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Schema;

public sealed class SqliteViewTests(SqliteFixture databases) : ViewTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresViewTests(PostgresFixture databases) : ViewTests(databases);

/// <summary>What views make of several events about one thing.</summary>
public abstract class ViewTests(IDatabaseFixture databases)
{
    private static readonly Address Contract = Address.Parse("0x00000000000000000000000000000000000000d4");
    private static readonly Random Random = new(4);

    private const long FirstBlockTime = 1_700_000_000;
    private const long BlockSeconds = 12;

    private static readonly IReadOnlyList<EventFamily> Families =
        [new("hub", OurFamilies.Hub(), [Contract], new(0)), new("keys", OurFamilies.Keys(), [Contract], new(0)), new("court", OurFamilies.Court(), [Contract], new(0))];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_receipt_says_what_became_of_its_answer()
    {
        var (raised, corrected, slashed, failed) = (Id(1), Id(2), Id(3), Id(4));
        await using var database = await IndexAsync(
            Settled(raised, 0, Id(11)), Settled(corrected, 0, Id(12)), Settled(slashed, 1, Id(13)), Settled(failed, 1, HubDomain.Failure),
            Of("hub_requested", (0, new AbiValue.Bytes(corrected.ToArray()))),
            Of("hub_raised", (0, Bytes(raised)), (1, new AbiValue.UInt(0)), (2, Settlement(2, Id(11)))),
            Of("hub_overturned", (0, Bytes(corrected)), (3, AbiValue.Bool.Of(true)), (4, Settlement(2, Id(22)))),
            Of("hub_overturned", (0, Bytes(slashed)), (3, AbiValue.Bool.Of(false)), (4, Settlement(1, Id(13)))));

        Assert.Equal("2|True|False||False", await ReceiptAsync(database, raised));
        Assert.Equal("2|False|True|True|False", await ReceiptAsync(database, corrected));
        Assert.Equal("1|False|True|False|False", await ReceiptAsync(database, slashed));
        Assert.Equal("1|False|False||True", await ReceiptAsync(database, failed));
        Assert.Equal(Id(22), (await OneAsync<Hash32>(database, "SELECT output_commit FROM receipts WHERE request_id = @request", corrected)));
        Assert.Equal(2, await OneAsync<long>(database, "SELECT settled_assurance FROM requests WHERE request_id = @request", corrected));
        // Raised by a proof it is final at once.
        Assert.Equal(0, await OneAsync<long>(database, "SELECT final_at - raised_at FROM receipts WHERE request_id = @request", raised));
    }

    [Fact]
    public async Task A_veto_that_was_overruled_vetoes_no_more()
    {
        var (vetoed, confirmed, fine) = (Someone(1), Someone(2), Someone(3));
        await using var database = await IndexAsync(
            Registered(vetoed), Registered(confirmed), Registered(fine), Of("keys_vetoed", (0, vetoed)), Of("keys_vetoed", (0, confirmed)), Of("keys_confirmed", (0, confirmed)));

        Assert.Equal("True|False|False", await KeyAsync(database, vetoed));
        Assert.Equal("False|True|True", await KeyAsync(database, confirmed));
        Assert.Equal("False|False|True", await KeyAsync(database, fine));
        Assert.Equal(0, await OneAsync<long>(database, "SELECT active_from - confirmed_at FROM attested_keys WHERE confirmed_at IS NOT NULL AND root_id <> @request", Hash32.Zero));
    }

    [Fact]
    public async Task A_key_below_the_floor_is_told_from_one_that_lies_above_it()
    {
        var (below, at, other) = (Someone(1), Someone(2), Someone(3));
        await using var database = await IndexAsync(
            Registered(below, Id(1), tcb: 3), Registered(at, Id(1), tcb: 4), Registered(other, Id(2), tcb: 1),
            Of("keys_tcb_floor_raised", (0, Bytes(Id(1))), (1, new AbiValue.UInt(3))), Of("keys_tcb_floor_raised", (0, Bytes(Id(1))), (1, new AbiValue.UInt(4))));

        // The first floor above it counts, and only of its own kind of enclave. Two blocks lie before the first event.
        Assert.Equal(6, await BlockAsync(database, "tcb_floor_raised_at", below));
        Assert.Null(await BlockAsync(database, "tcb_floor_raised_at", at));
        Assert.Null(await BlockAsync(database, "tcb_floor_raised_at", other));
    }

    [Fact]
    public async Task A_key_is_succeeded_by_the_next_one_that_its_node_may_use()
    {
        var node = Someone(9);
        var (first, vetoed, revoked, next, last) = (Someone(1), Someone(2), Someone(3), Someone(4), Someone(5));
        await using var database = await IndexAsync(
            Succeeding(node, first, 1, 100), Succeeding(node, vetoed, 2, 200), Of("keys_vetoed", (0, vetoed)), Succeeding(node, revoked, 3, ulong.MaxValue >> 30), Of("keys_revoked", (0, revoked)),
            Succeeding(node, next, 4, 400), Succeeding(node, last, 5, 500), Succeeding(Someone(8), Someone(6), 6, 50));

        Assert.Equal(400, await SuccessorAsync(database, first));
        Assert.Equal(400, await SuccessorAsync(database, revoked));
        Assert.Equal(500, await SuccessorAsync(database, next));
        Assert.Null(await SuccessorAsync(database, last));
    }

    [Fact]
    public async Task A_successor_whose_veto_was_overruled_succeeds_from_then_on()
    {
        var (node, first, second) = (Someone(9), Someone(1), Someone(2));
        await using var database = await IndexAsync(Succeeding(node, first, 1, 100), Succeeding(node, second, 2, 200), Of("keys_vetoed", (0, second)), Of("keys_confirmed", (0, second)));

        Assert.Equal(5, await BlockAsync(database, "successor_active_from", first));
    }

    [Fact]
    public async Task A_challenge_by_proof_is_a_challenge()
    {
        await using var database = await IndexAsync(Of("court_challenged_by_proof", (0, Bytes(Id(1))), (2, Bytes(Id(2)))), Of("court_case_opened", (0, Bytes(Id(3)))));

        Assert.Equal(2, await OneAsync<long>(database, "SELECT COUNT(*) FROM challenges WHERE request_id <> @request", Hash32.Zero));
        Assert.Equal(Id(2), await OneAsync<Hash32>(database, "SELECT other_commit FROM challenges WHERE by_proof AND deposit IS NULL AND request_id = @request", Id(1)));
    }

    private static async Task<string> ReceiptAsync(IDatabase database, Hash32 request) => await database.ReadAsync(
        async session =>
        {
            var row = await session.QuerySingleAsync<Receipt>(
                """
                SELECT assurance AS Assurance, raised_at AS RaisedAt, overturned_at AS OverturnedAt, is_corrected AS IsCorrected, is_failure AS IsFailure
                FROM receipts WHERE request_id = @request
                """,
                new { request });
            return $"{row.Assurance}|{row.RaisedAt is not null}|{row.OverturnedAt is not null}|{row.IsCorrected}|{row.IsFailure}";
        },
        Stop);

    private static async Task<string> KeyAsync(IDatabase database, AbiValue.Address signer) => await database.ReadAsync(
        async session =>
        {
            var row = await session.QuerySingleAsync<Key>(
                "SELECT vetoed_at AS VetoedAt, confirmed_at AS ConfirmedAt, active_from AS ActiveFrom FROM attested_keys WHERE signer = @Value", new { signer.Value });
            return $"{row.VetoedAt is not null}|{row.ConfirmedAt is not null}|{row.ActiveFrom is not null}";
        },
        Stop);

    private static Task<T> OneAsync<T>(IDatabase database, string sql, Hash32 request) =>
        database.ReadAsync(session => session.QuerySingleAsync<T>(sql, new { request }), Stop);

    private async Task<IDatabase> IndexAsync(params Log[] logs)
    {
        await using var chain = new IndexedChain();
        foreach (var log in logs)
            chain.Blocks.Mine(log);
        var database = await databases.OpenAsync(IndexerSchema.Migrations);
        await FamilyStore.PrepareAsync(database, IndexedChain.Chain, Families, cancellationToken: Stop);
        await chain.SettleAsync(database, Families);
        return database;
    }

    private static Log Settled(Hash32 request, int assurance, Hash32 output) => Of("hub_settled", (0, Bytes(request)), (3, Settlement(assurance, output)));

    private static AbiValue.Tuple Settlement(int assurance, Hash32 output)
    {
        var table = TableOf("hub_settled");
        var items = ((AbiValue.Tuple)RandomValues.Of(table.Event.Inputs.Components[3].Type, Random)).Items;
        return new AbiValue.Tuple(items.SetItem(0, Bytes(output)).SetItem(7, new AbiValue.UInt((ulong)assurance)));
    }

    private static Log Registered(AbiValue.Address signer) => Of("keys_registered", (1, signer));

    private static Log Registered(AbiValue.Address signer, Hash32 tee, ulong tcb)
    {
        var items = ((AbiValue.Tuple)RandomValues.Of(TableOf("keys_registered").Event.Inputs.Components[3].Type, Random)).Items;
        return Of("keys_registered", (1, signer), (3, new AbiValue.Tuple(items.SetItem(5, Bytes(tee)).SetItem(9, new AbiValue.UInt(tcb)))));
    }

    private static Log Succeeding(AbiValue.Address node, AbiValue.Address signer, ulong epoch, ulong activeFrom) =>
        Of("keys_registered", (0, node), (1, signer), (2, new AbiValue.UInt(epoch)), (5, new AbiValue.UInt(activeFrom)));

    private static Task<long?> SuccessorAsync(IDatabase database, AbiValue.Address signer) => database.ReadAsync(
        session => session.QuerySingleAsync<long?>("SELECT successor_active_from FROM attested_keys WHERE signer = @Value", new { signer.Value }), Stop);

    // The number of the block whose time a column has.
    private static async Task<long?> BlockAsync(IDatabase database, string column, AbiValue.Address signer)
    {
        var time = await database.ReadAsync(session => session.QuerySingleAsync<long?>($"SELECT {column} FROM attested_keys WHERE signer = @Value", new { signer.Value }), Stop);
        return time is null ? null : (time - FirstBlockTime) / BlockSeconds;
    }

    // The event with some values, and any others.
    private static Log Of(string name, params (int Place, AbiValue Value)[] values)
    {
        var table = TableOf(name);
        var all = table.Event.Inputs.Components.Select(parameter => RandomValues.Of(parameter.Type, Random)).ToArray();
        foreach (var (place, value) in values)
            all[place] = value;
        return table.Event.Encode(Contract, all);
    }

    private static EventTable TableOf(string name) => Families.SelectMany(family => family.Tables).Single(table => table.Name == name);

    private static Hash32 Id(int number) => Hash32.FromUInt256((ulong)number);

    private static AbiValue.Bytes Bytes(Hash32 hash) => new(hash.ToArray());

    private static AbiValue.Address Someone(int number)
    {
        var bytes = new byte[20];
        bytes[19] = (byte)number;
        return new AbiValue.Address(new Address(bytes));
    }

    private sealed class Receipt
    {
        public long Assurance { get; init; }

        public long? RaisedAt { get; init; }

        public long? OverturnedAt { get; init; }

        public bool? IsCorrected { get; init; }

        public bool IsFailure { get; init; }
    }

    private sealed class Key
    {
        public long? VetoedAt { get; init; }

        public long? ConfirmedAt { get; init; }

        public long? ActiveFrom { get; init; }
    }
}
