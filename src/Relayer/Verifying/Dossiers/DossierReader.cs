using OpenGradient.Contracts;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Verifying.Dossiers;

/// <summary>Reads what was told, from the logs that the sink has stored.</summary>
public sealed class DossierReader(IDatabase database, Deployment deployment, Address node)
{
    /// <summary>What was told about a request.</summary>
    public async Task<Dossier> ReadAsync(Hash32 requestId, CancellationToken cancellationToken)
    {
        var logs = await database.ReadAsync(session => ChainLogs.ToldAsync(session, requestId), cancellationToken);
        return Dossier.Of(requestId, logs, deployment.Hub, deployment.Court);
    }

    /// <summary>Where a seal of a challenge stands.</summary>
    public async Task<SealView> ReadSealAsync(Hash32 seal, CancellationToken cancellationToken)
    {
        var logs = await database.ReadAsync(session => ChainLogs.ToldAsync(session, seal), cancellationToken);
        return logs.Where(told => told.Log.Address == deployment.Court).Aggregate(SealView.None, (view, told) => view.After(told, node));
    }

    /// <summary>What the pipeline has found for a request that names us; nothing while it has found nothing.</summary>
    public Task<PreparedAnswer> ReadPreparedAsync(Hash32 requestId, CancellationToken cancellationToken) => database.ReadAsync(
        async session => await session.QuerySingleOrDefaultAsync<JobRow>(
            $"SELECT {JobRow.Columns} FROM jobs WHERE request_id = @requestId", new { requestId }) is { } row
            && row.ToJob((id, attempt) => new SentWork(id, attempt, SentState.Pending, Block: null)) is var job
            ? new PreparedAnswer(job.Answer, job.TurnedAway is not null)
            : new PreparedAnswer(Answer: null, IsTurnedAway: false),
        cancellationToken);
}

/// <param name="Answer">What the pipeline found.</param>
/// <param name="IsTurnedAway">Whether it found a reason not to answer.</param>
public sealed record PreparedAnswer(JobAnswer? Answer, bool IsTurnedAway);

/// <summary>A challenge's seal, as the court has it.</summary>
/// <param name="Block">The block it was made in; null where it is not there.</param>
/// <param name="IsForfeited">Whether its bond is lost.</param>
public sealed record SealView(BlockNumber? Block, bool IsForfeited)
{
    public static SealView None { get; } = new(Block: null, IsForfeited: false);

    /// <summary>The view after one more event. Seals are told apart by their maker too: a copy of ours is not ours.</summary>
    public SealView After(ToldLog told, Address node) =>
        IChallengeCourtContract.ChallengeSealedEvent.TryDecode(told.Log, out var made) && made.Challenger == node ? new SealView(told.Block, IsForfeited: false)
        : IChallengeCourtContract.SealForfeitedEvent.TryDecode(told.Log, out var lost) && lost.Challenger == node ? this with { IsForfeited = true }
        : this;
}
