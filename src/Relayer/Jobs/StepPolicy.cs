using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Claiming;

namespace OpenGradient.Relayer.Jobs;

/// <summary>
/// The whole life of a job, as one function of what is known: it asks nothing and changes nothing, so that a restart, a reorganisation or another
/// replica comes to the same step.
/// </summary>
public sealed class StepPolicy(Address node, StepLimits limits)
{
    // Each look comes a quarter of the time later that was waited until then.
    private const int Share = 4;
    private const ulong MostSecondsOver = 86_400;
    private const ulong MostBlocksOver = 1_000;

    /// <summary>The next step at a moment.</summary>
    public NextStep Next(Job job, Moment now) => job.View.Stage switch
    {
        Stage.None => new NextStep.Sleep(WaitingFor.ItsReturn),
        Stage.Refunded => new NextStep.End(JobEnd.Refunded),
        Stage.Slashed => new NextStep.End(job.View.Node == node ? JobEnd.Overturned : JobEnd.AnsweredByAnother),
        Stage.Challenged => new NextStep.Sleep(WaitingFor.Judgement),
        Stage.Settled or Stage.Failed => AfterAnswer(job, now),
        Stage.Sealing => InQuorum(job, now),
        _ => BeforeAnswer(job, now),
    };

    private NextStep AfterAnswer(Job job, Moment now)
    {
        if (job.View.Node != node)
            return new NextStep.End(JobEnd.AnsweredByAnother);
        // Corrected by a proof: another answer stands in the place of ours.
        if (job.Answer is { } ours && ours.OutputCommit != job.View.OutputCommit)
            return new NextStep.End(JobEnd.Overturned);
        // What contests it may be in a block that is not stored yet, though the time for that is over.
        if (!job.View.IsFinal(now.TipActiveTime))
            return new NextStep.Rest(WaitingFor.Finality, WhenFinal(job.View.Until, now));
        return new NextStep.End(job.View.Stage == Stage.Failed ? JobEnd.AnsweredFailure : JobEnd.Answered);
    }

    // Others were faster than we were told: there may still be time to seal.
    private NextStep InQuorum(Job job, Moment now) =>
        job.Answer is null && job.TurnedAway is null && job.Terms.Members.Contains(node) && now.TipTime <= job.Deadline
            ? new NextStep.Prepare()
            : new NextStep.Sleep(WaitingFor.Quorum);

    private NextStep BeforeAnswer(Job job, Moment now)
    {
        // What we have sent may be in a block that we were not told of yet.
        if (now.TipTime > job.Deadline)
            return Wait(job.Settlement, now, WaitingFor.OurSettlement) ?? (NextStep)new NextStep.End(JobEnd.Expired);
        if (job.TurnedAway is not null)
            return new NextStep.End(JobEnd.TurnedAway);
        // Nothing gets in any more, as far as can be told. That nothing did is certain when the blocks up to then are stored.
        if (now.ChainTime > job.Deadline)
            return Wait(job.Settlement, now, WaitingFor.OurSettlement) ?? new NextStep.Rest(WaitingFor.Deadline, AfterTip(now.ChainTime - job.Deadline, now));
        if (job.Answer is null)
            return new NextStep.Prepare();
        // A quorum's members seal and reveal: that is a verifier's duty, and this answer is what it seals.
        if (job.Ask.Request.QuorumValue > 0)
            return new NextStep.Rest(WaitingFor.Quorum, now.WhenChainTimeIs(job.Deadline + 1));
        return Wait(job.Settlement, now, WaitingFor.OurSettlement) ?? AfterRefusal(job) ?? WhilePaused(now) ?? ToProve(job, ToSettle(job, now), now);
    }

    // What the hub said to our last batch, if it said anything to this answer: a batch that ran out of gas leaves some without a word.
    private NextStep.End? AfterRefusal(Job job) =>
        job.NotTaken is Refusal.None or Refusal.NotEntitled or Refusal.NotOpen or Refusal.DeadlinePassed or Refusal.LienRefused
        && (job.Settlement?.Attempt ?? 0) < (job.Assurance == Assurance.Proven ? limits.MostProofs : limits.MostSettlements)
            ? null
            : new NextStep.End(JobEnd.NotTaken);

    // What is sent meanwhile reverts, and counts as an attempt.
    private NextStep.Rest? WhilePaused(Moment now) => now.IsPaused ? new NextStep.Rest(WaitingFor.HubsPause, now.Time + limits.LookAgain) : null;

    // Where a signed answer would be sent, one that is asked to be proven is put into a proof, which brings it.
    private NextStep ToProve(Job job, NextStep next, Moment now) =>
        job.Assurance != Assurance.Proven || next is not NextStep.Settle settle ? next
        : job.IsInProof ? new NextStep.Rest(WaitingFor.Proof, now.Time + limits.LookAgain)
        : new NextStep.Prove(settle.Before);

    private NextStep ToSettle(Job job, Moment now)
    {
        var asked = job.Ask.Request;
        if (asked.Assignee == node && now.ChainTime + limits.InclusionAt(now) <= asked.ExclusiveUntil)
            return new NextStep.Settle(Math.Min(asked.ExclusiveUntil, asked.Deadline));
        // A claim of ours that ran out serves until another has taken its place.
        if (job.View.Stage == Stage.Claimed && job.View.Node == node)
        {
            var claimedAt = job.View.Until - (job.Assurance == Assurance.Proven ? limits.ProvenClaimSeconds : limits.ClaimSeconds);
            return now.ActiveTime > claimedAt
                ? new NextStep.Settle(Math.Min(now.ChainTimeAt(job.View.Until), asked.Deadline))
                : new NextStep.Rest(WaitingFor.ClaimsConfirmation, now.WhenActiveTimeIs(claimedAt + 1));
        }

        if (asked.Assignee != node && now.ChainTime <= asked.ExclusiveUntil)
            return new NextStep.Rest(WaitingFor.AnothersClaim, now.WhenChainTimeIs(asked.ExclusiveUntil + 1));
        if (job.View.Stage == Stage.Claimed && now.ActiveTime <= job.View.Until)
            return new NextStep.Rest(WaitingFor.AnothersClaim, now.WhenActiveTimeIs(job.View.Until + 1));
        // Whoever copies an attested answer on its way pays its maker: it needs no claim.
        return job.Assurance == Assurance.Attested ? new NextStep.Settle(job.Deadline) : Wait(job.Claim, now, WaitingFor.OurClaim) ?? ToClaim(job, now);
    }

    private NextStep ToClaim(Job job, Moment now)
    {
        // A claim that cannot be settled in time loses its bond. The deadline itself is the chain's word: until then a clock may be wrong.
        var margin = limits.ClaimMarginAt(now) + GraceOf(job) + (job.Assurance == Assurance.Proven ? limits.ProveSeconds : 0);
        // Whoever has the sole right to settle loses nothing but gas by trying, and the fee by waiting.
        if (now.ChainTime + margin > job.Deadline && job.Ask.Request.Assignee == node && now.ChainTime < job.Ask.Request.ExclusiveUntil)
            return new NextStep.Settle(Math.Min(job.Ask.Request.ExclusiveUntil, job.Deadline));
        if (now.ChainTime + margin > job.Deadline || (job.Claim?.Attempt ?? 0) >= limits.MostClaims)
            return new NextStep.Rest(WaitingFor.Deadline, now.WhenChainTimeIs(job.Deadline + 1));
        return now.HasRivals && TurnOf(job, now, margin) is { } turn && turn > now.Time ? new NextStep.Rest(WaitingFor.ItsTurn, turn) : new NextStep.Claim();
    }

    // A claim that takes somebody's place stands later: until then that one may settle what is on its way.
    private ulong GraceOf(Job job)
    {
        var former = job.View.Stage == Stage.Claimed ? job.View.Node : job.Ask.Request.Assignee;
        return former == Address.Zero || former == node ? 0 : limits.GraceSeconds;
    }

    // Who has little time has no time to wait.
    private DateTimeOffset? TurnOf(Job job, Moment now, ulong margin) =>
        now.ChainTime + margin + (ulong)limits.Turns.Longest.TotalSeconds > job.Deadline ? null : limits.Turns.TurnOf(node, job, now);

    /// <summary>When it is too late to start a claim that was ordered: what is claimed then cannot be settled in time.</summary>
    public DateTimeOffset ClaimBefore(Job job, Moment now)
    {
        var after = limits.InclusionAt(now) + 1 + GraceOf(job) + (job.Assurance == Assurance.Proven ? limits.ProveSeconds : 0);
        return now.WhenChainTimeIs(job.Deadline - Math.Min(job.Deadline, after));
    }

    private DateTimeOffset WhenFinal(ulong until, Moment now) =>
        now.ActiveTime > until ? AfterTip(now.ActiveTime - until, now) : Later(now.WhenActiveTimeIs(until), now);

    private DateTimeOffset Later(DateTimeOffset when, Moment now) => now.Time + limits.LookSoon is var soon && soon > when ? soon : when;

    // The blocks up to a time that is over are not stored yet. Who has waited for them long looks less often: a follower that lags by minutes has everybody's jobs to catch up with.
    private DateTimeOffset AfterTip(ulong secondsOver, Moment now) => now.Time + Between(TimeSpan.FromSeconds((double)Math.Min(secondsOver, MostSecondsOver) / Share));

    private TimeSpan Between(TimeSpan wait) => wait < limits.LookSoon ? limits.LookSoon : wait > limits.LookAgain ? limits.LookAgain : wait;

    // What was sent counts as sent until the chain says otherwise; and what is in a block that the follower has not told yet has not failed. When it tells that, it wakes the job.
    private NextStep.Rest? Wait(SentWork? sent, Moment now, WaitingFor reason) => sent switch
    {
        { State: SentState.Pending } => new NextStep.Rest(reason, now.Time + limits.LookAgain),
        { State: SentState.Mined, Block: { } block } when block > now.Tip =>
            new NextStep.Rest(reason, now.Time + Between(limits.LookSoon * Math.Min(block.Value - now.Tip.Value, MostBlocksOver))),
        _ => null,
    };
}

/// <summary>The margins that steps are decided by.</summary>
public sealed record StepLimits
{
    /// <summary>How long the hub's claims last.</summary>
    public required ulong ClaimSeconds { get; init; }

    /// <summary>How long those of requests last that are to be proven.</summary>
    public ulong ProvenClaimSeconds { get; init; }

    /// <summary>How long a proof takes, at worst that is planned for.</summary>
    public ulong ProveSeconds { get; init; }

    /// <summary>How long three blocks take: a transaction is planned to be mined within them, as long as no more than one of a hundred takes longer.</summary>
    public required ulong InclusionSeconds { get; init; }

    /// <summary>How long the hub lets whom a claim displaces settle before the claim stands: a third of the usual one.</summary>
    public ulong GraceSeconds => ClaimSeconds / 3;

    /// <summary>How long a transaction takes to be mined, at worst that is planned for: three blocks, or what 99 of 100 took where that is longer.</summary>
    public ulong InclusionAt(Moment now) => Math.Max(InclusionSeconds, now.InclusionSeconds);

    /// <summary>How much time must be left to claim, be confirmed, and settle.</summary>
    public ulong ClaimMarginAt(Moment now) => (2 * InclusionAt(now)) + 1;

    /// <summary>How nodes take turns: block by block, since a claim is mostly mined within one.</summary>
    public ClaimTurns Turns => new(TimeSpan.FromSeconds((InclusionSeconds + 2) / 3));

    /// <summary>How often one request is claimed.</summary>
    public int MostClaims { get; init; } = 3;

    /// <summary>How often one answer is sent.</summary>
    public int MostSettlements { get; init; } = 10;

    /// <summary>How many proofs of one answer are sent.</summary>
    public int MostProofs { get; init; } = 3;

    /// <summary>When to look after a transaction that is on its way, where the chain tells nothing.</summary>
    public TimeSpan LookAgain { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>When to look after a transaction that was mined in a block we have not seen.</summary>
    public TimeSpan LookSoon { get; init; } = TimeSpan.FromMilliseconds(500);
}
