using OpenGradient.Contracts;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Database;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Verifying.Reviews;

namespace OpenGradient.Relayer.Verifying.Duties;

/// <summary>
/// Makes duties of what hub and court tell, within the transaction that stores it, and wakes those that it is about. What a duty comes to is decided
/// later, from all that was told: so nothing here has to be taken back after a reorganisation.
/// </summary>
internal sealed class DutyProjection(DatabaseSession session, Deployment deployment, Address node, VerifyingOptions options, DateTimeOffset now)
{
    /// <summary>Adds duties, and wakes those whose subject was told something.</summary>
    public async Task ContinueAsync(IReadOnlyCollection<(Hash32 Subject, LocatedLog Log)> told)
    {
        var subjects = told.Select(entry => entry.Subject).Distinct().ToList();
        await session.ExecuteManyAsync(
            """
            UPDATE duties SET told = told + 1, due_at = @now WHERE ended = 0 AND (request_id = @Subject OR seal = @Subject)
            """,
            subjects.ConvertAll(subject => new { Subject = subject, now }));
        var found = told.Select(entry => FoundIn(entry.Log.Content)).OfType<Found>().ToList();
        await session.ExecuteManyAsync(
            """
            INSERT INTO duties (request_id, kind, deadline, due_at, found_at)
            SELECT @RequestId, @Kind, @Deadline, @Now, @Now
            WHERE @Kind <> @Defence OR EXISTS (SELECT 1 FROM jobs WHERE request_id = @RequestId AND node = @Node)
            ON CONFLICT (request_id, kind) DO UPDATE SET
              told = duties.told + 1, due_at = excluded.due_at, deadline = excluded.deadline, ended = 0, ended_at = NULL
            """,
            found.ConvertAll(duty => new
            {
                duty.RequestId,
                Kind = (int)duty.Kind,
                duty.Deadline,
                Now = now,
                Defence = (int)DutyKind.Defence,
                Node = node,
            }));
    }

    /// <summary>Takes up again whatever is about what a reorganisation has changed, ended or not.</summary>
    public Task RemakeAsync(IReadOnlyCollection<Hash32> subjects) => session.ExecuteManyAsync(
        """
        UPDATE duties SET told = told + 1, due_at = @now, ended = 0, ended_at = NULL WHERE request_id = @Subject OR seal = @Subject
        """,
        subjects.Select(subject => new { Subject = subject, now }).ToList());

    private Found? FoundIn(Log log) =>
        log.Address == deployment.Hub ? FoundAtHub(log)
        : log.Address == deployment.Court ? FoundAtCourt(log)
        : null;

    private Found? FoundAtHub(Log log)
    {
        if (options.Reviews is not ReviewChoice.Nothing && IHubContract.SettledEvent.TryDecode(log, out var settled) && settled.Node != node)
            return new Found(settled.RequestId, DutyKind.Review, settled.Until);
        if (options.AnswersQuorums && IHubContract.TermsSetEvent.TryDecode(log, out var terms) && terms.Terms.Members.Contains(node))
            return new Found(terms.RequestId, DutyKind.Quorum, (ulong)now.ToUnixTimeSeconds());
        return null;
    }

    private Found? FoundAtCourt(Log log)
    {
        if (IChallengeCourtContract.CaseOpenedEvent.TryDecode(log, out var opened))
            return new Found(opened.RequestId, DutyKind.Defence, (ulong)now.ToUnixTimeSeconds());
        if (options.SitsOnCommittees && IChallengeCourtContract.CommitteeDrawnEvent.TryDecode(log, out var drawn)
            && drawn.Members.Any(member => member.Node == node))
        {
            return new Found(drawn.RequestId, DutyKind.Seat, drawn.RevealsFrom);
        }

        return null;
    }

    private sealed record Found(Hash32 RequestId, DutyKind Kind, ulong Deadline);
}
