using System.Security.Cryptography;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Verifying.Reviews;

/// <summary>Reviews in the database, and the secret by which some answers are chosen for one.</summary>
public sealed class ReviewStore(IDatabase database)
{
    private const int MostListed = 200;

    /// <summary>Writes a review; one of an answer that a reorganisation has replaced gives way.</summary>
    public static Task<int> WriteAsync(DatabaseSession session, Review review, DateTimeOffset now) => session.ExecuteAsync(
        """
        INSERT INTO reviews (request_id, version_id, node, output_commit, own_commit, verdict, reason, details, runs, compute_us, reviewed_at)
        VALUES (@RequestId, @VersionId, @Node, @OutputCommit, @OwnCommit, @Verdict, @Reason, @Details, @Runs, @ComputeUs, @now)
        ON CONFLICT (request_id) DO UPDATE SET
          version_id = excluded.version_id, node = excluded.node, output_commit = excluded.output_commit, own_commit = excluded.own_commit,
          verdict = excluded.verdict, reason = excluded.reason, details = excluded.details, runs = excluded.runs, compute_us = excluded.compute_us,
          reviewed_at = excluded.reviewed_at
        """,
        new
        {
            review.RequestId,
            review.VersionId,
            review.Node,
            review.OutputCommit,
            review.OwnCommit,
            Verdict = (int)review.Verdict,
            Reason = (int)review.Reason,
            review.Details,
            review.Runs,
            ComputeUs = (long)review.Compute.TotalMicroseconds,
            now,
        });

    /// <summary>The answer to a request that was reviewed; null where none was.</summary>
    public Task<Hash32?> ReviewedAsync(Hash32 requestId, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.QuerySingleOrDefaultAsync<Hash32?>("SELECT output_commit FROM reviews WHERE request_id = @requestId", new { requestId }),
        cancellationToken);

    /// <summary>The secret of this database; made when it is first asked for.</summary>
    public Task<Hash32> SecretAsync(CancellationToken cancellationToken)
    {
        var fresh = new Hash32(RandomNumberGenerator.GetBytes(Hash32.ByteLength));
        return database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync("INSERT INTO sampling_secrets (id, secret) VALUES (1, @fresh) ON CONFLICT (id) DO NOTHING", new { fresh });
                return await session.QuerySingleAsync<Hash32>("SELECT secret FROM sampling_secrets WHERE id = 1");
            },
            cancellationToken);
    }

    /// <summary>The newest reviews first.</summary>
    /// <param name="verdict">Only those that came to it; null for all.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public Task<IReadOnlyList<ReviewSummary>> ListAsync(Verdict? verdict, int most, CancellationToken cancellationToken) => database.ReadAsync(
        async session => (IReadOnlyList<ReviewSummary>)[.. (await session.QueryAsync<Row>(
            """
            SELECT reviews.request_id AS RequestId, version_id AS VersionId, node AS Node, output_commit AS OutputCommit, own_commit AS OwnCommit,
              verdict AS Verdict, reason AS Reason, details AS Details, runs AS Runs, compute_us AS ComputeUs, reviewed_at AS ReviewedAt,
              duties.waiting_for AS WaitingFor, duties.ended AS Ended
            FROM reviews LEFT JOIN duties ON duties.request_id = reviews.request_id AND duties.kind IN (@Challenge, @ProofChallenge)
            WHERE @Any OR verdict = @Verdict ORDER BY reviewed_at DESC, reviews.request_id LIMIT @Most
            """,
            new
            {
                Challenge = (int)Duties.DutyKind.Challenge, ProofChallenge = (int)Duties.DutyKind.ProofChallenge, Any = verdict is null, Verdict = (int)(verdict ?? Verdict.None),
                Most = Math.Clamp(most, 1, MostListed),
            })).Select(row => row.ToSummary())],
        cancellationToken);

    private sealed class Row
    {
        public Hash32 RequestId { get; init; }

        public Hash32 VersionId { get; init; }

        public Address Node { get; init; }

        public Hash32 OutputCommit { get; init; }

        public Hash32? OwnCommit { get; init; }

        public int Verdict { get; init; }

        public int Reason { get; init; }

        public string Details { get; init; } = "";

        public int Runs { get; init; }

        public long ComputeUs { get; init; }

        public DateTimeOffset ReviewedAt { get; init; }

        public int? WaitingFor { get; init; }

        public int? Ended { get; init; }

        public ReviewSummary ToSummary() => new()
        {
            RequestId = RequestId.ToString(),
            VersionId = VersionId.ToString(),
            Node = Node.ToString(),
            OutputCommit = OutputCommit.ToString(),
            OwnCommit = OwnCommit?.ToString(),
            Verdict = ((Verdict)Verdict).ToString(),
            Reason = Reason == 0 ? null : ((ReviewReason)Reason).ToString(),
            Details = Details,
            Runs = Runs,
            ComputeMs = ComputeUs / 1_000.0,
            ReviewedAt = ReviewedAt,
            Challenge = Ended is not { } ended ? null : ended == 0 ? $"waits for {(Duties.DutyWait)(WaitingFor ?? 0)}" : ((Duties.DutyEnd)ended).ToString(),
        };
    }
}

/// <summary>A review, as people read it.</summary>
public sealed record ReviewSummary
{
    public required string RequestId { get; init; }

    public required string VersionId { get; init; }

    /// <summary>Whose answer it is about.</summary>
    public required string Node { get; init; }

    public required string OutputCommit { get; init; }

    /// <summary>What we found.</summary>
    public string? OwnCommit { get; init; }

    public required string Verdict { get; init; }

    public string? Reason { get; init; }

    public required string Details { get; init; }

    public required int Runs { get; init; }

    public required double ComputeMs { get; init; }

    public required DateTimeOffset ReviewedAt { get; init; }

    /// <summary>What came of our challenge; null where there is none.</summary>
    public string? Challenge { get; init; }
}
