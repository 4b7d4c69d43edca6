using OpenGradient.Database.Migrations;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support.Databases;

namespace OpenGradient.Database.Tests;

public sealed class SqliteMappingTests(SqliteFixture databases) : MappingTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresMappingTests(PostgresFixture databases) : MappingTests(databases);

public enum Colour
{
    Red = 1,
    Blue = 7,
}

public abstract class MappingTests(IDatabaseFixture databases)
{
    private static MigrationSet Table { get; } = MigrationSet.Of("test", new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["0001-t.sqlite.sql"] =
            """
            CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, account BLOB, hash BLOB, number BLOB, amount BLOB, block INTEGER, chain INTEGER, nonce INTEGER, time INTEGER,
              colour INTEGER, flag INTEGER, data BLOB) STRICT
            """,
        ["0001-t.postgres.sql"] =
            """
            CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, account BYTEA, hash BYTEA, number BYTEA, amount BYTEA, block BIGINT, chain BIGINT, nonce BIGINT, time BIGINT,
              colour SMALLINT, flag BOOLEAN, data BYTEA)
            """,
    });

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_type_of_the_domain_comes_back_as_it_went_in_by_either_way()
    {
        await using var database = await databases.OpenAsync(Table);
        Row[] rows =
        [
            new()
            {
                Id = 1, Account = Address.Parse("0x00000000000000000000000000000000000000ff"), Hash = new Hash32(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()),
                Number = UInt256.MaxValue, Amount = Wei.FromEther("1.5"), Block = new BlockNumber(long.MaxValue), Chain = new ChainId(31337), Nonce = long.MaxValue,
                Time = new DateTimeOffset(2026, 11, 21, 1, 2, 3, 4, TimeSpan.Zero), Colour = Colour.Blue, Flag = true, Data = new byte[] { 1, 2, 3 },
            },
            new() { Id = 2 },
            new() { Id = 3, Number = UInt256.Zero, Amount = Wei.Zero, Block = new BlockNumber(0), Nonce = 0, Time = DateTimeOffset.UnixEpoch, Colour = Colour.Red, Flag = false, Data = Array.Empty<byte>() },
        ];
        const string Insert = "INSERT INTO t VALUES (@Id, @Account, @Hash, @Number, @Amount, @Block, @Chain, @Nonce, @Time, @Colour, @Flag, @Data)";

        await database.WriteAsync(session => session.ExecuteManyAsync(Insert, rows), Stop);
        Assert.Equal(rows, await ReadAsync(database));
        await database.WriteAsync(session => session.ExecuteAsync("DELETE FROM t"), Stop);
        foreach (var row in rows)
            await database.WriteAsync(session => session.ExecuteAsync(Insert, row), Stop);
        Assert.Equal(rows, await ReadAsync(database));
    }

    [Fact]
    public async Task Amounts_sort_as_numbers()
    {
        await using var database = await databases.OpenAsync(Table);
        UInt256[] numbers = [UInt256.MaxValue, 0UL, 256UL, 255UL, UInt256.One << 200, 1UL];

        await database.WriteAsync(
            session => session.ExecuteManyAsync("INSERT INTO t (id, number) VALUES (@id, @number)", numbers.Select((number, id) => new { id, number }).ToList()), Stop);

        Assert.Equal(numbers.Order(), await database.ReadAsync(session => session.QueryAsync<UInt256>("SELECT number FROM t ORDER BY number"), Stop));
    }

    [Fact]
    public async Task A_number_past_the_columns_is_refused_before_it_is_written()
    {
        await using var database = await databases.OpenAsync(Table);

        await Assert.ThrowsAsync<OverflowException>(() => database.WriteAsync(
            session => session.ExecuteAsync("INSERT INTO t (id, nonce) VALUES (1, @nonce)", new { nonce = ulong.MaxValue }), Stop));
    }

    [Fact]
    public async Task A_column_of_another_length_is_no_address()
    {
        await using var database = await databases.OpenAsync(Table);
        await database.WriteAsync(session => session.ExecuteAsync("INSERT INTO t (id, account) VALUES (1, @account)", new { account = new byte[19] }), Stop);

        await Assert.ThrowsAnyAsync<Exception>(() => database.ReadAsync(session => session.QueryAsync<Row>("SELECT id, account FROM t"), Stop));
    }

    private static Task<IReadOnlyList<Row>> ReadAsync(IDatabase database) => database.ReadAsync(session => session.QueryAsync<Row>("SELECT * FROM t ORDER BY id"), Stop);

    public sealed record Row
    {
        public long Id { get; init; }

        public Address? Account { get; init; }

        public Hash32? Hash { get; init; }

        public UInt256? Number { get; init; }

        public Wei? Amount { get; init; }

        public BlockNumber? Block { get; init; }

        public ChainId? Chain { get; init; }

        public ulong? Nonce { get; init; }

        public DateTimeOffset? Time { get; init; }

        public Colour? Colour { get; init; }

        public bool? Flag { get; init; }

        public ReadOnlyMemory<byte>? Data { get; init; }

        public bool Equals(Row? other) => other is not null && ToString() == other.ToString() && Bytes() == other.Bytes();

        public override int GetHashCode() => Id.GetHashCode();

        private string? Bytes() => Data is { } data ? Convert.ToHexString(data.Span) : null;
    }
}
