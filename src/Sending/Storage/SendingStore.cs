using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Sending.Storage;

/// <summary>The rows of one key. What is written is written as the holder of the key's lease.</summary>
internal sealed class SendingStore(IDatabase database, KeyLease lease, TransactionQueue queue, Address sender, TimeProvider clock)
{
    private const string Flying =
        """
        SELECT t.id AS Id, t.purpose AS Purpose, t.nonce AS Nonce, t.recipient AS Recipient, t.data AS Data, t.value AS Value,
          t.gas_limit AS GasLimit, t.fault AS Fault, a.number AS Number, a.hash AS Hash, a.encoding AS Encoding, a.is_empty AS IsEmpty, a.max_fee AS MaxFee, a.tip AS Tip, a.head AS Head
        FROM transactions t
        JOIN transaction_attempts a ON a.transaction_id = t.id AND a.number = (SELECT max(number) FROM transaction_attempts WHERE transaction_id = t.id)
        """;

    private ChainId Chain => queue.Chain;

    /// <summary>The orders to start next: the earliest deadline first, then in the order in which they were given.</summary>
    public Task<IReadOnlyList<WaitingRow>> WaitingAsync(int limit, CancellationToken stop) => database.ReadAsync(
        session => session.QueryAsync<WaitingRow>(
            """
            SELECT id AS Id, purpose AS Purpose, recipient AS Recipient, data AS Data, value AS Value, gas_limit AS GasLimit, deadline AS Deadline,
              COALESCE((SELECT max(number) FROM transaction_attempts WHERE transaction_id = transactions.id), 0) AS Attempts
            FROM transactions WHERE chain = @Chain AND sender = @sender AND state = 1 ORDER BY COALESCE(deadline, 9223372036854775807), id LIMIT @limit
            """,
            new { Chain, sender, limit }),
        stop);

    /// <summary>The group that is in progress, by nonce.</summary>
    public Task<IReadOnlyList<FlyingRow>> InProgressAsync(CancellationToken stop) => database.ReadAsync(
        session => session.QueryAsync<FlyingRow>(
            $"{Flying} WHERE t.chain = @Chain AND t.sender = @sender AND t.state = 2 ORDER BY t.nonce", new { Chain, sender }),
        stop);

    /// <summary>What was sent and is in no block, from a nonce on.</summary>
    public Task<IReadOnlyList<FlyingRow>> UnconfirmedAsync(ulong fromNonce, int limit, CancellationToken stop) => database.ReadAsync(
        session => session.QueryAsync<FlyingRow>(
            $"{Flying} WHERE t.chain = @Chain AND t.sender = @sender AND t.state = 3 AND t.nonce >= @fromNonce ORDER BY t.nonce LIMIT @limit",
            new { Chain, sender, fromNonce, limit }),
        stop);

    /// <summary>The most that what is in flight can still cost.</summary>
    public async Task<Wei> CostInFlightAsync(CancellationToken stop)
    {
        var rows = await database.ReadAsync(
            session => session.QueryAsync<FlyingRow>(
                """
                SELECT t.value AS Value, t.gas_limit AS GasLimit, a.max_fee AS MaxFee
                FROM transactions t
                JOIN transaction_attempts a ON a.transaction_id = t.id AND a.number = (SELECT max(number) FROM transaction_attempts WHERE transaction_id = t.id)
                WHERE t.chain = @Chain AND t.sender = @sender AND t.state IN (2, 3)
                """,
                new { Chain, sender }),
            stop);
        return rows.Select(row => row.MostCost).Aggregate(Wei.Zero, Fees.FeePolicy.Sum);
    }

    public async Task<(int Count, ulong? NextNonce)> FlightAsync(CancellationToken stop) => await database.ReadAsync(
        async session => (
            await session.QuerySingleAsync<int>(
                "SELECT count(*) FROM transactions WHERE chain = @Chain AND sender = @sender AND state IN (2, 3)", new { Chain, sender }),
            await session.QuerySingleOrDefaultAsync<ulong?>(
                "SELECT next_nonce FROM sending_keys WHERE chain = @Chain AND sender = @sender", new { Chain, sender })),
        stop);

    /// <summary>The hashes of what is in no block as far as we know, below a nonce.</summary>
    public Task<IReadOnlyList<HashRow>> HashesBelowAsync(ulong nonce, CancellationToken stop) => database.ReadAsync(
        session => session.QueryAsync<HashRow>(
            """
            SELECT t.id AS Id, t.nonce AS Nonce, a.hash AS Hash, a.is_empty AS IsEmpty, t.fault AS Fault
            FROM transactions t JOIN transaction_attempts a ON a.transaction_id = t.id
            WHERE t.chain = @Chain AND t.sender = @sender AND t.state = 3 AND t.nonce < @nonce ORDER BY t.nonce, a.number DESC
            """,
            new { Chain, sender, nonce }),
        stop);

    /// <summary>The blocks that hold our transactions and are not final for us, up to a height.</summary>
    public Task<IReadOnlyList<MinedRow>> MinedBlocksAsync(BlockNumber upTo, int limit, CancellationToken stop) => database.ReadAsync(
        session => session.QueryAsync<MinedRow>(
            """
            SELECT block_number AS BlockNumber, block_hash AS BlockHash FROM transactions
            WHERE chain = @Chain AND sender = @sender AND state = 4 AND block_number <= @upTo
            GROUP BY block_number, block_hash ORDER BY block_number DESC LIMIT @limit
            """,
            new { Chain, sender, upTo, limit }),
        stop);

    public Task<IReadOnlyList<MinedRow>> MinedAsync(BlockNumber upTo, int limit, CancellationToken stop) => database.ReadAsync(
        session => session.QueryAsync<MinedRow>(
            """
            SELECT id AS Id, hash AS Hash, is_empty AS IsEmpty, block_number AS BlockNumber, block_hash AS BlockHash, succeeded AS Succeeded,
              gas_used AS GasUsed, cost AS Cost
            FROM transactions WHERE chain = @Chain AND sender = @sender AND state = 4 AND block_number <= @upTo ORDER BY block_number, id LIMIT @limit
            """,
            new { Chain, sender, upTo, limit }),
        stop);

    /// <summary>The key's first use: its next nonce is the chain's.</summary>
    public Task OpenKeyAsync(ulong nonce, CancellationToken stop) => lease.WriteAsync(
        session => session.ExecuteAsync(
            "INSERT INTO sending_keys (chain, sender, next_nonce) VALUES (@Chain, @sender, @nonce) ON CONFLICT (chain, sender) DO NOTHING",
            new { Chain, sender, nonce }),
        stop);

    /// <summary>
    /// Gives orders their nonces, with what was signed. False, and nothing is written, where one of them was cancelled meanwhile.
    /// </summary>
    public async Task<bool> StartAsync(IReadOnlyList<FlyingRow> rows, IReadOnlyList<NewAttempt> attempts, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        try
        {
            await lease.WriteAsync(
                async session =>
                {
                    var started = await session.ExecuteManyAsync(
                        "UPDATE transactions SET state = 2, nonce = @Nonce, place = @place, gas_limit = @GasLimit, changed_at = @now WHERE id = @Id AND state = 1",
                        rows.Select((row, place) => new { row.Id, row.Nonce, row.GasLimit, place, now }).ToList());
                    if (started != rows.Count)
                        throw new GroupChangedException();
                    await AddAttemptsAsync(session, attempts, now);
                },
                stop);
            return true;
        }
        catch (GroupChangedException)
        {
            return false;
        }
    }

    /// <summary>What came of sending the group that is in progress.</summary>
    public Task LandAsync(
        IReadOnlyCollection<long> accepted, IReadOnlyCollection<(long Id, string Fault)> givenUp, IReadOnlyCollection<NewAttempt> attempts, ulong nextNonce,
        CancellationToken stop) =>
        WriteAsync(
            async (session, now) =>
            {
                await session.ExecuteManyAsync(
                    "UPDATE transactions SET state = 3, place = NULL, changed_at = @now, is_told = @isTold WHERE id = @id AND state = 2",
                    accepted.Select(id => new { id, now, isTold = false }).ToList());
                await GiveUpAsync(session, givenUp, now);
                await AddAttemptsAsync(session, attempts, now);
                await session.ExecuteAsync(
                    "UPDATE sending_keys SET next_nonce = @nextNonce WHERE chain = @Chain AND sender = @sender AND next_nonce < @nextNonce",
                    new { Chain, sender, nextNonce });
            },
            stop);

    /// <summary>New attempts of what was sent before; those that are empty give their orders up.</summary>
    public Task ReplaceAsync(IReadOnlyCollection<NewAttempt> attempts, IReadOnlyCollection<(long Id, string Fault)> givenUp, CancellationToken stop) => WriteAsync(
        async (session, now) =>
        {
            await GiveUpAsync(session, givenUp, now);
            await AddAttemptsAsync(session, attempts, now);
        },
        stop);

    /// <summary>Ends orders that never got a nonce.</summary>
    public Task EndUnstartedAsync(IReadOnlyCollection<(long Id, TransactionState State, string Fault)> orders, CancellationToken stop) => WriteAsync(
        (session, now) => session.ExecuteManyAsync(
            "UPDATE transactions SET state = @State, fault = @Fault, changed_at = @now, is_told = @isTold WHERE id = @Id AND state = 1",
            orders.Select(order => new { order.Id, order.State, order.Fault, now, isTold = false }).ToList()),
        stop);

    public Task ConfirmAsync(IReadOnlyCollection<MinedRow> rows, CancellationToken stop) => WriteAsync(
        (session, now) => session.ExecuteManyAsync(
            """
            UPDATE transactions SET state = 4, hash = @Hash, is_empty = @IsEmpty, block_number = @BlockNumber, block_hash = @BlockHash, succeeded = @Succeeded,
              gas_used = @GasUsed, cost = @Cost, confirmed_at = @ConfirmedAt, changed_at = @now, is_told = @isTold
            WHERE id = @Id AND state = 3
            """,
            rows.Select(row => new
            {
                row.Id,
                row.Hash,
                row.IsEmpty,
                row.BlockNumber,
                row.BlockHash,
                row.Succeeded,
                row.GasUsed,
                row.Cost,
                ConfirmedAt = row.MinedBefore < now ? row.MinedBefore : now,
                now,
                isTold = false,
            }).ToList()),
        stop);

    /// <summary>What is in a block whose nonce the chain does not count any more; gives how many there were.</summary>
    public async Task<int> UnconfirmFromAsync(ulong nonce, CancellationToken stop)
    {
        var any = await database.ReadAsync(
            session => session.QuerySingleAsync<int>(
                "SELECT count(*) FROM transactions WHERE chain = @Chain AND sender = @sender AND state = 4 AND nonce >= @nonce", new { Chain, sender, nonce }),
            stop);
        if (any > 0)
        {
            await WriteAsync(
                (session, now) => session.ExecuteAsync($"{Unconfirm} AND nonce >= @nonce", new { Chain, sender, nonce, now, isTold = false }), stop);
        }

        return any;
    }

    /// <summary>What is in blocks that were replaced.</summary>
    public Task UnconfirmBlocksAsync(IReadOnlyCollection<Hash32> blocks, CancellationToken stop) => WriteAsync(
        (session, now) => session.ExecuteManyAsync(
            $"{Unconfirm} AND block_hash = @block", blocks.Select(block => new { Chain, sender, block, now, isTold = false }).ToList()),
        stop);

    /// <summary>What is final: done, or given up where the empty transaction was mined in its place.</summary>
    public Task FinaliseAsync(IReadOnlyCollection<MinedRow> rows, CancellationToken stop) => WriteAsync(
        (session, now) => session.ExecuteManyAsync(
            "UPDATE transactions SET state = @state, changed_at = @now, is_told = @isTold WHERE id = @Id AND state = 4 AND block_hash = @BlockHash",
            rows.Select(row => new
            {
                row.Id,
                row.BlockHash,
                state = row.IsEmpty ? TransactionState.Fatal : TransactionState.Finalized,
                now,
                isTold = false,
            }).ToList()),
        stop);

    /// <summary>Orders whose nonce another transaction took for good: they wait anew, but for those that were given up.</summary>
    public Task RequeueAsync(IReadOnlyCollection<HashRow> orders, CancellationToken stop) => WriteAsync(
        (session, now) => session.ExecuteManyAsync(
            "UPDATE transactions SET state = @state, nonce = NULL, changed_at = @now, is_told = @isTold WHERE id = @Id AND state = 3",
            orders.Select(order => new
            {
                order.Id,
                state = order.Fault is null ? TransactionState.Unstarted : TransactionState.Fatal,
                now,
                isTold = false,
            }).ToList()),
        stop);

    private const string Unconfirm =
        """
        UPDATE transactions SET state = 3, hash = NULL, is_empty = NULL, block_number = NULL, block_hash = NULL, succeeded = NULL, gas_used = NULL, cost = NULL,
          confirmed_at = NULL, changed_at = @now, is_told = @isTold
        WHERE chain = @Chain AND sender = @sender AND state = 4
        """;

    private static Task<int> GiveUpAsync(DatabaseSession session, IReadOnlyCollection<(long Id, string Fault)> orders, DateTimeOffset now) => session.ExecuteManyAsync(
        "UPDATE transactions SET fault = @Fault, changed_at = @now WHERE id = @Id", orders.Select(order => new { order.Id, order.Fault, now }).ToList());

    // The transaction may run again after it took effect: the same attempt is there then.
    private static Task<int> AddAttemptsAsync(DatabaseSession session, IReadOnlyCollection<NewAttempt> attempts, DateTimeOffset now) => session.ExecuteManyAsync(
        """
        INSERT INTO transaction_attempts (transaction_id, number, hash, encoding, is_empty, max_fee, tip, head, created_at)
        VALUES (@Id, @Number, @Hash, @Encoding, @IsEmpty, @Max, @Tip, @Head, @now) ON CONFLICT (hash) DO NOTHING
        """,
        attempts.Select(attempt => new
        {
            attempt.Id,
            attempt.Number,
            attempt.Signed.Hash,
            attempt.Signed.Encoding,
            attempt.IsEmpty,
            attempt.Fees.Max,
            attempt.Fees.Tip,
            attempt.Head,
            now,
        }).ToList());

    private Task WriteAsync(Func<DatabaseSession, DateTimeOffset, Task> write, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        return lease.WriteAsync(
            session =>
            {
                session.AfterCommit(queue.RaiseChanged);
                return write(session, now);
            },
            stop);
    }

    private sealed class GroupChangedException : Exception;
}
