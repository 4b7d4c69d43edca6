using System.Security.Cryptography;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Jobs;

/// <summary>The jobs in the database: taken by lease, and given back with what was done.</summary>
/// <param name="database">Where.</param>
/// <param name="orders">The transactions.</param>
/// <param name="owner">This process: no other has the same name.</param>
/// <param name="clock">The time.</param>
public sealed class JobStore(IDatabase database, IOrders orders, string owner, TimeProvider clock)
{
    /// <summary>Takes due jobs that nobody else works on.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="length">How long the lease lasts; whatever takes longer is done again by somebody else.</param>
    /// <param name="wanted">Which.</param>
    /// <param name="cancellationToken">Ends it early; what was taken then is free again when its lease ends.</param>
    public Task<IReadOnlyList<LeasedJob>> LeaseDueAsync(int most, TimeSpan length, WantedJobs wanted, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        // No secret: nobody gains by knowing where a round starts.
        var start = new Address(RandomNumberGenerator.GetBytes(Address.ByteLength));
        return database.WriteAsync(
            async session =>
            {
                var answered = await session.QueryAsync<JobRow>(session.Sql(JobTurns.SqliteAnswered, JobTurns.PostgresAnswered), Parameters(most, each: 0));
                List<JobRow> rows = [.. answered.OrderBy(row => row.Deadline)];
                if (wanted == WantedJobs.All)
                {
                    // An earlier look takes what has its turn earlier.
                    foreach (var each in JobTurns.Looks(most - rows.Count).TakeWhile(_ => rows.Count < most))
                    {
                        var taken = await session.QueryAsync<JobRow>(
                            session.Sql(JobTurns.SqliteUnanswered, JobTurns.PostgresUnanswered), Parameters(most - rows.Count, each));
                        rows.AddRange(taken.OrderBy(row => row.Deadline));
                        // Whoever has more waiting would have filled this look alone.
                        if (taken.Count < each)
                            break;
                    }
                }

                return await WithOrdersAsync(session, rows);
            },
            // A lease that a loss of power takes along ends with the process that held it, is another owner's, or is given to its own once more, which takes it once.
            Durability.Relaxed,
            cancellationToken);

        object Parameters(int left, int each) => new
        {
            Now = now,
            Until = now + length,
            Owner = owner,
            Most = left,
            Each = each,
            Start = start,
            Requesters = JobTurns.RequestersAside,
        };
    }

    /// <summary>Lengthens the leases of the jobs that this process has in hand, and gives its others back. Gives how many of these there were.</summary>
    /// <param name="held">What it has in hand.</param>
    /// <param name="length">How long a lease lasts; one that has less than half of that left is made to last so long again.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public Task<int> KeepOnlyAsync(IReadOnlyCollection<Hash32> held, TimeSpan length, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            var inHand = held.ToHashSet();
            var now = clock.GetUtcNow();
            await session.ExecuteManyAsync(
                "UPDATE jobs SET lease_until = @Until WHERE request_id = @Id AND lease_owner = @Owner AND lease_until BETWEEN @Now AND @Soon",
                inHand.Select(id => new { Id = id, Owner = owner, Now = now, Soon = now + (length / 2), Until = now + length }).ToList());
            var forgotten = (await session.QueryAsync<Hash32>("SELECT request_id FROM jobs WHERE lease_owner = @owner AND due_at IS NOT NULL", new { owner }))
                .Where(id => !inHand.Contains(id)).Select(id => new { Id = id, Owner = owner }).ToList();
            return await session.ExecuteManyAsync("UPDATE jobs SET lease_owner = NULL, lease_until = 0 WHERE request_id = @Id AND lease_owner = @Owner", forgotten);
        },
        Durability.Relaxed,
        cancellationToken);

    /// <summary>As <see cref="LeaseDueAsync(int, TimeSpan, WantedJobs, CancellationToken)"/>, of all jobs.</summary>
    public Task<IReadOnlyList<LeasedJob>> LeaseDueAsync(int most, TimeSpan length, CancellationToken cancellationToken) =>
        LeaseDueAsync(most, length, WantedJobs.All, cancellationToken);

    /// <summary>When the next job is due that nobody works on; null where none is.</summary>
    public Task<DateTimeOffset?> NextDueAsync(WantedJobs wanted, CancellationToken cancellationToken) => database.ReadAsync(
        async session => await session.QuerySingleOrDefaultAsync<long?>(
            $"SELECT MIN(CASE WHEN lease_until > due_at THEN lease_until ELSE due_at END) FROM jobs WHERE due_at IS NOT NULL{ConditionOf(wanted)}") is { } milliseconds
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : (DateTimeOffset?)null,
        cancellationToken);

    /// <summary>The jobs that a condition holds for, without a lease: what is decided by them must be written so that it fails where they have changed.</summary>
    internal async Task<IReadOnlyList<LeasedJob>> ReadAsync(DatabaseSession session, string condition, object parameters) =>
        await WithOrdersAsync(session, await session.QueryAsync<JobRow>($"SELECT {JobRow.Columns} FROM jobs WHERE {condition}", parameters));

    /// <summary>
    /// Writes what was done, with the transactions that it needs, and gives the leases back. Whoever has lost its lease meanwhile changes nothing, and for
    /// what the chain told something new of nothing is ordered before that is read: a batch with such a job is not ordered at all, and its jobs are due again.
    /// </summary>
    /// <returns>How many jobs were ours.</returns>
    public Task<int> FileAsync(IReadOnlyCollection<Filing> filings, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        // The disk is waited for where something is ordered, and what was filed before is on it then, too: nothing that rests on an answer leaves this machine
        // without an order. What else is filed is found again.
        var durability = filings.Any(filing => filing.Claim is not null || filing.Settlement is not null) ? Durability.Full : Durability.Relaxed;
        return database.WriteAsync(
            async session =>
            {
                var ours = await StillOursAsync(session, filings);
                var spoilt = filings.Where(filing => !IsAsItWas(filing)).Select(filing => filing.Settlement?.Key).OfType<string>().ToHashSet(StringComparer.Ordinal);
                Dictionary<string, long> placed = new(StringComparer.Ordinal);
                List<FilingRow> rows = [];
                foreach (var filing in filings.Where(filing => ours.ContainsKey(filing.Leased.Job.RequestId)))
                {
                    var row = FilingRow.Of(filing, owner, now);
                    if (filing.Claim is { } claim && IsAsItWas(filing))
                        row.ClaimOrder = await orders.PlaceAsync(session, claim);
                    if (filing.Settlement is { } settlement && spoilt.Contains(settlement.Key))
                        row.DueAt = now;
                    else if (filing.Settlement is not null)
                        row.SettlementOrder = await PlaceOnceAsync(session, filing.Settlement, placed);
                    rows.Add(row);
                }

                return await session.ExecuteManyAsync(FilingRow.Update, rows);

                bool IsAsItWas(Filing filing) => ours.TryGetValue(filing.Leased.Job.RequestId, out var told) && told == filing.Leased.Told;
            },
            durability,
            cancellationToken);
    }

    private static string ConditionOf(WantedJobs wanted) => wanted == WantedJobs.Answered ? " AND answer_commit IS NOT NULL" : "";

    private async Task<long> PlaceOnceAsync(DatabaseSession session, Order order, Dictionary<string, long> placed)
    {
        if (!placed.TryGetValue(order.Key, out var id))
            placed[order.Key] = id = await orders.PlaceAsync(session, order);
        return id;
    }

    // Those that are, with how often something was told of each.
    private async Task<Dictionary<Hash32, long>> StillOursAsync(DatabaseSession session, IReadOnlyCollection<Filing> filings)
    {
        var epochs = filings.ToDictionary(filing => filing.Leased.Job.RequestId, filing => filing.Leased.Epoch);
        var held = await session.QueryAsync<JobRow>(
            "SELECT request_id AS RequestId, lease_epoch AS LeaseEpoch, told AS Told FROM jobs WHERE lease_owner = @Owner AND request_id "
            + session.Sql("IN @Ids", "= ANY(@Ids) FOR UPDATE"),
            new { Ids = epochs.Keys.Select(id => id.ToArray()).ToArray(), Owner = owner });
        return held.Where(row => epochs[row.RequestId] == row.LeaseEpoch).ToDictionary(row => row.RequestId, row => row.Told);
    }

    private async Task<IReadOnlyList<LeasedJob>> WithOrdersAsync(DatabaseSession session, IReadOnlyList<JobRow> rows)
    {
        var ids = rows.SelectMany(row => new[] { row.ClaimOrder, row.SettlementOrder }).OfType<long>().Distinct().ToList();
        var states = ids.Count == 0 ? new Dictionary<long, OrderState>() : await orders.StatesAsync(session, ids);
        return [.. rows.Select(row => new LeasedJob(row.ToJob(Sent), row.LeaseEpoch, row.Told, row.ReadyAt))];

        // An order that is not known any more was finished long ago.
        SentWork Sent(long id, int attempt) => states.TryGetValue(id, out var state)
            ? new SentWork(id, attempt, state.State, state.Block)
            : new SentWork(id, attempt, SentState.Failed, Block: null);
    }
}

/// <summary>Which jobs are taken.</summary>
public enum WantedJobs
{
    All,

    /// <summary>Those that have an answer: what is left of them is to settle it.</summary>
    Answered,
}
