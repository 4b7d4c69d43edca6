using Microsoft.Extensions.Logging;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Admission;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Scheduling;

namespace OpenGradient.Relayer.Earnings;

/// <summary>
/// Keeps the books: what final answers earned and took to compute, and what final transactions cost, by version and day. Each job and each transaction
/// goes in once. What a batch cost is shared alike by the answers in it; what belongs to no version stands under none.
/// </summary>
public sealed class Bookkeeper(
    IDatabase database, HubTerms terms, PriceBoard prices, ScheduleOptions options, ILogger<Bookkeeper> logger) : ITimedWork
{
    private const int RowsPerStep = 500;
    private const int MostSteps = 2_000;
    private const long DayMs = 86_400_000;
    private const uint WholeBp = 10_000;

    // Clocks of several processes wrote the times: what comes late is still found.
    private const long OverlapMs = 3_600_000;

    public string Name => "bookkeeper";

    public TimeSpan Every => options.Bookkeeping;

    public WorkScope Scope => WorkScope.Cluster;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var jobs = await InStepsAsync(BookJobsAsync, cancellationToken);
        var transactions = await InStepsAsync(BookTransactionsAsync, cancellationToken);
        if (jobs + transactions > 0)
            logger.Booked(jobs, transactions);
    }

    private async Task<int> InStepsAsync(Func<DatabaseSession, Task<int>> book, CancellationToken cancellationToken)
    {
        var booked = 0;
        for (var step = 0; step < MostSteps; step++)
        {
            var count = await database.WriteAsync(book, cancellationToken);
            booked += count;
            if (count < RowsPerStep)
                break;
        }

        return booked;
    }

    private async Task<int> BookJobsAsync(DatabaseSession session)
    {
        var rows = await session.QueryAsync<JobRow>(
            $"""
            SELECT request_id AS RequestId, version_id AS VersionId, fee AS Fee, ended AS Ended, COALESCE(compute_us, 0) AS ComputeUs, ended_at AS At
            FROM jobs WHERE ended IN (1, 2) AND ended_at >= @From AND ended_at IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM booked_jobs WHERE booked_jobs.request_id = jobs.request_id)
            ORDER BY ended_at LIMIT {RowsPerStep}
            """,
            new { From = await LockAsync(session, "jobs") - OverlapMs });
        if (rows.Count == 0)
            return 0;

        var book = new ProfitEntries();
        foreach (var row in rows)
        {
            var isFailure = row.Ended == (int)JobEnd.AnsweredFailure;
            book.Add(row.At / DayMs, row.VersionId, new ProfitEntry
            {
                Answers = isFailure ? 0 : 1,
                Failures = isFailure ? 1 : 0,
                Fees = isFailure ? row.Fee * (ulong)terms.FailureShare / WholeBp : row.Fee,
                ComputeUs = row.ComputeUs,
            });
        }

        await book.WriteAsync(session);
        await session.ExecuteManyAsync("INSERT INTO booked_jobs (request_id) VALUES (@RequestId)", rows.Select(row => new { row.RequestId }).ToList());
        await MarkAsync(session, "jobs", rows[^1].At);
        return rows.Count;
    }

    private async Task<int> BookTransactionsAsync(DatabaseSession session)
    {
        var rows = await session.QueryAsync<TransactionRow>(
            $"""
            SELECT id AS Id, cost AS Cost, changed_at AS At FROM transactions
            WHERE state IN (5, 6, 7) AND block_hash IS NOT NULL AND changed_at >= @From
              AND NOT EXISTS (SELECT 1 FROM booked_transactions WHERE booked_transactions.id = transactions.id)
            ORDER BY changed_at LIMIT {RowsPerStep}
            """,
            new { From = await LockAsync(session, "transactions") - OverlapMs });
        if (rows.Count == 0)
            return 0;

        var ids = rows.Select(row => row.Id).ToList();
        var shares = (await session.QueryAsync<ShareRow>(
            $"""
            SELECT settlement_order AS Id, version_id AS VersionId, COUNT(*) AS Jobs FROM jobs WHERE settlement_order {session.Sql("IN @ids", "= ANY(@ids)")} GROUP BY settlement_order, version_id
            UNION ALL
            SELECT claim_order AS Id, version_id AS VersionId, COUNT(*) AS Jobs FROM jobs WHERE claim_order {session.Sql("IN @ids", "= ANY(@ids)")} GROUP BY claim_order, version_id
            """,
            new { ids })).ToLookup(share => share.Id);
        var book = new ProfitEntries();
        foreach (var row in rows.Where(row => row.Cost is not null))
            Share(book, row.At / DayMs, row.Cost!.Value, [.. shares[row.Id]]);
        await book.WriteAsync(session);
        await session.ExecuteManyAsync("INSERT INTO booked_transactions (id) VALUES (@Id)", rows.Select(row => new { row.Id }).ToList());
        await MarkAsync(session, "transactions", rows[^1].At);
        return rows.Count;
    }

    private void Share(ProfitEntries book, long day, Wei cost, IReadOnlyList<ShareRow> shares)
    {
        var left = cost.Value;
        var jobs = (ulong)shares.Sum(share => share.Jobs);
        for (var i = 0; i < shares.Count; i++)
        {
            // The last one takes what rounding leaves.
            var part = i == shares.Count - 1 ? left : cost.Value * (ulong)shares[i].Jobs / jobs;
            left -= part;
            book.Add(day, shares[i].VersionId, Gas(part));
        }

        if (shares.Count == 0)
            book.Add(day, Hash32.Zero, Gas(left));
    }

    private ProfitEntry Gas(UInt256 wei) => new() { GasWei = wei, GasTokens = prices.Costs.TokensFor(new Wei(wei)) };

    // Until the transaction ends nobody else keeps the same book.
    private static Task<long> LockAsync(DatabaseSession session, string name) => session.QuerySingleAsync<long>(
        "SELECT kept_until FROM book_marks WHERE name = @name" + session.Sql("", " FOR UPDATE"), new { name });

    private static Task<int> MarkAsync(DatabaseSession session, string name, long until) =>
        session.ExecuteAsync("UPDATE book_marks SET kept_until = @until WHERE name = @name AND kept_until < @until", new { name, until });

    private sealed class JobRow
    {
        public Hash32 RequestId { get; init; }

        public Hash32 VersionId { get; init; }

        public UInt256 Fee { get; init; }

        public int Ended { get; init; }

        public long ComputeUs { get; init; }

        public long At { get; init; }
    }

    private sealed class TransactionRow
    {
        public long Id { get; init; }

        public Wei? Cost { get; init; }

        public long At { get; init; }
    }

    private sealed class ShareRow
    {
        public long Id { get; init; }

        public Hash32 VersionId { get; init; }

        public long Jobs { get; init; }
    }
}
