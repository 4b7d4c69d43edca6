using OpenGradient.Database;
using OpenGradient.Database.Leases;
using OpenGradient.Database.Migrations;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Sending;

/// <summary>
/// Where orders are given and followed. Everything happens in the caller's own transaction, so that a job and its order are written
/// together.
/// </summary>
#pragma warning disable CA1711 // It is a queue.
public interface ITransactionQueue
#pragma warning restore CA1711
{
    /// <summary>
    /// Gives an order, and its number. The same order again, by purpose and idempotency key, gives the number it has; other contents under
    /// the same name are a bug: <see cref="InvalidOperationException"/>.
    /// </summary>
    Task<long> EnqueueAsync(DatabaseSession session, TransactionOrder order);

    /// <summary>Null where there is no such order.</summary>
    Task<TransactionView?> FindAsync(DatabaseSession session, long id);

    /// <summary>Withdraws an order that was not started; false where it was, or is over.</summary>
    Task<bool> TryCancelAsync(DatabaseSession session, long id);

    /// <summary>
    /// Takes the orders of a purpose whose state changed since it was last taken, oldest first, as they stand now. They come again only if
    /// this transaction is undone, or when they change again: what the caller does about them in the same transaction is done once.
    /// </summary>
    Task<IReadOnlyList<TransactionView>> TakeChangesAsync(DatabaseSession session, string purpose, int limit);

    /// <summary>How many orders of a key no node has yet.</summary>
    Task<int> CountUnsentAsync(DatabaseSession session, Address sender);

    /// <summary>Returns when an order may have changed in this process, or after the limit, since other processes are not heard.</summary>
    Task WaitForChangeAsync(TimeSpan limit, CancellationToken cancellationToken);
}

/// <inheritdoc cref="ITransactionQueue"/>
#pragma warning disable CA1711 // It is a queue.
public sealed class TransactionQueue(ChainId chain, TimeProvider? clock = null) : ITransactionQueue, IDisposable
#pragma warning restore CA1711
{
    private const string Columns =
        """
        id AS Id, purpose AS Purpose, idempotency_key AS IdempotencyKey, state AS State, nonce AS Nonce, hash AS MinedHash, block_number AS BlockNumber,
        block_hash AS BlockHash, succeeded AS Succeeded, gas_used AS GasUsed, cost AS Cost, fault AS Fault
        """;

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly ChangeSignal _changed = new();

    /// <summary>The tables: give these to <see cref="DatabaseFactory.OpenAsync"/>.</summary>
    public static IReadOnlyList<MigrationSet> Migrations { get; } = [Lease.Migrations, MigrationSet.FromResources("sending", typeof(TransactionQueue).Assembly)];

    public ChainId Chain => chain;

    /// <summary>Wakes the senders.</summary>
    internal ChangeSignal Ordered { get; } = new();

    public async Task<long> EnqueueAsync(DatabaseSession session, TransactionOrder order)
    {
        if (order.Mistake() is { } mistake)
            throw new ArgumentException(mistake, nameof(order));
        var now = _clock.GetUtcNow();
        var id = await session.QuerySingleOrDefaultAsync<long?>(
            """
            INSERT INTO transactions (chain, sender, purpose, idempotency_key, recipient, data, value, gas_limit, deadline, state, created_at, changed_at, is_told)
            VALUES (@chain, @From, @Purpose, @IdempotencyKey, @To, @Data, @Value, @GasLimit, @Deadline, 1, @now, @now, @isTold)
            ON CONFLICT (chain, purpose, idempotency_key) DO NOTHING
            RETURNING id
            """,
            new { chain, order.From, order.Purpose, order.IdempotencyKey, order.To, order.Data, order.Value, order.GasLimit, order.Deadline, now, isTold = true });
        if (id is { } added)
        {
            session.AfterCommit(Ordered.Raise);
            return added;
        }

        var known = await session.QuerySingleAsync<KnownOrder>(
            """
            SELECT id AS Id, sender AS Sender, recipient AS Recipient, data AS Data, value AS Value
            FROM transactions WHERE chain = @chain AND purpose = @Purpose AND idempotency_key = @IdempotencyKey
            """,
            new { chain, order.Purpose, order.IdempotencyKey });
        return known.Sender == order.From && known.Recipient == order.To && known.Value == order.Value && known.Data.Span.SequenceEqual(order.Data.Span)
            ? known.Id
            : throw new InvalidOperationException($"Order {known.Id} is called {order.Purpose}/{order.IdempotencyKey} too, and asks for something else.");
    }

    public async Task<TransactionView?> FindAsync(DatabaseSession session, long id)
    {
        var view = await session.QuerySingleOrDefaultAsync<TransactionView>($"SELECT {Columns} FROM transactions WHERE chain = @chain AND id = @id", new { chain, id });
        return view is null ? null : (await WithHashesAsync(session, [view]))[0];
    }

    public async Task<bool> TryCancelAsync(DatabaseSession session, long id) =>
        await session.ExecuteAsync(
            "UPDATE transactions SET state = 7, fault = 'withdrawn', changed_at = @now WHERE chain = @chain AND id = @id AND state = 1",
            new { chain, id, now = _clock.GetUtcNow() }) == 1;

    public Task<int> CountUnsentAsync(DatabaseSession session, Address sender) => session.QuerySingleAsync<int>(
        "SELECT count(*) FROM transactions WHERE chain = @chain AND sender = @sender AND state IN (1, 2)", new { chain, sender });

    public async Task<IReadOnlyList<TransactionView>> TakeChangesAsync(DatabaseSession session, string purpose, int limit)
    {
        var changed = await session.QueryAsync<TransactionView>(
            $"SELECT {Columns} FROM transactions WHERE chain = @chain AND purpose = @purpose AND "
                + session.Sql("is_told = 0 ORDER BY id LIMIT @limit", "NOT is_told ORDER BY id LIMIT @limit FOR UPDATE SKIP LOCKED"),
            new { chain, purpose, limit });
        await session.ExecuteManyAsync("UPDATE transactions SET is_told = @isTold WHERE id = @Id", changed.Select(view => new { view.Id, isTold = true }).ToList());
        return await WithHashesAsync(session, changed);
    }

    public Task WaitForChangeAsync(TimeSpan limit, CancellationToken cancellationToken) => _changed.WaitAsync(limit, _clock, cancellationToken);

    public void Dispose()
    {
        _changed.Dispose();
        Ordered.Dispose();
    }

    /// <summary>Wakes whoever follows orders.</summary>
    internal void RaiseChanged() => _changed.Raise();

    private static async Task<IReadOnlyList<TransactionView>> WithHashesAsync(DatabaseSession session, IReadOnlyList<TransactionView> views)
    {
        var started = views.Where(view => view.Nonce is not null).ToList();
        if (started.Count == 0)
            return views;

        var attempts = await session.QueryAsync<AttemptHash>(
            session.Sql(
                "SELECT transaction_id AS Id, hash AS Hash FROM transaction_attempts WHERE transaction_id IN @ids ORDER BY transaction_id, number",
                "SELECT transaction_id AS Id, hash AS Hash FROM transaction_attempts WHERE transaction_id = ANY(@ids) ORDER BY transaction_id, number"),
            new { ids = started.Select(view => view.Id).ToArray() });
        var hashes = attempts.ToLookup(attempt => attempt.Id, attempt => attempt.Hash);
        return [.. views.Select(view => view with { Hashes = [.. hashes[view.Id]] })];
    }

    private sealed class KnownOrder
    {
        public long Id { get; init; }

        public Address Sender { get; init; }

        public Address? Recipient { get; init; }

        public ReadOnlyMemory<byte> Data { get; init; }

        public Wei Value { get; init; }
    }

    private sealed class AttemptHash
    {
        public long Id { get; init; }

        public Hash32 Hash { get; init; }
    }
}
