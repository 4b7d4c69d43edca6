using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;

namespace OpenGradient.Relayer.Jobs;

/// <summary>A job as it stands in the database.</summary>
internal sealed class JobRow
{
    /// <summary>The columns that this is made of.</summary>
    public const string Columns =
        """
        jobs.request_id AS RequestId, jobs.requester AS Requester, jobs.asked AS Asked, jobs.terms AS Terms, jobs.stage AS Stage, jobs.node AS Node,
        jobs.until AS Until, jobs.claims AS Claims, jobs.output_commit AS OutputCommit, jobs.is_delivered AS IsDelivered,
        jobs.answer_commit AS AnswerCommit, jobs.answer AS Answer, jobs.compute_us AS ComputeUs, jobs.backend AS Backend,
        jobs.turned_away AS TurnedAway, jobs.details AS Details, jobs.failed_runs AS FailedRuns, jobs.claim_order AS ClaimOrder,
        jobs.claim_attempt AS ClaimAttempt, jobs.settlement_order AS SettlementOrder, jobs.settlement_attempt AS SettlementAttempt,
        jobs.not_taken AS NotTaken, jobs.told AS Told, jobs.lease_epoch AS LeaseEpoch, jobs.ready_at AS ReadyAt,
        jobs.proof_id AS ProofId, jobs.failed_proofs AS FailedProofs,
        jobs.found_at AS FoundAt, jobs.deadline AS Deadline
        """;

    public Hash32 RequestId { get; init; }

    public Address Requester { get; init; }

    public byte[] Asked { get; init; } = [];

    public byte[]? Terms { get; init; }

    public int Stage { get; init; }

    public Address Node { get; init; }

    public ulong Until { get; init; }

    public int Claims { get; init; }

    public Hash32 OutputCommit { get; init; }

    public bool IsDelivered { get; init; }

    public Hash32? AnswerCommit { get; init; }

    public byte[]? Answer { get; init; }

    public long? ComputeUs { get; init; }

    public string? Backend { get; init; }

    public int TurnedAway { get; init; }

    public string? Details { get; init; }

    public DateTimeOffset FoundAt { get; init; }

    public ulong Deadline { get; init; }

    public int FailedRuns { get; init; }

    public long? ClaimOrder { get; init; }

    public int ClaimAttempt { get; init; }

    public long? SettlementOrder { get; init; }

    public int SettlementAttempt { get; init; }

    public int NotTaken { get; init; }

    public long Told { get; init; }

    public long LeaseEpoch { get; init; }

    public DateTimeOffset? ReadyAt { get; init; }

    public long? ProofId { get; init; }

    public int FailedProofs { get; init; }

    public RequestView View => new((Stage)Stage, Node, Until, checked((byte)Claims), OutputCommit, IsDelivered);

    /// <summary>The job, with what became of its transactions.</summary>
    public Job ToJob(Func<long, int, SentWork> sent)
    {
        var asked = ReadAsked(RequestId, Requester, Asked);
        var terms = Terms is null
            ? new IHubContract.Terms([], [])
            : IHubContract.TermsSetEvent.Decode(new Log(Address.Zero, [IHubContract.TermsSetEvent.Topic0, RequestId], Terms)).Terms;
        return new Job
        {
            RequestId = RequestId,
            Ask = new IHubContract.Ask(asked.Request, asked.Requester, asked.Nonce),
            Brought = asked.Input,
            Terms = terms,
            View = View,
            Answer = AnswerCommit is { } commit ? new JobAnswer(commit, Answer, TimeSpan.FromMicroseconds(ComputeUs ?? 0), Backend ?? "") : null,
            TurnedAway = TurnedAway == 0 ? null : new TurnedAway((TurnAwayReason)TurnedAway, Details ?? ""),
            FoundAt = FoundAt,
            FailedRuns = FailedRuns,
            Claim = ClaimOrder is { } claim ? sent(claim, ClaimAttempt) : null,
            Settlement = SettlementOrder is { } settlement ? sent(settlement, SettlementAttempt) : null,
            NotTaken = (Refusal)NotTaken,
            IsInProof = ProofId is not null,
            FailedProofs = FailedProofs,
        };
    }

    /// <summary>The event that a request was told by.</summary>
    public static IHubContract.RequestedEvent ReadAsked(Hash32 requestId, Address requester, byte[] asked) => IHubContract.RequestedEvent.Decode(
        new Log(Address.Zero, [IHubContract.RequestedEvent.Topic0, requestId, EventTopic.Of(requester)], asked));
}
