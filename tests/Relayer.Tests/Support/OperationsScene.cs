using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Attesting;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Proving.Schema;
using OpenGradient.Sending;
using OpenGradient.Support.Databases;

namespace OpenGradient.Relayer.Tests.Support;

/// <summary>All tables, with rows that a test says.</summary>
internal sealed class OperationsScene : IAsyncDisposable
{
    private OperationsScene(DatabaseOptions options, IDatabase database) => (Options, Database) = (options, database);

    public DatabaseOptions Options { get; }

    public IDatabase Database { get; }

    public TransactionQueue Queue { get; } = new(new ChainId(31337));

    public static Address Node { get; } = Address.Parse("0x00000000000000000000000000000000000000a1");

    public static Hash32 Version { get; } = Hash32.FromUInt256(0xAA);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<OperationsScene> OpenAsync(IDatabaseFixture fixture)
    {
        var options = await fixture.CreateAsync();
        return new OperationsScene(options, await DatabaseFactory.OpenAsync(
            options, [.. TransactionQueue.Migrations, RelayerSchema.Migrations, OperationsSchema.Migrations, AttestingSchema.Migrations, ProvingSchema.Migrations], cancellationToken: Stop));
    }

    public static Hash32 Id(int number) => Hash32.FromUInt256((ulong)number);

    public Task ExecuteAsync(string sql, object? parameters = null) => Database.WriteAsync(session => session.ExecuteAsync(sql, parameters), Stop);

    public Task<T> ScalarAsync<T>(string sql, object? parameters = null) => Database.ReadAsync(session => session.QuerySingleAsync<T>(sql, parameters), Stop);

    /// <summary>A job that ended, or is open where the end is none.</summary>
    public Task AddJobAsync(
        int number, JobEnd end, DateTimeOffset? endedAt = null, ulong until = 0, ulong fee = 1_000, long? claimOrder = null, long? settlementOrder = null,
        bool isSettled = false, Hash32? version = null) => ExecuteAsync(
        """
        INSERT INTO jobs (request_id, requester, version_id, assurance, deadline, fee, asked, stage, node, until, claims, output_commit, is_delivered,
          answer_commit, answer, answered_at, compute_us, backend, turned_away, details, claim_order, settlement_order, ended, ended_at, settled_at, found_at, due_at)
        VALUES (@Id, @Node, @Version, 1, 9, @Fee, @Bytes, 1, @Node, @Until, 0, @Id, @No, @Id, @Bytes, 5, 2000, 'test', 0, NULL, @Claim, @Settlement, @Ended,
          @EndedAt, @SettledAt, 1, @DueAt)
        """,
        new
        {
            Id = Id(number),
            Node,
            Version = version ?? Version,
            Fee = (UInt256)fee,
            Bytes = new byte[] { 1 },
            Until = until,
            No = false,
            Claim = claimOrder,
            Settlement = settlementOrder,
            Ended = (int)end,
            EndedAt = endedAt,
            SettledAt = isSettled ? endedAt ?? DateTimeOffset.UnixEpoch : (DateTimeOffset?)null,
            DueAt = end == JobEnd.None ? DateTimeOffset.UnixEpoch : (DateTimeOffset?)null,
        });

    /// <summary>A transaction that is final, and cost this.</summary>
    public async Task<long> AddTransactionAsync(string key, DateTimeOffset changedAt, ulong? cost, bool isTold = true)
    {
        var id = await Database.WriteAsync(
            session => Queue.EnqueueAsync(session, new TransactionOrder { Purpose = "settle", IdempotencyKey = key, From = Node, To = Node, Data = new byte[] { 1 } }), Stop);
        await ExecuteAsync(
            """
            UPDATE transactions SET state = 5, nonce = @id, gas_limit = 1, hash = @Hash, is_empty = @No, block_number = 1, block_hash = @Hash, succeeded = @Yes,
              gas_used = 1, cost = @Cost, changed_at = @changedAt, is_told = @isTold WHERE id = @id
            """,
            new { id, Hash = Id((int)id + 1_000), No = false, Yes = true, Cost = cost is { } wei ? new Wei(wei) : (Wei?)null, changedAt, isTold });
        return id;
    }

    /// <summary>Something that the chain told of a request.</summary>
    public Task AddLogAsync(int subject, long block, int index = 0) => ExecuteAsync(
        """
        INSERT INTO chain_logs (block_hash, log_index, block_number, transaction_hash, subject, emitter, topics, data)
        VALUES (@Block, @index, @Number, @Block, @Subject, @Node, @Bytes, @Bytes)
        """,
        new { Block = Id((int)block + 5_000), index, Number = block, Subject = Id(subject), Node, Bytes = Array.Empty<byte>() });

    public async ValueTask DisposeAsync()
    {
        Queue.Dispose();
        await Database.DisposeAsync();
    }
}
