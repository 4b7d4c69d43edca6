using OpenGradient.Contracts.Hub;
using OpenGradient.Database;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Verifying.Duties;

namespace OpenGradient.Relayer.Scheduling;

/// <summary>
/// Ends what waits for something that a reorganisation took back and that no block can bring again: the hub takes a question, a claim and an answer up to the deadline, and every block to come
/// is later than the last final one. Whoever waited for the chain to tell of it would wait for ever, and nothing of it would be forgotten.
/// </summary>
internal static class TakenBack
{
    private const int RowsPerStep = 500;
    private const int MostSteps = 400;

    private static readonly string LostJobs = $"stage = {(int)Stage.None} AND ended = 0 AND due_at IS NULL";

    // What a committee or a quorum does comes after the deadline, and wakes or renews its duty where it comes. Where no process proves, a challenge by proof stays due.
    private static readonly string LostDuties =
        $"""
        ended = 0 AND ((due_at IS NULL AND waiting_for = {(int)DutyWait.ItsReturn})
          OR (kind = {(int)DutyKind.ProofChallenge} AND waiting_for = {(int)DutyWait.Prover} AND lease_until <= @Now))
        """;

    /// <summary>By the time now: 1 where anything waits for its return.</summary>
    public static readonly string IsThere =
        $"SELECT CASE WHEN EXISTS (SELECT 1 FROM jobs WHERE {LostJobs}) OR EXISTS (SELECT 1 FROM duties WHERE {LostDuties}) THEN 1 ELSE 0 END";

    /// <summary>Whether anything waits for its return at all: else nobody need be asked what time it was.</summary>
    public static async Task<bool> IsThereAsync(DatabaseSession session, DateTimeOffset now) => await session.QuerySingleAsync<int>(IsThere, new { Now = now }) > 0;

    /// <summary>Ends what cannot return. Gives how many jobs and duties it was.</summary>
    /// <param name="database">Where.</param>
    /// <param name="finalTime">The time of the last final block.</param>
    /// <param name="now">The time here.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static async Task<int> EndAsync(IDatabase database, ulong finalTime, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var parameters = new { FinalTime = finalTime, Now = now };
        // What is told meanwhile is no more what was found: so each row is looked at again when it is written.
        var jobs = await EndAllAsync(
            $"""
            UPDATE jobs SET ended = {(int)JobEnd.TakenBack}, ended_at = @Now
            WHERE {LostJobs} AND request_id IN (SELECT request_id FROM jobs WHERE {LostJobs} AND deadline < @FinalTime LIMIT {RowsPerStep})
            """);
        return jobs + await EndAllAsync(
            $"""
            UPDATE duties SET ended = {(int)DutyEnd.TakenBack}, ended_at = @Now, due_at = NULL
            WHERE {LostDuties} AND (request_id, kind) IN (
              SELECT duties.request_id, duties.kind FROM duties
              JOIN (SELECT request_id, stage FROM jobs WHERE ended <> 0 AND deadline < @FinalTime) over_jobs ON over_jobs.request_id = duties.request_id
              WHERE {LostDuties} AND over_jobs.stage <> {(int)Stage.Sealing}
                AND (duties.due_at IS NULL OR over_jobs.stage IN ({(int)Stage.None}, {(int)Stage.Open}, {(int)Stage.Claimed}, {(int)Stage.Refunded}))
              LIMIT {RowsPerStep})
            """);

        async Task<int> EndAllAsync(string update)
        {
            var all = 0;
            for (var step = 0; step < MostSteps; step++)
            {
                var some = await database.WriteAsync(session => session.ExecuteAsync(update, parameters), cancellationToken);
                all += some;
                if (some < RowsPerStep)
                    break;
            }

            return all;
        }
    }
}
