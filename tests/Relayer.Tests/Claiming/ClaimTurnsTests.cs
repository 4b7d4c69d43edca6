using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Claiming;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Tests.Jobs;
using OpenGradient.Relayer.Tests.Support;

namespace OpenGradient.Relayer.Tests.Claiming;

public sealed class ClaimTurnsTests
{
    private const ulong Now = SampleJobs.Now;

    // The beginning of one that has not come yet.
    private const ulong Hour = ((Now / 3_600) + 1) * 3_600;
    private static readonly StepLimits Limits = new() { ClaimSeconds = SampleJobs.ClaimSeconds, InclusionSeconds = 12 };
    private static readonly ClaimTurns Turns = Limits.Turns;

    [Fact]
    public void Of_two_nodes_three_of_four_times_one_comes_first_and_each_as_often()
    {
        var turns = Enumerable.Range(0, 2_000).Select(i => Hash32.FromUInt256((ulong)i))
            .Select(id => ClaimTurns.SlotOf(SampleJobs.Us, id).CompareTo(ClaimTurns.SlotOf(SampleJobs.Them, id))).ToList();

        Assert.InRange(turns.Count(order => order == 0), 400, 600);
        Assert.InRange(turns.Count(order => order < 0), 650, 850);
        Assert.InRange(turns.Count(order => order > 0), 650, 850);
    }

    [Fact]
    public void What_should_go_into_one_proof_has_one_order_and_all_else_one_of_its_own()
    {
        var jobs = Enumerable.Range(0, 100).Select(number => Proven(SampleJobs.Open(number, deadline: Hour + (ulong)number))).ToList();
        Assert.Single(jobs.Select(ClaimTurns.OrderOf).Distinct());
        Assert.Single(jobs.Select(job => Turns.TurnOf(SampleJobs.Us, job with { FoundAt = SampleJobs.Time }, SampleJobs.At(Now))).Distinct());

        // Another requester, another version and another hour have others, and so do answers that are signed.
        var first = jobs[0];
        Job[] others =
        [
            first with { Ask = first.Ask with { Requester = SampleJobs.Us } },
            first with { Ask = first.Ask with { Request = first.Ask.Request with { VersionId = Hash32.FromUInt256(77) } } },
            Proven(SampleJobs.Open(0, deadline: Hour + 3_600)),
            SampleJobs.Open(0, deadline: Hour), SampleJobs.Open(1, deadline: Hour),
        ];
        Assert.Equal(others.Length + 1, others.Append(first).Select(ClaimTurns.OrderOf).Distinct().Count());

        static Job Proven(Job job) => job with { Ask = job.Ask with { Request = job.Ask.Request with { Assurance = (byte)Assurance.Proven } } };
    }

    [Fact]
    public void Nobody_waits_longer_than_the_last_turn_and_a_turn_does_not_move()
    {
        for (var i = 0; i < 100; i++)
        {
            var job = SampleJobs.Open(i) with { FoundAt = SampleJobs.Time };
            var turn = Turns.TurnOf(SampleJobs.Us, job, SampleJobs.At(Now));

            Assert.InRange(turn - SampleJobs.Time, TimeSpan.Zero, Turns.Longest);
            Assert.Equal(turn, Turns.TurnOf(SampleJobs.Us, job, Later(SampleJobs.At(Now), 17)));
        }
    }

    [Fact]
    public void Turns_begin_when_a_claim_is_possible_at_all()
    {
        var job = Job(slot: 0);
        Assert.Equal(SampleJobs.Time, Turns.TurnOf(SampleJobs.Us, job, SampleJobs.At(Now)));
        Assert.Equal(SampleJobs.Time.AddSeconds(31), Turns.TurnOf(SampleJobs.Us, job.AssignedTo(SampleJobs.Them, Now + 30), SampleJobs.At(Now)));
        Assert.Equal(SampleJobs.Time.AddSeconds(31), Turns.TurnOf(SampleJobs.Us, job.AssignedTo(SampleJobs.Them, Now + 30), Later(SampleJobs.At(Now), 40)));
        var claimed = job.ClaimedBy(SampleJobs.Them, Now);
        Assert.Equal(SampleJobs.Time.AddSeconds(SampleJobs.ClaimSeconds + 1), Turns.TurnOf(SampleJobs.Us, claimed, SampleJobs.At(Now)));
        Assert.Equal(SampleJobs.Time.AddSeconds(SampleJobs.ClaimSeconds + 1), Turns.TurnOf(SampleJobs.Us, claimed, Later(SampleJobs.At(Now), 200)));
    }

    [Fact]
    public void Alone_a_node_claims_at_once_and_among_others_in_its_turn()
    {
        var policy = new StepPolicy(SampleJobs.Us, Limits);
        var job = Job(slot: 2).Answered();

        Assert.Equal(new NextStep.Claim(), policy.Next(job, SampleJobs.At(Now)));
        var among = SampleJobs.At(Now) with { HasRivals = true };
        Assert.Equal(new NextStep.Rest(WaitingFor.ItsTurn, SampleJobs.Time.AddSeconds(8)), policy.Next(job, among));
        Assert.Equal(new NextStep.Claim(), policy.Next(job, Later(among, 8)));
        Assert.Equal(new NextStep.Claim(), policy.Next(Job(slot: 0).Answered(), among));
    }

    [Fact]
    public void Who_has_little_time_does_not_wait_for_a_turn()
    {
        var policy = new StepPolicy(SampleJobs.Us, Limits);
        var job = Job(slot: 3, deadline: Now + Limits.ClaimMarginAt(SampleJobs.At(Now)) + (ulong)Limits.Turns.Longest.TotalSeconds).Answered();

        Assert.IsType<NextStep.Rest>(policy.Next(job, SampleJobs.At(Now) with { HasRivals = true }));
        Assert.Equal(new NextStep.Claim(), policy.Next(job, SampleJobs.At(Now + 1) with { HasRivals = true }));
    }

    [Fact]
    public async Task Rivals_are_known_by_what_they_answered()
    {
        await using var scene = await RelayerScene.OpenAsync(new NoPreparer());
        await scene.TellAsync(RelayerScene.Ask(1), RelayerScene.Ask(2));
        var now = TimeProvider.System.GetUtcNow();
        Assert.False(await AreThereAsync(now));

        await EndAsync(RelayerScene.Ask(1).RequestId, scene.Node, now);
        Assert.False(await AreThereAsync(now));
        await EndAsync(RelayerScene.Ask(2).RequestId, SampleJobs.Them, now);
        Assert.True(await AreThereAsync(now));
        Assert.False(await AreThereAsync(now.AddDays(2)));

        Task<bool> AreThereAsync(DateTimeOffset at) =>
            scene.Database.ReadAsync(session => Rivals.AreThereAsync(session, scene.Node, at), TestContext.Current.CancellationToken);

        Task EndAsync(Hash32 id, Address node, DateTimeOffset at) => scene.Database.WriteAsync(
            session => session.ExecuteAsync("UPDATE jobs SET ended = 3, ended_at = @at, due_at = NULL, node = @node WHERE request_id = @id", new { id, node, at }),
            TestContext.Current.CancellationToken);
    }

    private static Moment Later(Moment now, ulong seconds) => now with
    {
        Time = now.Time.AddSeconds(seconds),
        HeadTime = now.HeadTime + seconds,
        TipTime = now.TipTime + seconds,
        ChainTime = now.ChainTime + seconds,
        ActiveTime = now.ActiveTime + seconds,
    };

    // A request for which our turn is this one.
    private static Job Job(int slot, ulong deadline = Now + 600) => Enumerable.Range(0, 1_000)
        .Select(number => SampleJobs.Open(number, deadline) with { FoundAt = SampleJobs.Time })
        .First(job => ClaimTurns.SlotOf(SampleJobs.Us, job.RequestId) == slot);

    private sealed class NoPreparer : Relayer.Execution.IPreparer
    {
        public Task<Relayer.Execution.Preparation> PrepareAsync(Job job, CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing is prepared here.");
    }
}
