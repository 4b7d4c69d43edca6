using OpenGradient.Contracts.Hub;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Operations;

/// <summary>What an operator asks about jobs.</summary>
public sealed class JobQueries(IDatabase database)
{
    public const int MostListed = 200;

    private const string Columns =
        """
        request_id AS RequestId, version_id AS VersionId, requester AS Requester, assurance AS Assurance, deadline AS Deadline, fee AS Fee, stage AS Stage,
        node AS Node, waiting_for AS WaitingFor, ended AS Ended, due_at AS DueAt, turned_away AS TurnedAway, details AS Details, failed_runs AS FailedRuns,
        not_taken AS NotTaken, claim_order AS ClaimOrder, settlement_order AS SettlementOrder, compute_us AS ComputeUs, backend AS Backend,
        found_at AS FoundAt, answered_at AS AnsweredAt, claimed_at AS ClaimedAt, settled_at AS SettledAt, ended_at AS EndedAt
        """;

    /// <summary>The newest jobs first.</summary>
    /// <param name="open">Only those that are worked on, or only those that ended; null for all.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public Task<IReadOnlyList<JobSummary>> ListAsync(bool? open, int most, CancellationToken cancellationToken) => database.ReadAsync(
        async session => (IReadOnlyList<JobSummary>)[.. (await session.QueryAsync<Row>(
            $"SELECT {Columns} FROM jobs WHERE @Any OR (ended = 0) = @Open ORDER BY found_at DESC, request_id LIMIT @Most",
            new { Any = open is null, Open = open ?? true, Most = Math.Clamp(most, 1, MostListed) })).Select(row => row.ToSummary())],
        cancellationToken);

    /// <summary>One job; null where it is not known.</summary>
    public Task<JobSummary?> FindAsync(Hash32 requestId, CancellationToken cancellationToken) => database.ReadAsync(
        async session => (await session.QuerySingleOrDefaultAsync<Row>(
            $"SELECT {Columns} FROM jobs WHERE request_id = @requestId", new { requestId }))?.ToSummary(),
        cancellationToken);

    /// <summary>How many jobs wait for what, and how many ended how.</summary>
    public Task<IReadOnlyList<JobCount>> CountAsync(CancellationToken cancellationToken) => database.ReadAsync(
        session => session.QueryAsync<JobCount>(
            "SELECT ended AS Ended, waiting_for AS WaitingFor, COUNT(*) AS Count FROM jobs GROUP BY ended, waiting_for"),
        cancellationToken);

    private sealed class Row
    {
        public Hash32 RequestId { get; init; }

        public Hash32 VersionId { get; init; }

        public Address Requester { get; init; }

        public int Assurance { get; init; }

        public ulong Deadline { get; init; }

        public UInt256 Fee { get; init; }

        public int Stage { get; init; }

        public Address Node { get; init; }

        public int WaitingFor { get; init; }

        public int Ended { get; init; }

        public DateTimeOffset? DueAt { get; init; }

        public int TurnedAway { get; init; }

        public string? Details { get; init; }

        public int FailedRuns { get; init; }

        public int NotTaken { get; init; }

        public long? ClaimOrder { get; init; }

        public long? SettlementOrder { get; init; }

        public long? ComputeUs { get; init; }

        public string? Backend { get; init; }

        public DateTimeOffset FoundAt { get; init; }

        public DateTimeOffset? AnsweredAt { get; init; }

        public DateTimeOffset? ClaimedAt { get; init; }

        public DateTimeOffset? SettledAt { get; init; }

        public DateTimeOffset? EndedAt { get; init; }

        public JobSummary ToSummary() => new()
        {
            RequestId = RequestId.ToString(),
            VersionId = VersionId.ToString(),
            Requester = Requester.ToString(),
            Assurance = ((Assurance)Assurance).ToString(),
            Deadline = DateTimeOffset.FromUnixTimeSeconds((long)Deadline),
            Fee = Fee.ToString(),
            Stage = ((Stage)Stage).ToString(),
            Node = Node.IsZero ? null : Node.ToString(),
            WaitsFor = Ended == 0 ? ((WaitingFor)WaitingFor).ToString() : null,
            LooksAgainAt = DueAt,
            Ended = Ended == 0 ? null : ((JobEnd)Ended).ToString(),
            TurnedAway = TurnedAway == 0 ? null : $"{(TurnAwayReason)TurnedAway}: {Details}",
            FailedRuns = FailedRuns,
            NotTaken = NotTaken == 0 ? null : ((Refusal)NotTaken).ToString(),
            ClaimOrder = ClaimOrder,
            SettlementOrder = SettlementOrder,
            ComputeMs = ComputeUs / 1_000.0,
            Backend = Backend,
            FoundAt = FoundAt,
            AnsweredAt = AnsweredAt,
            ClaimedAt = ClaimedAt,
            SettledAt = SettledAt,
            EndedAt = EndedAt,
        };
    }
}

/// <summary>How many jobs are alike.</summary>
public sealed class JobCount
{
    public JobEnd Ended { get; init; }

    public WaitingFor WaitingFor { get; init; }

    public long Count { get; init; }
}

/// <summary>Where a job is, and why.</summary>
public sealed record JobSummary
{
    public required string RequestId { get; init; }

    public required string VersionId { get; init; }

    public required string Requester { get; init; }

    public required string Assurance { get; init; }

    public required DateTimeOffset Deadline { get; init; }

    /// <summary>In the token's smallest unit.</summary>
    public required string Fee { get; init; }

    /// <summary>As the hub has it.</summary>
    public required string Stage { get; init; }

    /// <summary>Who claimed or answered it.</summary>
    public string? Node { get; init; }

    /// <summary>What our work on it waits for; null when that has ended.</summary>
    public string? WaitsFor { get; init; }

    public DateTimeOffset? LooksAgainAt { get; init; }

    /// <summary>How our work on it ended.</summary>
    public string? Ended { get; init; }

    /// <summary>Why we do not answer.</summary>
    public string? TurnedAway { get; init; }

    public int FailedRuns { get; init; }

    /// <summary>What the hub last said to our answer, where it did not take it.</summary>
    public string? NotTaken { get; init; }

    public long? ClaimOrder { get; init; }

    public long? SettlementOrder { get; init; }

    public double? ComputeMs { get; init; }

    public string? Backend { get; init; }

    public required DateTimeOffset FoundAt { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }

    public DateTimeOffset? ClaimedAt { get; init; }

    public DateTimeOffset? SettledAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }
}
