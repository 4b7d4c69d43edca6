using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Verifying.Cases;

namespace OpenGradient.Relayer.Verifying.Duties;

/// <summary>A duty as it stands in the database.</summary>
internal sealed class DutyRow
{
    /// <summary>The columns that this is made of.</summary>
    public const string Columns =
        """
        request_id AS RequestId, kind AS Kind, answer_commit AS AnswerCommit, answer AS Answer, salt AS Salt, seal AS Seal, sent AS Sent,
        sent_order AS SentOrder, sent_attempt AS SentAttempt, failed_runs AS FailedRuns, deadline AS Deadline, told AS Told, lease_epoch AS LeaseEpoch
        """;

    public Hash32 RequestId { get; init; }

    public int Kind { get; init; }

    public Hash32? AnswerCommit { get; init; }

    public byte[]? Answer { get; init; }

    public Hash32? Salt { get; init; }

    public Hash32? Seal { get; init; }

    public int Sent { get; init; }

    public long? SentOrder { get; init; }

    public int SentAttempt { get; init; }

    public int FailedRuns { get; init; }

    public ulong Deadline { get; init; }

    public long Told { get; init; }

    public long LeaseEpoch { get; init; }

    /// <summary>The duty, with what became of its last transaction.</summary>
    public Duty ToDuty(Func<long, int, SentWork> sent) => new()
    {
        RequestId = RequestId,
        Kind = (DutyKind)Kind,
        Answer = AnswerCommit is { } commit ? new OwnAnswer(commit, Answer) : null,
        Seal = Salt is { } salt && Seal is { } seal ? new OwnSeal(salt, seal) : null,
        Sent = SentOrder is { } order ? new SentStep((Move)Sent, sent(order, SentAttempt)) : null,
        FailedRuns = FailedRuns,
        Deadline = Deadline,
    };
}

/// <summary>A duty that is ours to work on, until its lease ends.</summary>
/// <param name="Duty">The duty.</param>
/// <param name="Epoch">The lease's: whoever comes back too late finds another one, and changes nothing.</param>
/// <param name="Told">How often the chain had told something of it when it was read.</param>
public sealed record LeasedDuty(Duty Duty, long Epoch, long Told);

/// <summary>What is to be written about a leased duty. It gives the lease back.</summary>
public sealed record DutyFiling
{
    public required LeasedDuty Leased { get; init; }

    public DutyWait WaitingFor { get; init; }

    /// <summary>When to look again at the latest; null to sleep until the chain tells something.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Whether it stays due as it was: for somebody else, who must find it no later for our looking at it.</summary>
    public bool StaysDue { get; init; }

    public DutyEnd End { get; init; }

    /// <summary>An answer that was just found.</summary>
    public OwnAnswer? NewAnswer { get; init; }

    /// <summary>What is about to be sealed. It is stored with the order that seals it, or neither is.</summary>
    public OwnSeal? NewSeal { get; init; }

    /// <summary>What a challenge puts at risk.</summary>
    public UInt256? Stake { get; init; }

    public int FailedRuns { get; init; }

    /// <summary>Asked once more when nobody else can add a challenge: two that were decided side by side must not take the same room.</summary>
    public Func<ChallengeRoom, bool>? StillFits { get; init; }

    /// <summary>What is ordered, and what for.</summary>
    public Order? Order { get; init; }

    /// <inheritdoc cref="Order"/>
    public Move Move { get; init; }

    /// <summary>What was found about an answer.</summary>
    public Reviews.Review? Review { get; init; }

    /// <summary>What the answer should have been: it becomes a challenge.</summary>
    public OwnAnswer? Challenge { get; init; }

    /// <summary>By vote or by proof.</summary>
    public DutyKind ChallengeKind { get; init; } = DutyKind.Challenge;
}
