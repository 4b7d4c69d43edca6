using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Verifying.Cases;
using OpenGradient.Relayer.Verifying.Reviews;

namespace OpenGradient.Relayer.Verifying.Duties;

/// <summary>The duties in the database: taken by lease, and given back with what was done, as jobs are.</summary>
/// <param name="database">Where.</param>
/// <param name="orders">The transactions.</param>
/// <param name="owner">This process: no other has the same name.</param>
/// <param name="clock">The time.</param>
public sealed class DutyStore(IDatabase database, IOrders orders, string owner, TimeProvider clock)
{
    // Longer than whoever proves one after the other needs to look at what is due.
    private static readonly TimeSpan OverdueAfter = TimeSpan.FromMinutes(1);

    private const string Take = "UPDATE duties SET lease_owner = @Owner, lease_epoch = lease_epoch + 1, lease_until = @Until";

    /// <summary>
    /// What was decided before the chain told something new may be wrong by now: then the duty is due at once. And an answer and a seal, once they
    /// are there, are never replaced by others.
    /// </summary>
    private const string Update =
        """
        UPDATE duties SET
          answer_commit = COALESCE(answer_commit, @AnswerCommit),
          answer = CASE WHEN answer_commit IS NULL THEN @Answer ELSE answer END,
          salt = COALESCE(salt, @Salt),
          seal = COALESCE(seal, @Seal),
          stake = COALESCE(stake, @Stake),
          sent_attempt = CASE WHEN @SentOrder IS NULL THEN sent_attempt WHEN sent = @Sent THEN sent_attempt + 1 ELSE 1 END,
          sent = CASE WHEN @SentOrder IS NULL THEN sent ELSE @Sent END,
          sent_order = COALESCE(@SentOrder, sent_order),
          failed_runs = @FailedRuns,
          waiting_for = @WaitingFor,
          due_at = CASE WHEN told <> @Told THEN @Now WHEN @Ended <> 0 THEN NULL WHEN @StaysDue = 1 THEN due_at ELSE @DueAt END,
          ended = CASE WHEN told <> @Told THEN 0 ELSE @Ended END,
          ended_at = CASE WHEN told <> @Told OR @Ended = 0 THEN NULL ELSE @Now END,
          lease_owner = NULL, lease_until = 0
        WHERE request_id = @RequestId AND kind = @Kind AND lease_owner = @Owner AND lease_epoch = @Epoch
        """;

    /// <summary>Takes due duties of a lane that nobody else works on, the earliest deadline first.</summary>
    /// <param name="most">How many at the most.</param>
    /// <param name="length">For how long.</param>
    /// <param name="lane">Which.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <param name="after">Only what comes after it in their order; null for all. A duty that is looked at and stays due would be taken again and again.</param>
    public Task<IReadOnlyList<LeasedDuty>> LeaseDueAsync(int most, TimeSpan length, DutyLane lane, CancellationToken cancellationToken, Duty? after = null)
    {
        var now = clock.GetUtcNow();
        return database.WriteAsync(
            async session =>
            {
                var rows = await session.QueryAsync<DutyRow>(
                    session.Sql(
                        $"""
                        {Take} WHERE (request_id, kind) IN (
                          SELECT request_id, kind FROM duties WHERE {DueIn(lane)} LIMIT @Most)
                        RETURNING {DutyRow.Columns}
                        """,
                        // Rows that another replica is taking just now are passed over.
                        $"""
                        WITH free AS (
                          SELECT request_id, kind FROM duties WHERE {DueIn(lane)} LIMIT @Most FOR UPDATE SKIP LOCKED)
                        {Take} WHERE (request_id, kind) IN (SELECT request_id, kind FROM free)
                        RETURNING {DutyRow.Columns}
                        """),
                    Due(now, after, most, until: now + length));
                return await WithOrdersAsync(session, rows);
            },
            cancellationToken);
    }

    /// <summary>The due duties of a lane in the order in which they would be taken, without taking them.</summary>
    public Task<IReadOnlyList<Duty>> PeekDueAsync(int most, DutyLane lane, CancellationToken cancellationToken) => database.ReadAsync(
        async session =>
        {
            var now = clock.GetUtcNow();
            var rows = await session.QueryAsync<DutyRow>(
                $"SELECT {DutyRow.Columns} FROM duties WHERE {DueIn(lane)} LIMIT @Most", Due(now, after: null, most));
            return (IReadOnlyList<Duty>)[.. (await WithOrdersAsync(session, rows)).Select(leased => leased.Duty)];
        },
        cancellationToken);

    /// <summary>When the next duty of a lane is due that nobody works on; null where none is.</summary>
    public Task<DateTimeOffset?> NextDueAsync(DutyLane lane, CancellationToken cancellationToken) => database.ReadAsync(
        async session => await session.QuerySingleOrDefaultAsync<long?>(
            $"SELECT MIN(CASE WHEN lease_until > due_at THEN lease_until ELSE due_at END) FROM duties WHERE due_at IS NOT NULL AND {KindsOf(lane)}") is { } milliseconds
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : (DateTimeOffset?)null,
        cancellationToken);

    /// <summary>Gives back the leases of this process but for those of the duties that it has in hand. Gives how many there were.</summary>
    public Task<int> ReleaseAllButAsync(IReadOnlyCollection<(Hash32 RequestId, DutyKind Kind)> held, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            var inHand = held.ToHashSet();
            var forgotten = (await session.QueryAsync<DutyRow>(
                    "SELECT request_id AS RequestId, kind AS Kind FROM duties WHERE lease_owner = @owner AND due_at IS NOT NULL", new { owner }))
                .Where(row => !inHand.Contains((row.RequestId, (DutyKind)row.Kind))).Select(row => new { row.RequestId, row.Kind, Owner = owner }).ToList();
            return await session.ExecuteManyAsync(
                "UPDATE duties SET lease_owner = NULL, lease_until = 0 WHERE request_id = @RequestId AND kind = @Kind AND lease_owner = @Owner", forgotten);
        },
        cancellationToken);

    /// <summary>Writes what was done, with its transaction, and gives the lease back. Whoever has lost its lease meanwhile changes nothing.</summary>
    /// <returns>Whether the lease still held.</returns>
    public Task<bool> FileAsync(DutyFiling filing, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return database.WriteAsync(
            async session =>
            {
                if (!await IsStillOursAsync(session, filing.Leased))
                    return false;
                if (filing.Review is { } review)
                    await ReviewStore.WriteAsync(session, review, now);
                if (filing is { Challenge: { } other, Review: { } wrong })
                    await AddChallengeAsync(session, filing.Leased.Duty.RequestId, filing.ChallengeKind, other, wrong.Until, now);
                if (filing.StillFits is { } fits && !fits(await ChallengeRoom.LockAsync(session, filing.Leased.Duty.RequestId)))
                    filing = new DutyFiling { Leased = filing.Leased, WaitingFor = DutyWait.Capacity, DueAt = filing.DueAt, FailedRuns = filing.FailedRuns };
                long? order = filing.Order is { } ordered ? await orders.PlaceAsync(session, ordered) : null;
                await session.ExecuteAsync(Update, RowOf(filing, order, now));
                return true;
            },
            cancellationToken);
    }

    private static string DueIn(DutyLane lane) =>
        $"""
        due_at <= @Now AND lease_until <= @Now AND {KindsOf(lane)}{(lane == DutyLane.Overdue ? " AND due_at <= @Overdue" : "")}
        AND (deadline, kind, request_id) > (@Deadline, @Kind, @RequestId) ORDER BY deadline, kind, request_id
        """;

    private object Due(DateTimeOffset now, Duty? after, int most, DateTimeOffset? until = null) => new
    {
        Now = now,
        Overdue = now - OverdueAfter,
        Until = until,
        Owner = owner,
        Most = most,
        Deadline = after is null ? -1L : checked((long)after.Deadline),
        Kind = after is null ? 0 : (int)after.Kind,
        RequestId = after?.RequestId ?? Hash32.Zero,
    };

    private static string KindsOf(DutyLane lane) => lane switch
    {
        DutyLane.Usual => $"kind <> {(int)DutyKind.ProofChallenge}",
        DutyLane.Proofs or DutyLane.Overdue => $"kind = {(int)DutyKind.ProofChallenge}",
        _ => "kind <> 0",
    };

    private object RowOf(DutyFiling filing, long? order, DateTimeOffset now) => new
    {
        filing.Leased.Duty.RequestId,
        Kind = (int)filing.Leased.Duty.Kind,
        Owner = owner,
        filing.Leased.Epoch,
        filing.Leased.Told,
        Now = now,
        AnswerCommit = filing.NewAnswer?.Commit,
        Answer = filing.NewAnswer?.Output.ToArray(),
        filing.NewSeal?.Salt,
        Seal = filing.NewSeal?.Value,
        filing.Stake,
        Sent = (int)filing.Move,
        SentOrder = order,
        filing.FailedRuns,
        WaitingFor = (int)filing.WaitingFor,
        filing.DueAt,
        StaysDue = filing.StaysDue ? 1 : 0,
        Ended = (int)filing.End,
    };

    private static Task<int> AddChallengeAsync(
        DatabaseSession session, Hash32 requestId, DutyKind kind, OwnAnswer other, ulong deadline, DateTimeOffset now) =>
        session.ExecuteAsync(
            """
            INSERT INTO duties (request_id, kind, deadline, answer_commit, answer, due_at, found_at)
            VALUES (@requestId, @Kind, @deadline, @Commit, @Output, @now, @now)
            ON CONFLICT (request_id, kind) DO NOTHING
            """,
            new { requestId, Kind = (int)kind, deadline, other.Commit, Output = other.Output.ToArray(), now });

    private async Task<bool> IsStillOursAsync(DatabaseSession session, LeasedDuty leased) => await session.QuerySingleOrDefaultAsync<long?>(
        "SELECT lease_epoch FROM duties WHERE request_id = @RequestId AND kind = @Kind AND lease_owner = @Owner AND lease_epoch = @Epoch"
        + session.Sql("", " FOR UPDATE"),
        new { leased.Duty.RequestId, Kind = (int)leased.Duty.Kind, Owner = owner, leased.Epoch }) is not null;

    private async Task<IReadOnlyList<LeasedDuty>> WithOrdersAsync(DatabaseSession session, IReadOnlyList<DutyRow> rows)
    {
        var ids = rows.Select(row => row.SentOrder).OfType<long>().ToList();
        var states = ids.Count == 0 ? new Dictionary<long, OrderState>() : await orders.StatesAsync(session, ids);
        return [.. rows.Select(row => new LeasedDuty(row.ToDuty(Sent), row.LeaseEpoch, row.Told))];

        // An order that is not known any more was finished long ago.
        SentWork Sent(long id, int attempt) => states.TryGetValue(id, out var state)
            ? new SentWork(id, attempt, state.State, state.Block)
            : new SentWork(id, attempt, SentState.Failed, Block: null);
    }
}
