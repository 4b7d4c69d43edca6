using OpenGradient.Contracts.Hub;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Tests.Jobs;

namespace OpenGradient.Relayer.Tests.Proving;

/// <summary>What is next for requests that ask for a proof.</summary>
public sealed class ProvenStepTests
{
    private const ulong Now = SampleJobs.Now;
    private const ulong ClaimSeconds = 1_800;
    private static readonly StepLimits Limits = new() { ClaimSeconds = SampleJobs.ClaimSeconds, ProvenClaimSeconds = ClaimSeconds, ProveSeconds = 60, InclusionSeconds = 12 };
    private static readonly StepPolicy Policy = new(SampleJobs.Us, Limits);

    [Fact]
    public void An_answer_is_claimed_before_it_is_proven() => Assert.Equal(new NextStep.Claim(), Policy.Next(Answered(), SampleJobs.At(Now)));

    [Fact]
    public void A_confirmed_claim_is_proven_until_it_ends_by_the_longer_time_of_proofs()
    {
        Assert.IsType<NextStep.Rest>(Policy.Next(Claimed(), SampleJobs.At(Now)));
        Assert.Equal(new NextStep.Prove(Now + ClaimSeconds), Policy.Next(Claimed(), SampleJobs.At(Now + 1)));
    }

    [Fact]
    public void What_is_in_a_proof_waits_for_it() => Assert.Equal(
        new NextStep.Rest(WaitingFor.Proof, SampleJobs.Time + Limits.LookAgain), Policy.Next(Claimed() with { IsInProof = true }, SampleJobs.At(Now + 1)));

    [Fact]
    public void A_proof_that_reverted_is_made_again_but_not_for_ever()
    {
        Assert.IsType<NextStep.Prove>(Policy.Next(Sent(attempt: 2), SampleJobs.At(Now + 1)));
        Assert.Equal(new NextStep.End(JobEnd.NotTaken), Policy.Next(Sent(attempt: 3), SampleJobs.At(Now + 1)));
    }

    [Fact]
    public void What_the_hub_refused_for_good_is_not_proven_again() => Assert.Equal(
        new NextStep.End(JobEnd.NotTaken), Policy.Next(Sent(attempt: 1) with { NotTaken = Refusal.OutputMismatch }, SampleJobs.At(Now + 1)));

    [Fact]
    public void Nothing_is_claimed_that_cannot_be_proven_in_time()
    {
        var late = Answered(deadline: Now + 60 + 25);
        Assert.Equal(new NextStep.Claim(), Policy.Next(late, SampleJobs.At(Now)));
        Assert.Equal(WaitingFor.Deadline, Assert.IsType<NextStep.Rest>(Policy.Next(late, SampleJobs.At(Now + 1))).Reason);
    }

    private static Job Answered(ulong deadline = Now + 3_600)
    {
        var job = SampleJobs.Open(deadline: deadline).Answered();
        return job with { Ask = job.Ask with { Request = job.Ask.Request with { Assurance = (byte)Assurance.Proven } } };
    }

    private static Job Claimed()
    {
        var job = Answered();
        return job with { View = job.View with { Stage = Stage.Claimed, Node = SampleJobs.Us, Until = Now + ClaimSeconds } };
    }

    private static Job Sent(int attempt) => Claimed() with { Settlement = new SentWork(7, attempt, SentState.Failed, Block: null) };
}
