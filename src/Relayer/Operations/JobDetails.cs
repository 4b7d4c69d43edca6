using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Sending;

namespace OpenGradient.Relayer.Operations;

/// <summary>One job with all that was done about it.</summary>
/// <param name="Job">Where it is, and why.</param>
/// <param name="TraceId">Its trace's, where traces are kept.</param>
/// <param name="Transactions">What was sent for it last: the claim, and the batch with its answer.</param>
public sealed record JobDetails(JobSummary Job, string TraceId, IReadOnlyList<JobTransaction> Transactions);

/// <summary>A transaction that was ordered for a job.</summary>
/// <param name="Id">The order.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="State">How far it got.</param>
/// <param name="Nonce">Null until it is started.</param>
/// <param name="Hashes">All that may be in a block, the newest last.</param>
/// <param name="MinedHash">The one that is.</param>
/// <param name="Block">The block.</param>
/// <param name="Succeeded">Whether it did what it was for.</param>
/// <param name="GasUsed">By all that was in it.</param>
/// <param name="CostWei">Paid for all that was in it.</param>
/// <param name="Fault">Why it was given up.</param>
public sealed record JobTransaction(
    long Id, string Purpose, string State, ulong? Nonce, IReadOnlyList<string> Hashes, string? MinedHash, ulong? Block, bool? Succeeded, ulong? GasUsed,
    string? CostWei, string? Fault)
{
    internal static JobTransaction Of(TransactionView view) => new(
        view.Id, view.Purpose, view.State.ToString(), view.Nonce, [.. view.Hashes.Select(hash => hash.ToString())], view.MinedHash?.ToString(),
        view.BlockNumber?.Value, view.Succeeded, view.GasUsed, view.Cost?.Value.ToString(), view.Fault);
}

/// <summary>Finds them.</summary>
public sealed class JobDetailQueries(IDatabase database, JobQueries jobs, ITransactionQueue queue)
{
    /// <summary>Null where the request is not known.</summary>
    public async Task<JobDetails?> FindAsync(Hash32 requestId, CancellationToken cancellationToken)
    {
        if (await jobs.FindAsync(requestId, cancellationToken) is not { } job)
            return null;
        var orders = new[] { job.ClaimOrder, job.SettlementOrder }.OfType<long>().ToList();
        var transactions = await database.ReadAsync(
            async session =>
            {
                List<JobTransaction> found = [];
                foreach (var order in orders)
                {
                    // One that is not known any more was pruned.
                    if (await queue.FindAsync(session, order) is { } view)
                        found.Add(JobTransaction.Of(view));
                }

                return found;
            },
            cancellationToken);
        return new JobDetails(job, RequestTrace.IdOf(requestId).ToString(), transactions);
    }
}
