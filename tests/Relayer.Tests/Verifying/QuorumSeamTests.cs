using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Admission;
using OpenGradient.Relayer.Admission.Rules;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Tests.Jobs;

namespace OpenGradient.Relayer.Tests.Verifying;

/// <summary>Where the pipeline hands a quorum's request over: it prepares the answer, and never claims or settles it.</summary>
public sealed class QuorumSeamTests
{
    private static readonly StepPolicy Steps = new(SampleJobs.Us, new StepLimits { ClaimSeconds = SampleJobs.ClaimSeconds, InclusionSeconds = 10 });

    [Fact]
    public void Only_members_are_let_through_and_only_where_quorums_are_answered()
    {
        Assert.Null(Judge(Asked(SampleJobs.Us, SampleJobs.Them), answersQuorums: true));
        Assert.Equal(TurnAwayReason.NotAMember, Judge(Asked(SampleJobs.Us, SampleJobs.Them), answersQuorums: false)?.Reason);
        Assert.Equal(TurnAwayReason.NotAMember, Judge(Asked(SampleJobs.Them), answersQuorums: true)?.Reason);
        Assert.Null(Judge(SampleJobs.Open(), answersQuorums: false));
    }

    [Fact]
    public void An_answer_to_a_quorum_is_prepared_and_waits_for_its_seal()
    {
        var job = Asked(SampleJobs.Us, SampleJobs.Them);

        Assert.IsType<NextStep.Prepare>(Steps.Next(job, SampleJobs.At(SampleJobs.Now)));
        Assert.Equal(
            new NextStep.Rest(WaitingFor.Quorum, SampleJobs.Time + TimeSpan.FromSeconds(601)), Steps.Next(job.Answered(), SampleJobs.At(SampleJobs.Now)));
        Assert.Equal(new NextStep.End(JobEnd.Expired), Steps.Next(job.Answered(), SampleJobs.At(SampleJobs.Now + 601)));
    }

    [Fact]
    public void It_is_prepared_too_where_another_member_has_sealed_already()
    {
        var job = Asked(SampleJobs.Us, SampleJobs.Them);
        var sealing = job with { View = job.View with { Stage = Stage.Sealing } };
        var sleeps = new NextStep.Sleep(WaitingFor.Quorum);

        Assert.IsType<NextStep.Prepare>(Steps.Next(sealing, SampleJobs.At(SampleJobs.Now)));
        Assert.Equal(sleeps, Steps.Next(sealing.Answered(), SampleJobs.At(SampleJobs.Now)));
        Assert.Equal(sleeps, Steps.Next(sealing, SampleJobs.At(SampleJobs.Now + 601)));
        Assert.Equal(sleeps, Steps.Next(sealing with { Terms = new IHubContract.Terms([], [SampleJobs.Them]) }, SampleJobs.At(SampleJobs.Now)));
        Assert.Equal(sleeps, Steps.Next(sealing with { TurnedAway = new TurnedAway(TurnAwayReason.FeeTooLow, "") }, SampleJobs.At(SampleJobs.Now)));
    }

    private static Job Asked(params Address[] members)
    {
        var job = SampleJobs.Open();
        return job with
        {
            Ask = job.Ask with { Request = job.Ask.Request with { QuorumValue = 2 } },
            Terms = new IHubContract.Terms([], members),
        };
    }

    private static TurnedAway? Judge(Job job, bool answersQuorums) => new AnyoneAnswers().Judge(new AdmissionCase
    {
        Job = job,
        Version = VersionStatus.Active,
        IsServed = true,
        Now = SampleJobs.At(SampleJobs.Now),
        Node = SampleJobs.Us,
        Stake = 1u,
        Lien = 0u,
        Cost = 0u,
        Limits = new AdmissionLimits { LeastSeconds = 1, AnswersQuorums = answersQuorums },
    });
}
