using OpenGradient.Contracts.Hub;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Layout;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Proving;

/// <summary>
/// The proofs in the database: begun by taking answers together, leased, and ended in the transaction that orders their settlement. What is lost on the way is
/// made again, of the same answers and receipts.
/// </summary>
/// <param name="database">Where.</param>
/// <param name="jobs">The answers.</param>
/// <param name="orders">The transactions.</param>
/// <param name="owner">This process: no other has the same name.</param>
/// <param name="clock">The time.</param>
public sealed class ProofStore(IDatabase database, JobStore jobs, IOrders orders, string owner, TimeProvider clock)
{
    /// <summary>How many answers are looked at in one go; the earliest deadlines come first.</summary>
    public const int PageLength = 512;

    /// <summary>How many that were begun are looked at once: of these one is made.</summary>
    private const int MostBegun = 16;

    private const string Free = "due_at <= @now AND lease_until <= @now";

    private static readonly string CanBeProven =
        $"assurance = {(int)Assurance.Proven} AND ended = 0 AND proof_id IS NULL AND answer_commit IS NOT NULL AND turned_away = 0 "
        + $"AND stage IN ({(int)Stage.Open}, {(int)Stage.Claimed})";

    /// <summary>The text of <see cref="BeingAnsweredAsync"/>.</summary>
    internal static readonly string BeingAnswered =
        $"""
        SELECT DISTINCT version_id FROM (
          SELECT version_id FROM jobs
          WHERE assurance = {(int)Assurance.Proven} AND due_at IS NOT NULL AND answer_commit IS NULL AND found_at > @since
            AND ended = 0 AND turned_away = 0 AND stage = {(int)Stage.Open} AND deadline >= @Time
          ORDER BY found_at DESC LIMIT {PageLength}) AS newest
        """;

    /// <summary>The answers that are in no proof, a page of them; whether one may be sent is for <see cref="StepPolicy"/> to say.</summary>
    /// <param name="after">The last one of the page before; null for the first page.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public Task<IReadOnlyList<LeasedJob>> WaitingAsync(Job? after, CancellationToken cancellationToken) => database.ReadAsync(
        session => jobs.ReadAsync(
            session,
            $"""
            {CanBeProven}{(after is null ? "" : " AND (deadline > @Deadline OR (deadline = @Deadline AND request_id > @RequestId))")}
            ORDER BY deadline, request_id LIMIT @Most
            """,
            new { Most = PageLength, Deadline = after?.Deadline ?? 0, RequestId = after?.RequestId ?? default }),
        cancellationToken);

    /// <summary>The versions of what is asked to be proven and has no answer yet, of the newest that was found since then: most of it is answered in a moment.</summary>
    /// <param name="since">What was found before that is not looked at.</param>
    /// <param name="now">What has no time left is not answered any more.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public Task<IReadOnlyList<Hash32>> BeingAnsweredAsync(DateTimeOffset since, Moment now, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.QueryAsync<Hash32>(BeingAnswered, new { since, Time = Math.Max(now.TipTime, now.ChainTime) }), cancellationToken);

    /// <summary>The answers of a proof, in its order.</summary>
    public Task<IReadOnlyList<LeasedJob>> ItemsAsync(long proofId, CancellationToken cancellationToken) => database.ReadAsync(
        session => jobs.ReadAsync(session, "proof_id = @proofId ORDER BY proof_place", new { proofId }), cancellationToken);

    /// <summary>Takes answers together for a proof, which is leased. Those that another has taken meanwhile are left out; null where all are.</summary>
    public Task<ProofInMaking?> BeginAsync(
        Hash32 versionId, IReadOnlyList<Hash32> requestIds, Address payee, ulong issuedAt, TimeSpan lease, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            var now = clock.GetUtcNow();
            var proofId = await session.QuerySingleAsync<long>(
                """
                INSERT INTO proofs (version_id, payee, issued_at, items, begun_at, due_at, lease_owner, lease_epoch, lease_until)
                VALUES (@versionId, @payee, @issuedAt, @Items, @now, @now, @owner, 1, @Until) RETURNING proof_id
                """,
                new { versionId, payee, issuedAt, Items = requestIds.Count, now, owner, Until = now + lease });
            var taken = 0;
            foreach (var requestId in requestIds)
            {
                taken += await session.ExecuteAsync(
                    $"UPDATE jobs SET proof_id = @proofId, proof_place = @taken WHERE request_id = @requestId AND {CanBeProven}", new { proofId, taken, requestId });
            }

            if (taken > 0)
                await session.ExecuteAsync("UPDATE proofs SET items = @taken WHERE proof_id = @proofId", new { taken, proofId });
            else
                await session.ExecuteAsync("DELETE FROM proofs WHERE proof_id = @proofId", new { proofId });
            return taken > 0 ? new ProofInMaking(proofId, Epoch: 1, versionId, payee, issuedAt) : null;
        },
        cancellationToken);

    /// <summary>The proofs that were begun and that nobody makes, of processes that ended, or to be tried again: their ids and versions, the first due ones first.</summary>
    public Task<IReadOnlyList<(long ProofId, Hash32 VersionId)>> BegunAsync(CancellationToken cancellationToken) => database.ReadAsync(
        async session => (IReadOnlyList<(long, Hash32)>)[.. (await session.QueryAsync<Row>(
            $"SELECT proof_id AS ProofId, version_id AS VersionId FROM proofs WHERE {Free} ORDER BY due_at, proof_id LIMIT @Most",
            new { now = clock.GetUtcNow(), Most = MostBegun })).Select(row => (row.ProofId, row.VersionId))],
        cancellationToken);

    /// <summary>Takes one of them; null where another has.</summary>
    public Task<ProofInMaking?> LeaseAsync(long proofId, TimeSpan lease, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            var now = clock.GetUtcNow();
            var row = await session.QuerySingleOrDefaultAsync<Row>(
                $"""
                UPDATE proofs SET lease_owner = @owner, lease_epoch = lease_epoch + 1, lease_until = @Until
                WHERE proof_id = @proofId AND {Free}
                RETURNING proof_id AS ProofId, lease_epoch AS Epoch, version_id AS VersionId, payee AS Payee, issued_at AS IssuedAt
                """,
                new { proofId, now, owner, Until = now + lease });
            return row is null ? null : new ProofInMaking(row.ProofId, row.Epoch, row.VersionId, row.Payee, row.IssuedAt);
        },
        cancellationToken);

    /// <summary>Gives back what this process has leased. For who has none in hand: its leases were lost on the way, and nobody else would take them before they end.</summary>
    public Task<int> ReleaseAsync(CancellationToken cancellationToken) => database.WriteAsync(
        session => session.ExecuteAsync("UPDATE proofs SET lease_until = 0 WHERE lease_owner = @owner AND due_at IS NOT NULL", new { owner }), cancellationToken);

    /// <summary>When the next proof is due that nobody makes; null where none is.</summary>
    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => database.ReadAsync(
        async session => await session.QuerySingleOrDefaultAsync<long?>(
            "SELECT MIN(CASE WHEN lease_until > due_at THEN lease_until ELSE due_at END) FROM proofs WHERE due_at IS NOT NULL") is { } milliseconds
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : (DateTimeOffset?)null,
        cancellationToken);

    /// <summary>Writes that a proof is made, with the order that settles by it: both or neither.</summary>
    /// <param name="proof">The proof.</param>
    /// <param name="made">What it is.</param>
    /// <param name="lookAgain">When its answers are looked after where the chain tells nothing.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>Whether it was written; not where the lease was lost.</returns>
    public Task<bool> FileAsync(ProofInMaking proof, MadeProof made, TimeSpan lookAgain, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            var now = clock.GetUtcNow();
            if (!await IsOursAsync(session, proof))
                return false;
            var order = await orders.PlaceAsync(session, made.Order);
            await session.ExecuteAsync(
                """
                UPDATE proofs SET form = @Form, bytes = @Bytes, prove_us = @ProveUs, settlement_order = @order, ended_at = @now, due_at = NULL,
                  lease_owner = NULL, lease_until = 0
                WHERE proof_id = @ProofId
                """,
                new { Form = (int)made.Form, made.Bytes, ProveUs = (long)made.Took.TotalMicroseconds, order, now, proof.ProofId });
            await session.ExecuteAsync(
                """
                UPDATE jobs SET proof_id = NULL, proof_place = NULL,
                  settlement_order = @order, settlement_attempt = settlement_attempt + 1, not_taken = 0,
                  waiting_for = CASE WHEN ended = 0 THEN @OurSettlement ELSE waiting_for END,
                  due_at = CASE WHEN ended = 0 THEN @LookAt ELSE NULL END
                WHERE proof_id = @ProofId
                """,
                new { order, OurSettlement = (int)WaitingFor.OurSettlement, LookAt = now + lookAgain, proof.ProofId });
            return true;
        },
        cancellationToken);

    /// <summary>Gives a proof back, to be tried again.</summary>
    public Task PostponeAsync(ProofInMaking proof, DateTimeOffset until, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            if (await IsOursAsync(session, proof))
                await session.ExecuteAsync("UPDATE proofs SET due_at = @until, lease_owner = NULL, lease_until = 0 WHERE proof_id = @ProofId", new { until, proof.ProofId });
            return true;
        },
        cancellationToken);

    /// <summary>Gives up a proof: its answers are free for others.</summary>
    /// <param name="proof">The proof.</param>
    /// <param name="failure">What was wrong, which counts against its answers; null where nothing was, but some of them are not open any more.</param>
    /// <param name="mostFailures">From how many failures on an answer is given up.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public Task DropAsync(ProofInMaking proof, string? failure, int mostFailures, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            if (!await IsOursAsync(session, proof))
                return false;
            await session.ExecuteAsync(
                """
                UPDATE jobs SET
                  turned_away = CASE WHEN turned_away = 0 AND failed_proofs + @Failed >= @mostFailures AND @Failed = 1 THEN @Reason ELSE turned_away END,
                  details = CASE WHEN turned_away = 0 AND failed_proofs + @Failed >= @mostFailures AND @Failed = 1 THEN @Details ELSE details END,
                  failed_proofs = failed_proofs + @Failed,
                  proof_id = NULL, proof_place = NULL,
                  due_at = CASE WHEN ended = 0 THEN @Now ELSE NULL END
                WHERE proof_id = @ProofId
                """,
                new { Failed = failure is null ? 0 : 1, mostFailures, Reason = (int)TurnAwayReason.ProofFailed, Details = failure ?? "", Now = clock.GetUtcNow(), proof.ProofId });
            await session.ExecuteAsync("DELETE FROM proofs WHERE proof_id = @ProofId", new { proof.ProofId });
            return true;
        },
        cancellationToken);

    // Who comes back too late finds another epoch, or no such proof.
    private async Task<bool> IsOursAsync(DatabaseSession session, ProofInMaking proof) => await session.ExecuteAsync(
        "UPDATE proofs SET lease_owner = @owner WHERE proof_id = @ProofId AND lease_owner = @owner AND lease_epoch = @Epoch AND due_at IS NOT NULL",
        new { owner, proof.ProofId, proof.Epoch }) == 1;

    private sealed class Row
    {
        public long ProofId { get; init; }

        public long Epoch { get; init; }

        public Hash32 VersionId { get; init; }

        public Address Payee { get; init; }

        public ulong IssuedAt { get; init; }
    }
}

/// <summary>A proof that is ours to make, until its lease ends.</summary>
/// <param name="ProofId">Which.</param>
/// <param name="Epoch">The lease's.</param>
/// <param name="VersionId">Of which version's answers.</param>
/// <param name="Payee">Whom its receipts pay.</param>
/// <param name="IssuedAt">When its receipts say that they were issued.</param>
public sealed record ProofInMaking(long ProofId, long Epoch, Hash32 VersionId, Address Payee, ulong IssuedAt);

/// <summary>A proof that was made and checked, with the transaction that brings it.</summary>
/// <param name="Order">The transaction.</param>
/// <param name="Form">The proof's form.</param>
/// <param name="Bytes">How long the proof is.</param>
/// <param name="Took">How long making it took.</param>
public sealed record MadeProof(Order Order, ProofForm Form, long Bytes, TimeSpan Took);
