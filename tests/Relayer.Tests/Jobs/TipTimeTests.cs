using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Tests.Jobs;

/// <summary>Endpoints may be ahead of what is stored: nothing is given up, or called final, by what was not read yet.</summary>
public sealed class TipTimeTests
{
    private const ulong Now = SampleJobs.Now;
    private static readonly StepLimits Limits = new() { ClaimSeconds = SampleJobs.ClaimSeconds, InclusionSeconds = 12 };
    private static readonly StepPolicy Policy = new(SampleJobs.Us, Limits);

    [Fact]
    public void A_request_has_expired_when_the_blocks_up_to_its_deadline_are_stored()
    {
        var job = SampleJobs.Open(deadline: Now - 1).Answered();

        var rest = new NextStep.Rest(WaitingFor.Deadline, SampleJobs.Time + Limits.LookSoon);
        Assert.Equal(rest, Policy.Next(job, SampleJobs.At(Now) with { TipTime = Now - 1 }));
        Assert.Equal(new NextStep.End(JobEnd.Expired), Policy.Next(job, SampleJobs.At(Now) with { TipTime = Now }));
    }

    [Fact]
    public void Nothing_is_sent_that_comes_too_late_by_the_head()
    {
        var job = SampleJobs.Open(deadline: Now - 1).Answered();
        var behind = SampleJobs.At(Now) with { TipTime = Now - 30 };

        Assert.IsType<NextStep.Rest>(Policy.Next(job, behind));
        Assert.IsType<NextStep.Rest>(Policy.Next(job.ClaimedBy(SampleJobs.Us, Now - 20), behind));
        Assert.IsType<NextStep.Rest>(Policy.Next(job.AssignedTo(SampleJobs.Us, Now - 1), behind));
    }

    [Fact]
    public void An_answer_is_final_when_the_blocks_that_could_contest_it_are_stored()
    {
        var job = Settled(until: Now - 2);

        var rest = new NextStep.Rest(WaitingFor.Finality, SampleJobs.Time + Limits.LookSoon);
        Assert.Equal(rest, Policy.Next(job, SampleJobs.At(Now) with { TipTime = Now - 3 }));
        Assert.Equal(new NextStep.End(JobEnd.Answered), Policy.Next(job, SampleJobs.At(Now) with { TipTime = Now - 2 }));
        // The hub's clock stands 100 s behind.
        Assert.Equal(rest, Policy.Next(Settled(until: Now - 102), SampleJobs.At(Now, paused: 100) with { TipTime = Now - 3 }));
    }

    [Theory]
    [InlineData(1, 500)]
    [InlineData(2, 500)]
    [InlineData(20, 5_000)]
    [InlineData(60, 15_000)]
    [InlineData(90_000, 15_000)]
    public void The_longer_the_tip_lags_the_less_often_it_is_looked_for(ulong over, int milliseconds)
    {
        var (behind, then) = (SampleJobs.At(Now) with { TipTime = 1 }, SampleJobs.Time + TimeSpan.FromMilliseconds(milliseconds));

        Assert.Equal(new NextStep.Rest(WaitingFor.Deadline, then), Policy.Next(SampleJobs.Open(deadline: Now - over).Answered(), behind));
        Assert.Equal(new NextStep.Rest(WaitingFor.Finality, then), Policy.Next(Settled(until: Now - over), behind));
    }

    [Theory]
    [InlineData(101, 500)]
    [InlineData(110, 5_000)]
    [InlineData(1_000, 15_000)]
    public void What_was_mined_far_ahead_of_the_tip_is_looked_for_less_often(ulong block, int milliseconds)
    {
        var job = SampleJobs.Open().Answered() with { Settlement = new SentWork(1, 1, SentState.Mined, new BlockNumber(block)) };

        Assert.Equal(
            new NextStep.Rest(WaitingFor.OurSettlement, SampleJobs.Time + TimeSpan.FromMilliseconds(milliseconds)), Policy.Next(job, SampleJobs.At(Now, tip: 100)));
    }

    [Fact]
    public void Where_nothing_is_stored_nothing_is_over() =>
        Assert.Equal(0UL, (SampleJobs.At(Now, paused: 100) with { TipTime = 0 }).TipActiveTime);

    [Fact]
    public void Whatever_rests_is_not_due_at_once()
    {
        ulong[] times = [0, Now - 200, Now - 1, Now, Now + 1, Now + SampleJobs.ClaimSeconds, Now + 599, Now + 600, Now + 601, Now + 10_000];
        Job[] jobs =
        [
            SampleJobs.Open(), SampleJobs.Open().Answered(), SampleJobs.Open().Answered().ClaimedBy(SampleJobs.Us, Now), SampleJobs.Open().Answered().ClaimedBy(SampleJobs.Them, Now),
            SampleJobs.Open().Answered().AssignedTo(SampleJobs.Us, Now + 30), SampleJobs.Open().Answered().AssignedTo(SampleJobs.Them, Now + 30), Settled(Now + 100),
            SampleJobs.Open().Answered() with { Claim = new SentWork(1, Limits.MostClaims, SentState.Failed, Block: null) },
            SampleJobs.Open().Answered() with { Settlement = new SentWork(1, 1, SentState.Mined, new BlockNumber(200)) },
        ];
        var rests =
            from job in jobs
            from head in times
            from tip in times.Where(tip => tip <= head)
            from hasRivals in new[] { false, true }
            let now = SampleJobs.At(head) with { TipTime = tip, HasRivals = hasRivals }
            let rest = Policy.Next(job with { FoundAt = SampleJobs.Time }, now) as NextStep.Rest
            where rest is not null
            select rest;

        Assert.All(rests, rest => Assert.True(rest.Until > SampleJobs.Time, rest.ToString()));
    }

    private static Job Settled(ulong until)
    {
        var job = SampleJobs.Open().Answered();
        return job with { View = job.View with { Stage = Stage.Settled, Node = SampleJobs.Us, Until = until, OutputCommit = job.Answer!.OutputCommit } };
    }
}
