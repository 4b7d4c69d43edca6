using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Tests.Jobs;

public sealed class StepPolicyTests
{
    private const ulong Now = SampleJobs.Now;
    private static readonly StepLimits Limits = new() { ClaimSeconds = SampleJobs.ClaimSeconds, InclusionSeconds = 12 };
    private static readonly StepPolicy Policy = new(SampleJobs.Us, Limits);

    [Fact]
    public void An_attested_answer_is_settled_without_a_claim_unless_another_has_one()
    {
        var job = SampleJobs.Open().Answered();
        job = job with { Ask = job.Ask with { Request = job.Ask.Request with { Assurance = (byte)Assurance.Attested } } };

        Assert.Equal(new NextStep.Settle(job.Deadline), Policy.Next(job, SampleJobs.At(Now)));
        Assert.IsType<NextStep.Rest>(Policy.Next(job.ClaimedBy(SampleJobs.Them, Now - 1), SampleJobs.At(Now)));
        Assert.Equal(new NextStep.Settle(job.Deadline), Policy.Next(job.ClaimedBy(SampleJobs.Them, Now - 1), SampleJobs.At(Now + SampleJobs.ClaimSeconds)));
        Assert.IsType<NextStep.Rest>(Policy.Next(job.AssignedTo(SampleJobs.Them, Now + 30), SampleJobs.At(Now)));
    }

    [Fact]
    public void What_was_asked_is_prepared_before_it_is_claimed() =>
        Assert.Equal(new NextStep.Prepare(), Policy.Next(SampleJobs.Open(), SampleJobs.At(Now)));

    [Fact]
    public void With_an_answer_at_hand_it_is_claimed() =>
        Assert.Equal(new NextStep.Claim(), Policy.Next(SampleJobs.Open().Answered(), SampleJobs.At(Now)));

    [Fact]
    public void A_claim_on_its_way_counts_as_sent()
    {
        var job = SampleJobs.Open().Answered() with { Claim = new SentWork(1, 1, SentState.Pending, Block: null) };
        Assert.Equal(new NextStep.Rest(WaitingFor.OurClaim, SampleJobs.Time + Limits.LookAgain), Policy.Next(job, SampleJobs.At(Now)));
    }

    [Fact]
    public void A_claim_in_a_block_that_was_not_told_yet_has_not_failed()
    {
        var job = SampleJobs.Open().Answered() with { Claim = new SentWork(1, 1, SentState.Mined, new BlockNumber(101)) };
        Assert.Equal(new NextStep.Rest(WaitingFor.OurClaim, SampleJobs.Time + Limits.LookSoon), Policy.Next(job, SampleJobs.At(Now, tip: 100)));
        Assert.Equal(new NextStep.Claim(), Policy.Next(job, SampleJobs.At(Now, tip: 101)));
    }

    [Fact]
    public void Nothing_is_published_in_the_second_of_the_claim()
    {
        var job = SampleJobs.Open().Answered().ClaimedBy(SampleJobs.Us, Now);
        Assert.Equal(new NextStep.Rest(WaitingFor.ClaimsConfirmation, SampleJobs.Time.AddSeconds(1)), Policy.Next(job, SampleJobs.At(Now)));
        Assert.Equal(new NextStep.Settle(Now + SampleJobs.ClaimSeconds), Policy.Next(job, SampleJobs.At(Now + 1)));
    }

    [Fact]
    public void Claims_are_confirmed_by_the_hubs_clock()
    {
        const ulong Paused = 5_000;
        var job = SampleJobs.Open().Answered().ClaimedBy(SampleJobs.Us, Now - Paused);
        Assert.IsType<NextStep.Rest>(Policy.Next(job, SampleJobs.At(Now, paused: Paused)));
        Assert.Equal(
            new NextStep.Settle(Now + SampleJobs.ClaimSeconds), Policy.Next(job, SampleJobs.At(Now + 1, paused: Paused)));
    }

    [Fact]
    public void A_claim_of_ours_that_ran_out_serves_until_another_takes_its_place()
    {
        var job = SampleJobs.Open().Answered().ClaimedBy(SampleJobs.Us, Now);
        Assert.IsType<NextStep.Settle>(Policy.Next(job, SampleJobs.At(Now + SampleJobs.ClaimSeconds + 50)));
    }

    [Fact]
    public void Anothers_claim_is_waited_out_and_then_taken_over()
    {
        var job = SampleJobs.Open().Answered().ClaimedBy(SampleJobs.Them, Now);
        Assert.Equal(
            new NextStep.Rest(WaitingFor.AnothersClaim, SampleJobs.Time.AddSeconds(SampleJobs.ClaimSeconds + 1)), Policy.Next(job, SampleJobs.At(Now)));
        Assert.Equal(new NextStep.Claim(), Policy.Next(job, SampleJobs.At(Now + SampleJobs.ClaimSeconds + 1)));
    }

    [Fact]
    public void An_assignee_settles_without_a_claim_in_its_time()
    {
        var job = SampleJobs.Open().Answered().AssignedTo(SampleJobs.Us, Now + 30);
        Assert.Equal(new NextStep.Settle(Now + 30), Policy.Next(job, SampleJobs.At(Now)));
        Assert.Equal(new NextStep.Claim(), Policy.Next(job, SampleJobs.At(Now + 20)));
    }

    [Fact]
    public void An_assignee_tries_to_settle_where_there_is_no_time_for_a_claim()
    {
        var slow = SampleJobs.At(Now) with { InclusionSeconds = 900 };
        var job = SampleJobs.Open().Answered().AssignedTo(SampleJobs.Us, Now + 30);
        Assert.Equal(new NextStep.Settle(Now + 30), Policy.Next(job, slow));
        Assert.IsType<NextStep.Rest>(Policy.Next(SampleJobs.Open().Answered().AssignedTo(SampleJobs.Us, Now), slow));
    }

    [Fact]
    public void What_is_assigned_to_another_is_left_alone_until_its_time_is_over()
    {
        var job = SampleJobs.Open().Answered().AssignedTo(SampleJobs.Them, Now + 30);
        Assert.Equal(new NextStep.Rest(WaitingFor.AnothersClaim, SampleJobs.Time.AddSeconds(31)), Policy.Next(job, SampleJobs.At(Now)));
        Assert.Equal(new NextStep.Claim(), Policy.Next(job, SampleJobs.At(Now + 31)));
    }

    [Fact]
    public void A_claim_is_not_started_when_no_time_is_left_to_prove_and_settle()
    {
        var policy = new StepPolicy(SampleJobs.Us, Limits with { ProveSeconds = 60 });
        var signed = SampleJobs.Open(deadline: Now + 500).Answered();
        var proven = signed with { Ask = signed.Ask with { Request = signed.Ask.Request with { Assurance = (byte)Assurance.Proven } } };
        var latest = SampleJobs.Time.AddSeconds(500 - (double)(Limits.InclusionSeconds + 1));
        Assert.Equal(latest, policy.ClaimBefore(signed, SampleJobs.At(Now)));
        Assert.Equal(latest.AddSeconds(-60), policy.ClaimBefore(proven, SampleJobs.At(Now)));
    }

    [Fact]
    public void Where_transactions_take_longer_than_three_blocks_a_claim_needs_more_time()
    {
        var job = SampleJobs.Open(deadline: Now + 61).Answered();
        var slow = SampleJobs.At(Now) with { InclusionSeconds = 30 };

        // Twice as long, and the second between the two.
        Assert.Equal(new NextStep.Claim(), Policy.Next(job, slow));
        Assert.Equal(SampleJobs.Time.AddSeconds(61 - 31), Policy.ClaimBefore(job, slow));
        Assert.IsType<NextStep.Rest>(Policy.Next(job, slow with { InclusionSeconds = 31 }));
        // What is quicker than was planned changes nothing.
        Assert.Equal(Policy.ClaimBefore(job, SampleJobs.At(Now)), Policy.ClaimBefore(job, slow with { InclusionSeconds = 1 }));
    }

    [Fact]
    public void Nothing_is_sent_while_the_hub_is_paused()
    {
        var paused = SampleJobs.At(Now + 1) with { IsPaused = true };
        var rest = new NextStep.Rest(WaitingFor.HubsPause, SampleJobs.Time.AddSeconds(15));
        Assert.Equal(rest, Policy.Next(SampleJobs.Open().Answered(), paused));
        Assert.Equal(rest, Policy.Next(SampleJobs.Open().Answered().ClaimedBy(SampleJobs.Us, Now), paused));
        Assert.IsType<NextStep.Settle>(Policy.Next(SampleJobs.Open().Answered().ClaimedBy(SampleJobs.Us, Now), paused with { IsPaused = false }));
    }

    [Fact]
    public void An_answer_that_was_sent_in_time_is_not_given_up_before_its_block_was_told()
    {
        var job = SampleJobs.Open(deadline: Now + 25).Answered() with { Settlement = new SentWork(1, 1, SentState.Mined, new BlockNumber(101)) };
        Assert.IsType<NextStep.Rest>(Policy.Next(job, SampleJobs.At(Now + 30)));
        Assert.Equal(new NextStep.End(JobEnd.Expired), Policy.Next(job, SampleJobs.At(Now + 30, tip: 101)));
    }

    [Fact]
    public void Too_late_to_settle_is_too_late_to_claim()
    {
        var job = SampleJobs.Open(deadline: Now + 25).Answered();
        Assert.Equal(new NextStep.Claim(), Policy.Next(job, SampleJobs.At(Now)));
        Assert.Equal(new NextStep.Rest(WaitingFor.Deadline, SampleJobs.Time.AddSeconds(25)), Policy.Next(job, SampleJobs.At(Now + 1)));
    }

    [Fact]
    public void A_claim_that_takes_anothers_place_needs_the_time_until_it_stands()
    {
        var late = Now + SampleJobs.ClaimSeconds + 1;
        var job = SampleJobs.Open(deadline: late + 25 + Limits.GraceSeconds).Answered();
        var claimed = job.ClaimedBy(SampleJobs.Them, Now);
        Assert.Equal(new NextStep.Claim(), Policy.Next(claimed, SampleJobs.At(late)));
        Assert.Equal(WaitingFor.Deadline, Assert.IsType<NextStep.Rest>(Policy.Next(claimed, SampleJobs.At(late + 1))).Reason);
        Assert.Equal(new NextStep.Claim(), Policy.Next(job, SampleJobs.At(late + Limits.GraceSeconds)));

        var assigned = job.AssignedTo(SampleJobs.Them, Now + 30);
        Assert.Equal(new NextStep.Claim(), Policy.Next(assigned, SampleJobs.At(late)));
        Assert.Equal(WaitingFor.Deadline, Assert.IsType<NextStep.Rest>(Policy.Next(assigned, SampleJobs.At(late + 1))).Reason);
        Assert.Equal(new NextStep.Claim(), Policy.Next(job.AssignedTo(SampleJobs.Us, Now + 30), SampleJobs.At(late + Limits.GraceSeconds)));
        Assert.Equal(Policy.ClaimBefore(job, SampleJobs.At(late)).AddSeconds(-(double)Limits.GraceSeconds), Policy.ClaimBefore(assigned, SampleJobs.At(late)));
    }

    [Fact]
    public void Only_the_chains_own_word_ends_a_request()
    {
        var job = SampleJobs.Open(deadline: Now + 25).Answered();
        // A clock that runs ahead, or a chain that stands still.
        Assert.IsType<NextStep.Rest>(Policy.Next(job, SampleJobs.At(Now + 1_000, headTime: Now)));
        Assert.Equal(new NextStep.End(JobEnd.Expired), Policy.Next(job, SampleJobs.At(Now + 26)));
    }

    [Fact]
    public void Claims_are_not_tried_for_ever()
    {
        var job = SampleJobs.Open().Answered() with { Claim = new SentWork(1, 3, SentState.Failed, Block: null) };
        Assert.Equal(WaitingFor.Deadline, Assert.IsType<NextStep.Rest>(Policy.Next(job, SampleJobs.At(Now))).Reason);
    }

    [Fact]
    public void What_was_turned_away_is_not_run() =>
        Assert.Equal(
            new NextStep.End(JobEnd.TurnedAway),
            Policy.Next(SampleJobs.Open() with { TurnedAway = new TurnedAway(TurnAwayReason.FeeTooLow, "little") }, SampleJobs.At(Now)));

    [Fact]
    public void A_request_that_a_reorganisation_took_away_sleeps_with_its_answer()
    {
        var job = SampleJobs.Open().Answered() with { View = RequestView.Unknown };
        Assert.Equal(new NextStep.Sleep(WaitingFor.ItsReturn), Policy.Next(job, SampleJobs.At(Now)));
        Assert.Equal(new NextStep.Claim(), Policy.Next(job with { View = SampleJobs.Open().View }, SampleJobs.At(Now)));
    }

    [Fact]
    public void Our_answer_is_watched_until_it_is_final()
    {
        var job = SettledBy(SampleJobs.Us, until: Now + 100);
        Assert.Equal(new NextStep.Rest(WaitingFor.Finality, SampleJobs.Time.AddSeconds(100)), Policy.Next(job, SampleJobs.At(Now)));
        Assert.Equal(new NextStep.End(JobEnd.Answered), Policy.Next(job, SampleJobs.At(Now + 100)));
    }

    [Fact]
    public void Anothers_answer_ends_our_work() =>
        Assert.Equal(new NextStep.End(JobEnd.AnsweredByAnother), Policy.Next(SettledBy(SampleJobs.Them, Now + 100), SampleJobs.At(Now)));

    [Fact]
    public void An_answer_that_a_proof_replaced_was_overturned()
    {
        var job = SettledBy(SampleJobs.Us, until: 0);
        Assert.Equal(
            new NextStep.End(JobEnd.Overturned),
            Policy.Next(job with { View = job.View with { OutputCommit = Keccak256.Hash("proven"u8) } }, SampleJobs.At(Now)));
    }

    [Theory]
    [InlineData(Refusal.None)]
    [InlineData(Refusal.NotEntitled)]
    [InlineData(Refusal.LienRefused)]
    public void An_answer_that_another_attempt_may_help_is_sent_again(Refusal refusal)
    {
        var job = SampleJobs.Open().Answered().ClaimedBy(SampleJobs.Us, Now) with
        {
            Settlement = new SentWork(1, 9, SentState.Mined, new BlockNumber(100)),
            NotTaken = refusal,
        };
        Assert.IsType<NextStep.Settle>(Policy.Next(job, SampleJobs.At(Now + 1)));
        Assert.Equal(
            new NextStep.End(JobEnd.NotTaken),
            Policy.Next(job with { Settlement = job.Settlement with { Attempt = 10 } }, SampleJobs.At(Now + 1)));
    }

    [Theory]
    [InlineData(Refusal.EvidenceRefused)]
    [InlineData(Refusal.OutputMismatch)]
    [InlineData(Refusal.TermsMismatch)]
    [InlineData(Refusal.ReceiptExpired)]
    [InlineData(Refusal.QuorumRequired)]
    [InlineData(Refusal.WrongAssurance)]
    public void An_answer_that_no_attempt_helps_is_given_up(Refusal refusal)
    {
        var job = SampleJobs.Open().Answered().ClaimedBy(SampleJobs.Us, Now) with
        {
            Settlement = new SentWork(1, 1, SentState.Mined, new BlockNumber(100)),
            NotTaken = refusal,
        };
        Assert.Equal(new NextStep.End(JobEnd.NotTaken), Policy.Next(job, SampleJobs.At(Now + 1)));
    }

    [Theory]
    [InlineData(Stage.Challenged)]
    [InlineData(Stage.Sealing)]
    public void What_others_decide_is_waited_for(Stage stage)
    {
        var job = SampleJobs.Open().Answered();
        Assert.IsType<NextStep.Sleep>(Policy.Next(job with { View = job.View with { Stage = stage } }, SampleJobs.At(Now)));
    }

    [Theory]
    [InlineData(Stage.Refunded, JobEnd.Refunded)]
    [InlineData(Stage.Slashed, JobEnd.Overturned)]
    public void What_is_over_is_over(Stage stage, JobEnd end)
    {
        var job = SettledBy(SampleJobs.Us, Now);
        Assert.Equal(new NextStep.End(end), Policy.Next(job with { View = job.View with { Stage = stage } }, SampleJobs.At(Now)));
    }

    private static Job SettledBy(Address node, ulong until)
    {
        var job = SampleJobs.Open().Answered();
        return job with { View = job.View with { Stage = Stage.Settled, Node = node, Until = until, OutputCommit = job.Answer!.OutputCommit } };
    }
}
