using Microsoft.Extensions.Logging;
using OpenGradient.Database;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;

namespace OpenGradient.Relayer.Scheduling;

/// <summary>
/// Forgets what is over, in small steps that hold nobody up: jobs that ended long ago with all that the chain told of them, logs that are about nothing
/// that we keep, and transactions that no open job waits for. What can still be taken back by a reorganisation stays, and so does what is not in the
/// books yet.
/// </summary>
/// <param name="database">Where all of it is.</param>
/// <param name="chainId">The chain.</param>
/// <param name="options">How long what is over is kept.</param>
/// <param name="timeOf">When a block was made; null where nobody says so now.</param>
/// <param name="logger">Told how much it was.</param>
/// <param name="clock">The time.</param>
public sealed class Pruner(
    IDatabase database, ChainId chainId, ScheduleOptions options, Func<BlockRef, CancellationToken, Task<ulong?>> timeOf, ILogger<Pruner> logger, TimeProvider clock) : ITimedWork
{
    private const int RowsPerStep = 500;
    private const int MostSteps = 400;

    public string Name => "pruner";

    public TimeSpan Every => options.Pruning;

    public WorkScope Scope => WorkScope.Cluster;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await EndTakenBackAsync(cancellationToken);
        var before = clock.GetUtcNow() - options.Retention;
        var (jobs, logs) = await PruneJobsAsync(before, cancellationToken);
        logs += await PruneStraysAsync(cancellationToken);
        var transactions = await PruneTransactionsAsync(before, cancellationToken);
        await PruneReviewsAsync(before, cancellationToken);
        await database.WriteAsync(session => session.ExecuteAsync("DELETE FROM proofs WHERE ended_at < @before", new { before }), cancellationToken);
        if (jobs + logs + transactions > 0)
            logger.Pruned(jobs, logs, transactions);
    }

    private async Task EndTakenBackAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var cursor = await database.ReadAsync(
            async session => await TakenBack.IsThereAsync(session, now) ? await HubCursor.Table.ReadAsync(session, chainId) : ChainCursor.None, cancellationToken);
        if (cursor.IsEmpty || await timeOf(cursor.Final, cancellationToken) is not { } finalTime)
            return;
        var ended = await TakenBack.EndAsync(database, finalTime, now, cancellationToken);
        if (ended > 0)
            logger.TakenBackForGood(ended);
    }

    private async Task<(int Jobs, int Logs)> PruneJobsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var (jobs, logs) = (0, 0);
        for (var step = 0; step < MostSteps; step++)
        {
            var (stepJobs, stepLogs) = await database.WriteAsync(session => PruneJobsAsync(session, before), cancellationToken);
            (jobs, logs) = (jobs + stepJobs, logs + stepLogs);
            if (stepJobs < RowsPerStep)
                break;
        }

        return (jobs, logs);
    }

    private async Task<(int Jobs, int Logs)> PruneJobsAsync(DatabaseSession session, DateTimeOffset before)
    {
        var cursor = await HubCursor.Table.ReadAsync(session, chainId);
        if (cursor.IsEmpty)
            return (0, 0);

        // Remade after a reorganisation, a job needs every log about it: job and logs go together, and only when none of them can be taken back.
        // A duty reads the same logs at each of its steps.
        var over = (await session.QueryAsync<Hash32>(
            $"""
            SELECT request_id FROM jobs
            WHERE ended_at < @before AND ended <> 0
              AND NOT EXISTS (SELECT 1 FROM chain_logs WHERE subject = jobs.request_id AND block_number > @Final)
              AND NOT EXISTS (SELECT 1 FROM duties WHERE duties.request_id = jobs.request_id AND (ended = 0 OR ended_at >= @before))
              AND (ended NOT IN (1, 2) OR EXISTS (SELECT 1 FROM booked_jobs WHERE booked_jobs.request_id = jobs.request_id))
            ORDER BY ended_at LIMIT {RowsPerStep}
            """,
            new { before, Final = cursor.Final.Number })).Select(id => id.ToArray()).ToArray();
        if (over.Length == 0)
            return (0, 0);

        var isOver = session.Sql("IN @over", "= ANY(@over)");
        var logs = await session.ExecuteAsync($"DELETE FROM chain_logs WHERE subject {isOver}", new { over });
        await session.ExecuteAsync($"DELETE FROM booked_jobs WHERE request_id {isOver}", new { over });
        await session.ExecuteAsync($"DELETE FROM duties WHERE request_id {isOver}", new { over });
        return (await session.ExecuteAsync($"DELETE FROM jobs WHERE request_id {isOver}", new { over }), logs);
    }

    // Accounts, pauses, and requests that were forgotten: nothing is ever made from these. They are looked for without holding up who writes.
    private async Task<int> PruneStraysAsync(CancellationToken cancellationToken)
    {
        var removed = 0;
        for (var step = 0; step < MostSteps; step++)
        {
            var strays = await database.ReadAsync(
                async session => await HubCursor.Table.ReadAsync(session, chainId) is { IsEmpty: false } cursor
                    ? await session.QueryAsync<Stray>(
                        $"""
                        SELECT block_hash AS BlockHash, log_index AS LogIndex FROM chain_logs
                        WHERE block_number <= @Final
                          AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.request_id = chain_logs.subject)
                          AND NOT EXISTS (SELECT 1 FROM duties WHERE duties.request_id = chain_logs.subject AND duties.ended = 0)
                          AND NOT EXISTS (SELECT 1 FROM duties WHERE duties.seal = chain_logs.subject AND duties.ended = 0)
                          AND NOT EXISTS (SELECT 1 FROM versions WHERE versions.version_id = chain_logs.subject)
                        LIMIT {RowsPerStep}
                        """,
                        new { Final = cursor.Final.Number })
                    : [],
                cancellationToken);
            removed += await database.WriteAsync(
                session => session.ExecuteManyAsync("DELETE FROM chain_logs WHERE block_hash = @BlockHash AND log_index = @LogIndex", strays), cancellationToken);
            if (strays.Count < RowsPerStep)
                break;
        }

        return removed;
    }

    private async Task<int> PruneTransactionsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var removed = 0;
        for (var step = 0; step < MostSteps; step++)
        {
            var over = await database.WriteAsync(
                async session =>
                {
                    var ids = (await session.QueryAsync<long>(
                        $"""
                        SELECT id FROM transactions
                        WHERE state IN (5, 6, 7) AND changed_at < @before AND {session.Sql("is_told = 1", "is_told")}
                          AND (block_hash IS NULL OR EXISTS (SELECT 1 FROM booked_transactions WHERE booked_transactions.id = transactions.id))
                          AND NOT EXISTS (SELECT 1 FROM jobs WHERE claim_order = transactions.id AND ended = 0)
                          AND NOT EXISTS (SELECT 1 FROM jobs WHERE settlement_order = transactions.id AND ended = 0)
                          AND NOT EXISTS (SELECT 1 FROM duties WHERE sent_order = transactions.id AND ended = 0)
                          AND NOT EXISTS (SELECT 1 FROM earnings WHERE order_id = transactions.id AND collected_at IS NULL)
                        ORDER BY changed_at LIMIT {RowsPerStep}
                        """,
                        new { before })).ToArray();
                    if (ids.Length > 0)
                    {
                        var isOver = session.Sql("IN @ids", "= ANY(@ids)");
                        await session.ExecuteAsync($"DELETE FROM transaction_attempts WHERE transaction_id {isOver}", new { ids });
                        await session.ExecuteAsync($"DELETE FROM booked_transactions WHERE id {isOver}", new { ids });
                        await session.ExecuteAsync($"DELETE FROM transactions WHERE id {isOver}", new { ids });
                    }

                    return ids.Length;
                },
                cancellationToken);
            removed += over;
            if (over < RowsPerStep)
                break;
        }

        return removed;
    }

    private async Task PruneReviewsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        for (var step = 0; step < MostSteps; step++)
        {
            var removed = await database.WriteAsync(
                session => session.ExecuteAsync(
                    $"DELETE FROM reviews WHERE request_id IN (SELECT request_id FROM reviews WHERE reviewed_at < @before ORDER BY reviewed_at LIMIT {RowsPerStep})",
                    new { before }),
                cancellationToken);
            if (removed < RowsPerStep)
                break;
        }
    }

    private sealed class Stray
    {
        public Hash32 BlockHash { get; init; }

        public int LogIndex { get; init; }
    }
}
