using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Private;

/// <summary>Private requests at the hub, as far as the chain told of them, and what they were answered.</summary>
public interface IHubAnswerStore
{
    /// <summary>What is known of a request; null where the chain told nothing.</summary>
    Task<Job?> FindAsync(Hash32 requestId, CancellationToken cancellationToken);

    /// <summary>Stores an answer, to be settled at once. Gives the one that counts, which is the first; null where none is settled any more.</summary>
    Task<JobAnswer?> KeepAsync(Hash32 requestId, JobAnswer answer, CancellationToken cancellationToken);
}

/// <inheritdoc cref="IHubAnswerStore"/>
public sealed class HubAnswerStore(IDatabase database, JobSignal signal, TimeProvider clock) : IHubAnswerStore
{
    public Task<Job?> FindAsync(Hash32 requestId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => ReadAsync(session, requestId), cancellationToken);

    public async Task<JobAnswer?> KeepAsync(Hash32 requestId, JobAnswer answer, CancellationToken cancellationToken)
    {
        var stored = await database.WriteAsync(
            async session =>
            {
                // Told anew, so that whoever has it leased and decides that it waits for its input does not put it to rest.
                await session.ExecuteAsync(
                    """
                    UPDATE jobs SET answer_commit = @OutputCommit, answer = @Output, answered_at = @Now, compute_us = @ComputeUs, backend = @Backend,
                      told = told + 1, due_at = @Now
                    WHERE request_id = @requestId AND answer_commit IS NULL AND turned_away = 0 AND ended = 0
                    """,
                    new
                    {
                        requestId,
                        answer.OutputCommit,
                        Output = answer.Output.ToArray(),
                        Now = clock.GetUtcNow(),
                        ComputeUs = (long)answer.Compute.TotalMicroseconds,
                        answer.Backend,
                    });
                return await ReadAsync(session, requestId);
            },
            cancellationToken);
        signal.Ring();
        return stored?.Answer;
    }

    // What was sent for it is not looked at here.
    private static async Task<Job?> ReadAsync(DatabaseSession session, Hash32 requestId) =>
        (await session.QuerySingleOrDefaultAsync<JobRow>($"SELECT {JobRow.Columns} FROM jobs WHERE request_id = @requestId", new { requestId }))
            ?.ToJob((order, attempt) => new SentWork(order, attempt, SentState.Pending, Block: null));
}
