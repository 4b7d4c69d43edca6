using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Sending;

namespace OpenGradient.Relayer.Earnings;

/// <summary>The hours of earnings in the database: found from our answers, collected by orders.</summary>
public sealed class EarningsBook(IDatabase database, ITransactionQueue queue, IOrders orders, TimeProvider clock)
{
    /// <summary>The most hours that one transaction collects.</summary>
    public const int MostHours = 100;

    private const ulong Hour = 3_600;
    private const int MostFound = 10_000;

    /// <summary>Writes down the hours in whose end our answers became final. They outlast their jobs.</summary>
    public Task FindAsync(Address payee, ulong activeTime, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            List<HourRow> found = [];
            // From hour to hour by the index, however many answers there are in each.
            for (var after = 0UL; found.Count < MostFound;)
            {
                var next = await session.QuerySingleOrDefaultAsync<long?>(
                    "SELECT MIN(until) FROM jobs WHERE ended IN (1, 2) AND until > @after AND until <= @activeTime", new { after, activeTime });
                if (next is not { } until)
                    break;
                after = ((ulong)until + Hour - 1) / Hour * Hour;
                if (after <= activeTime)
                    found.Add(new HourRow { Payee = payee, HourEnd = after });
            }

            await session.ExecuteManyAsync(
                "INSERT INTO earnings (payee, hour_end) VALUES (@Payee, @HourEnd) ON CONFLICT (payee, hour_end) DO NOTHING", found);
        },
        cancellationToken);

    /// <summary>The oldest hours that were not collected and that no order is about.</summary>
    public Task<IReadOnlyList<WaitingHour>> WaitingAsync(Address payee, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            // Nobody else follows these orders: taking their changes lets them be forgotten one day.
            await queue.TakeChangesAsync(session, QueuedOrders.NameOf(OrderPurpose.Collect), MostHours);
            var rows = await session.QueryAsync<HourRow>(
                $"""
                SELECT hour_end AS HourEnd, order_id AS OrderId FROM earnings
                WHERE payee = @payee AND collected_at IS NULL ORDER BY hour_end LIMIT {MostHours}
                """,
                new { payee });
            List<WaitingHour> waiting = [];
            foreach (var row in rows)
            {
                var order = row.OrderId is { } id ? await queue.FindAsync(session, id) : null;
                if (order is null or { IsOver: true })
                    waiting.Add(new WaitingHour(row.HourEnd, order is { State: TransactionState.Finalized, Succeeded: true }));
            }

            return (IReadOnlyList<WaitingHour>)waiting;
        },
        cancellationToken);

    /// <summary>Nothing is left there any more: we collected it, or somebody else did.</summary>
    public Task CloseAsync(Address payee, IReadOnlyCollection<ulong> hourEnds, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.ExecuteManyAsync(
            "UPDATE earnings SET collected_at = @Now WHERE payee = @Payee AND hour_end = @HourEnd",
            hourEnds.Select(hour => new HourRow { Payee = payee, HourEnd = hour, Now = clock.GetUtcNow() }).ToList()),
        cancellationToken);

    /// <summary>Orders the collection, unless another process has just done so.</summary>
    /// <returns>Whether it was ordered.</returns>
    public Task<bool> OrderAsync(
        Address payee, IReadOnlyList<ulong> hourEnds, Func<string, Order> order, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            var rows = await session.QueryAsync<HourRow>(
                "SELECT hour_end AS HourEnd, order_id AS OrderId, attempts AS Attempts FROM earnings WHERE payee = @payee AND hour_end "
                + session.Sql("IN @Hours", "= ANY(@Hours) FOR UPDATE"),
                new { payee, Hours = hourEnds.Select(hour => (long)hour).ToArray() });
            foreach (var row in rows)
            {
                if (row.OrderId is { } id && await queue.FindAsync(session, id) is { IsOver: false })
                    return false;
            }

            // Each attempt at an hour is another order, and the same attempt is the same one.
            var attempt = rows.Max(row => row.Attempts) + 1;
            var placed = await orders.PlaceAsync(session, order($"collect:{payee}:{hourEnds[0]}-{hourEnds[^1]}:{hourEnds.Count}:{attempt}"));
            await session.ExecuteManyAsync(
                "UPDATE earnings SET order_id = @OrderId, attempts = @Attempts WHERE payee = @Payee AND hour_end = @HourEnd",
                rows.Select(row => new HourRow { Payee = payee, HourEnd = row.HourEnd, OrderId = placed, Attempts = attempt }).ToList());
            return true;
        },
        cancellationToken);

    private sealed class HourRow
    {
        public Address Payee { get; init; }

        public ulong HourEnd { get; init; }

        public long? OrderId { get; init; }

        public int Attempts { get; init; }

        public DateTimeOffset? Now { get; init; }
    }
}

/// <summary>An hour that was not collected yet, as far as is known.</summary>
/// <param name="HourEnd">Its end, as active time.</param>
/// <param name="IsOrderFinal">Whether an order of ours has collected it, for good.</param>
public sealed record WaitingHour(ulong HourEnd, bool IsOrderFinal);
