using OpenGradient.Contracts.Deployments;
using OpenGradient.Database;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Verifying;
using OpenGradient.Relayer.Verifying.Duties;
using OpenGradient.Relayer.Versions;

namespace OpenGradient.Relayer.Chain;

/// <summary>
/// Where the follower puts what the chain tells: the logs themselves, and the views of requests and versions that are made from them, all in one
/// transaction with the place on the chain. After a reorganisation the views are made again from the logs that are left.
/// </summary>
/// <param name="database">Where.</param>
/// <param name="deployment">Our contracts.</param>
/// <param name="node">Our node.</param>
/// <param name="signal">Rung when something was told.</param>
/// <param name="clock">The time.</param>
/// <param name="verifying">What is verified; null where nothing is, and the court is not followed.</param>
/// <param name="verifyingSignal">Rung with the other, for another who waits.</param>
public sealed class HubSink(
    IDatabase database, Deployment deployment, Address node, JobSignal signal, TimeProvider clock, VerifyingOptions? verifying = null,
    JobSignal? verifyingSignal = null) : IChainSink
{
    private long _lastCommit;

    /// <summary>What to ask the chain for.</summary>
    public LogFilter Filter { get; } = new(
        verifying is null ? [deployment.Hub, deployment.Models] : [deployment.Hub, deployment.Models, deployment.Court]);

    /// <summary>When it last stored something; null before that.</summary>
    public DateTimeOffset? LastCommit => Volatile.Read(ref _lastCommit) is var time and not 0 ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null;

    public async ValueTask<ChainCursor> ReadCursorAsync(CancellationToken cancellationToken) =>
        await database.ReadAsync(session => HubCursor.Table.ReadAsync(session, deployment.ChainId), cancellationToken);

    public async ValueTask<CommitOutcome> CommitAsync(ChainAdvance advance, CancellationToken cancellationToken)
    {
        // What the chain has told it tells again: the disk is not waited for.
        var outcome = await database.WriteAsync(session => CommitAsync(session, advance), Durability.Relaxed, cancellationToken);
        Volatile.Write(ref _lastCommit, clock.GetUtcNow().ToUnixTimeMilliseconds());
        return outcome;
    }

    public async ValueTask StopAsync(FollowerStop stop, CancellationToken cancellationToken) =>
        await database.WriteAsync(session => HubCursor.Table.StopAsync(session, deployment.ChainId, stop), cancellationToken);

    private async Task<CommitOutcome> CommitAsync(DatabaseSession session, ChainAdvance advance)
    {
        var cursor = await HubCursor.Table.ReadToWriteAsync(session, deployment.ChainId);
        BlockRef? tip = cursor.IsEmpty ? null : cursor.Tip;
        if (cursor.Stop is not null || tip != advance.Expected)
            return CommitOutcome.Stale;

        var takenBack = await ChainLogs.RemoveAsync(session, advance.Orphaned);
        var told = (advance.Segment?.Logs ?? [])
            .Select(log => (Subject: ChainLogs.SubjectOf(log.Content), Log: log))
            .Where(entry => entry.Subject is not null)
            .Select(entry => (entry.Subject!.Value, entry.Log))
            .ToList();
        await ChainLogs.AddAsync(session, told);
        await ProjectAsync(session, takenBack, told);
        await HubCursor.Table.WriteAsync(session, deployment.ChainId, advance.Next);
        if (told.Count > 0 || takenBack.Count > 0)
        {
            session.AfterCommit(signal.Ring);
            if (verifyingSignal is not null)
                session.AfterCommit(verifyingSignal.Ring);
        }

        return CommitOutcome.Committed;
    }

    private async Task ProjectAsync(
        DatabaseSession session, IReadOnlyList<Hash32> takenBack, IReadOnlyList<(Hash32 Subject, LocatedLog Log)> told)
    {
        var jobs = new JobProjection(session, node, clock.GetUtcNow());
        var versions = new VersionProjection(session);
        if (takenBack.Count > 0)
        {
            var left = await ChainLogs.OfAsync(session, takenBack);
            await jobs.RemakeAsync(takenBack, Of(left, takenBack, deployment.Hub));
            await versions.RemakeAsync(takenBack, Of(left, takenBack, deployment.Models));
        }

        // What was remade has been told all of it already.
        var remade = takenBack.ToHashSet();
        var fresh = told.Where(entry => !remade.Contains(entry.Subject)).ToList();
        await jobs.ContinueAsync(Of(fresh, deployment.Hub));
        await versions.ContinueAsync(Of(fresh, deployment.Models));
        if (verifying is null)
            return;
        var duties = new DutyProjection(session, deployment, node, verifying, clock.GetUtcNow());
        await duties.RemakeAsync(takenBack);
        await duties.ContinueAsync(told);
    }

    private static ILookup<Hash32, Log> Of(ILookup<Hash32, Log> logs, IEnumerable<Hash32> subjects, Address emitter) =>
        subjects.SelectMany(subject => logs[subject].Where(log => log.Address == emitter).Select(log => (subject, log)))
            .ToLookup(entry => entry.subject, entry => entry.log);

    private static ILookup<Hash32, Log> Of(IEnumerable<(Hash32 Subject, LocatedLog Log)> logs, Address emitter) =>
        logs.Where(entry => entry.Log.Content.Address == emitter).ToLookup(entry => entry.Subject, entry => entry.Log.Content);
}
