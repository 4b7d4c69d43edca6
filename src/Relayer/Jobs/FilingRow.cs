using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Jobs;

/// <summary>A filing as parameters of the statement that writes it.</summary>
internal sealed class FilingRow
{
    /// <summary>
    /// What was decided before the chain told something new may be wrong by now: then the job is due at once. And an answer, once it is there, is never
    /// replaced by another.
    /// </summary>
    public const string Update =
        """
        UPDATE jobs SET
          answer_commit = COALESCE(answer_commit, @AnswerCommit),
          answer = CASE WHEN answer_commit IS NULL THEN @Answer ELSE answer END,
          answered_at = CASE WHEN answer_commit IS NULL AND @HasAnswer THEN @Now ELSE answered_at END,
          compute_us = COALESCE(compute_us, @ComputeUs),
          backend = COALESCE(backend, @Backend),
          turned_away = CASE WHEN @TurnedAway <> 0 THEN @TurnedAway ELSE turned_away END,
          details = COALESCE(@Details, details),
          failed_runs = @FailedRuns,
          claim_order = COALESCE(@ClaimOrder, claim_order),
          claim_attempt = claim_attempt + CASE WHEN @ClaimOrder IS NULL THEN 0 ELSE 1 END,
          settlement_order = COALESCE(@SettlementOrder, settlement_order),
          settlement_attempt = settlement_attempt + CASE WHEN @SettlementOrder IS NULL THEN 0 ELSE 1 END,
          not_taken = CASE WHEN @SettlementOrder IS NULL THEN not_taken ELSE 0 END,
          ready_at = @ReadyAt,
          waiting_for = @WaitingFor,
          due_at = CASE WHEN told <> @Told THEN @Now WHEN @Ended <> 0 THEN NULL ELSE @DueAt END,
          ended = CASE WHEN told <> @Told THEN 0 ELSE @Ended END,
          ended_at = CASE WHEN told <> @Told OR @Ended = 0 THEN NULL ELSE @Now END,
          lease_owner = NULL, lease_until = 0
        WHERE request_id = @RequestId AND lease_owner = @Owner AND lease_epoch = @Epoch
        """;

    public required Hash32 RequestId { get; init; }

    public required string Owner { get; init; }

    public required long Epoch { get; init; }

    public required long Told { get; init; }

    public required DateTimeOffset Now { get; init; }

    public Hash32? AnswerCommit { get; init; }

    public byte[]? Answer { get; init; }

    public bool HasAnswer { get; init; }

    public long? ComputeUs { get; init; }

    public string? Backend { get; init; }

    public int TurnedAway { get; init; }

    public string? Details { get; init; }

    public int FailedRuns { get; init; }

    public long? ClaimOrder { get; set; }

    public long? SettlementOrder { get; set; }

    public DateTimeOffset? ReadyAt { get; init; }

    public int WaitingFor { get; init; }

    public DateTimeOffset? DueAt { get; set; }

    public int Ended { get; init; }

    public static FilingRow Of(Filing filing, string owner, DateTimeOffset now) => new()
    {
        RequestId = filing.Leased.Job.RequestId,
        Owner = owner,
        Epoch = filing.Leased.Epoch,
        Told = filing.Leased.Told,
        Now = now,
        AnswerCommit = filing.NewAnswer?.OutputCommit,
        Answer = filing.NewAnswer?.Output.ToArray(),
        HasAnswer = filing.NewAnswer is not null,
        ComputeUs = (long?)filing.NewAnswer?.Compute.TotalMicroseconds,
        Backend = filing.NewAnswer?.Backend,
        TurnedAway = (int)(filing.NewTurnedAway?.Reason ?? TurnAwayReason.None),
        Details = filing.NewTurnedAway?.Details,
        FailedRuns = filing.FailedRuns,
        ReadyAt = filing.ReadyAt,
        WaitingFor = (int)filing.WaitingFor,
        DueAt = filing.DueAt,
        Ended = (int)filing.End,
    };
}
