using OpenGradient.Contracts;
using OpenGradient.Contracts.Court;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Tests.Jobs;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Relayer.Verifying;
using OpenGradient.Relayer.Verifying.Duties;
using OpenGradient.Relayer.Verifying.Reviews;
using OpenGradient.Support.Databases;

namespace OpenGradient.Relayer.Tests.Verifying;

public sealed class SqliteVerifierLoopTests(SqliteFixture databases) : VerifierLoopTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresVerifierLoopTests(PostgresFixture databases) : VerifierLoopTests(databases), IClassFixture<PostgresFixture>;

public abstract class VerifierLoopTests(IDatabaseFixture databases)
{
    private static readonly CourtDomain Court = new(RelayerScene.Deployment.ChainId, RelayerScene.Deployment.Court);

    [Fact]
    public async Task A_right_answer_is_run_once_and_written_down()
    {
        await using var scene = await VerifierScene.OpenAsync(databases);
        var (loop, _) = scene.Process("one");
        var asked = await SettledAsync(scene, [2]);

        Assert.Equal(DutyEnd.Reviewed, await scene.EndAsync(loop, asked.RequestId, DutyKind.Review));
        var review = Assert.Single(await ReviewsAsync(scene));
        Assert.Equal(("Agreed", 1), (review.Verdict, review.Runs));
        Assert.Empty(scene.Relayer.Orders.All);
    }

    [Fact]
    public async Task A_wrong_answer_is_run_again_sealed_opened_summoned_and_judged_each_step_by_another_process()
    {
        await using var scene = await VerifierScene.OpenAsync(databases);
        var asked = await SettledAsync(scene, [1]);
        var id = asked.RequestId;

        var sealing = await scene.NextOrderAsync(scene.Process("one").Loop, Move.SealChallenge);
        Assert.Equal(3, scene.Runs);
        var review = Assert.Single(await ReviewsAsync(scene));
        Assert.Equal(("Differs", 3), (review.Verdict, review.Runs));
        Assert.True(IChallengeCourtContract.SealChallengeCall.TryDecode(sealing.Data.Span, out var seal));
        // The salt is stored with the order, so that what was sealed can always be opened.
        var salt = await scene.Relayer.ScalarAsync<Hash32>("SELECT salt FROM duties WHERE kind = 2");
        Assert.Equal(seal.Seal, Court.SealOf(scene.Node, id, Keccak256.Hash([2]), salt));

        scene.Relayer.Orders.Mined(sealing, new BlockNumber(1));
        await scene.Relayer.TellAsync(new IChallengeCourtContract.ChallengeSealedEvent(scene.Node, seal.Seal, 1u));
        await WorkAsync(scene.Process("two").Loop, 3);
        Assert.Single(scene.Relayer.Orders.All);
        await scene.Relayer.TellAsync();

        var opening = await scene.NextOrderAsync(scene.Process("three").Loop, Move.OpenCase);
        Assert.True(IChallengeCourtContract.OpenCaseCall.TryDecode(opening.Data.Span, out var opened));
        Assert.Equal((salt, "02", "01"), (opened.Challenge.Salt, Hex(opened.Challenge.OtherOutput), Hex(opened.Challenge.Contested)));
        scene.Relayer.Orders.Mined(opening, new BlockNumber(1));
        await scene.Relayer.TellAsync(
            new IHubContract.ContestedEvent(id), new IChallengeCourtContract.SealWithdrawnEvent(scene.Node, seal.Seal, id),
            new IChallengeCourtContract.CaseOpenedEvent(id, scene.Node, 1u, Keccak256.Hash([2]), new byte[] { 2 }, default),
            new IChallengeCourtContract.CaseArmedEvent(id, 6));
        await scene.Relayer.TellAsync();
        await scene.Relayer.TellAsync();

        scene.Relayer.Orders.Mined(await scene.NextOrderAsync(scene.Process("four").Loop, Move.Summon), new BlockNumber(1));
        await scene.Relayer.TellAsync(
            new IChallengeCourtContract.CommitteeDrawnEvent(id, [new(SampleJobs.Us, 0u, Hash32.Zero)], scene.Relayer.ChainTime),
            new IChallengeCourtContract.VoteSealedEvent(id, SampleJobs.Us, Hash32.Zero),
            new IChallengeCourtContract.VoteRevealedEvent(id, SampleJobs.Us, Keccak256.Hash([2]), 1, new byte[] { 2 }));
        scene.Relayer.ChainTime++;

        scene.Relayer.Orders.Mined(await scene.NextOrderAsync(scene.Process("five").Loop, Move.Judge), new BlockNumber(1));
        await scene.Relayer.TellAsync(
            new IChallengeCourtContract.CaseEndedEvent(id, scene.Node, 1, 4u),
            new IHubContract.OverturnedEvent(id, scene.Node, 100_000u, IsCorrected: false, scene.Settled(id, [1]).Settlement));
        var reward = await scene.NextOrderAsync(scene.Process("six").Loop, Move.WithdrawReward);
        Assert.True(IHubContract.WithdrawCall.TryDecode(reward.Data.Span, out var withdrawn));
        Assert.Equal((SampleJobs.Them, (UInt256)30_000u), (withdrawn.To, withdrawn.Amount));
        scene.Relayer.Orders.Mined(reward, new BlockNumber(1));

        Assert.Equal(DutyEnd.Won, await scene.EndAsync(scene.Process("seven").Loop, id, DutyKind.Challenge));
        Assert.Equal("Won", Assert.Single(await ReviewsAsync(scene)).Challenge);
    }

    [Fact]
    public async Task Duties_that_were_taken_and_never_came_are_given_back_and_those_in_hand_are_not()
    {
        await using var scene = await VerifierScene.OpenAsync(databases);
        var (loop, store) = scene.Process("one");
        var (_, others) = scene.Process("two");
        var lost = await SettledAsync(scene, [2]);
        var kept = await SettledAsync(scene, [2], number: 2);
        var stop = TestContext.Current.CancellationToken;
        Assert.Equal(2, (await store.LeaseDueAsync(8, VerifierScene.Options.LeaseTime, DutyLane.All, stop)).Count);
        Assert.Empty(await others.LeaseDueAsync(8, VerifierScene.Options.LeaseTime, DutyLane.All, stop));

        // Another process has nothing to give back.
        Assert.Equal(0, await others.ReleaseAllButAsync([], stop));
        Assert.Equal(1, await store.ReleaseAllButAsync([(kept.RequestId, DutyKind.Review)], stop));

        Assert.Equal(DutyEnd.Reviewed, await scene.EndAsync(loop, lost.RequestId, DutyKind.Review));
        Assert.Single(await ReviewsAsync(scene));
    }

    [Fact]
    public async Task A_seal_that_failed_is_sent_again_with_the_same_salt()
    {
        await using var scene = await VerifierScene.OpenAsync(databases);
        var (loop, _) = scene.Process("one");
        await SettledAsync(scene, [1]);
        var first = await scene.NextOrderAsync(loop, Move.SealChallenge);
        scene.Relayer.Orders.Failed(first);

        var second = await scene.NextOrderAsync(loop, Move.SealChallenge);

        Assert.False(first.Key == second.Key);
        Assert.Equal(first.Data.ToArray(), second.Data.ToArray());
    }

    [Fact]
    public async Task Challenges_that_are_decided_side_by_side_do_not_take_the_same_room()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var scene = await VerifierScene.OpenAsync(databases);
        var (loop, store) = scene.Process("one");
        var asked = Enumerable.Range(1, VerifierScene.Options.MostOpenChallenges + 2).Select(i => RelayerScene.Ask(i)).ToList();
        await scene.Relayer.TellAsync([.. asked, .. asked.Select(request => scene.Settled(request.RequestId, [1]))]);
        foreach (var request in asked)
            await scene.EndAsync(loop, request.RequestId, DutyKind.Review);

        // What filed a review may have sealed already; the rest is decided while none of them knows of the others.
        var leased = await store.LeaseDueAsync(100, TimeSpan.FromMinutes(1), DutyLane.All, stop);
        foreach (var duty in leased)
        {
            await store.FileAsync(
                new DutyFiling
                {
                    Leased = duty,
                    Move = Move.SealChallenge,
                    Order = new Order($"{duty.Duty.RequestId}", Address.Zero, default, null, OrderPurpose.Challenge),
                    Stake = 1u,
                    StillFits = room => room.Fits(1u, VerifierScene.Options),
                },
                stop);
        }

        Assert.Equal(
            VerifierScene.Options.MostOpenChallenges, await scene.Relayer.ScalarAsync<int>("SELECT COUNT(*) FROM duties WHERE kind = 2 AND stake IS NOT NULL"));
    }

    [Fact]
    public async Task Who_lost_its_lease_orders_nothing()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var scene = await VerifierScene.OpenAsync(databases);
        var asked = await SettledAsync(scene, [1]);
        var (_, slow) = scene.Process("slow");
        var (loop, _) = scene.Process("quick");
        var late = Assert.Single(await slow.LeaseDueAsync(8, TimeSpan.Zero, DutyLane.All, stop));

        Assert.Equal(DutyEnd.Reviewed, await scene.EndAsync(loop, asked.RequestId, DutyKind.Review));
        var before = scene.Relayer.Orders.All.Count;
        var order = new Order("late", Address.Zero, default, null, OrderPurpose.Challenge);

        Assert.False(await slow.FileAsync(new DutyFiling { Leased = late, Order = order, Move = Move.Judge }, stop));
        Assert.Equal(before, scene.Relayer.Orders.All.Count(placed => placed.Key != "late"));
        Assert.DoesNotContain(scene.Relayer.Orders.All, placed => placed.Key == "late");
    }

    [Fact]
    public async Task An_answer_that_a_reorganisation_replaced_is_reviewed_anew()
    {
        await using var scene = await VerifierScene.OpenAsync(databases);
        var (loop, _) = scene.Process("one");
        var asked = RelayerScene.Ask(1);
        await scene.Relayer.TellAsync(asked);
        await scene.Relayer.TellAsync(scene.Settled(asked.RequestId, [2]));
        Assert.Equal(DutyEnd.Reviewed, await scene.EndAsync(loop, asked.RequestId, DutyKind.Review));

        await scene.Relayer.ReplaceAsync(1);
        await WorkAsync(loop, 3);
        Assert.Equal(0, await scene.Relayer.ScalarAsync<int>("SELECT ended FROM duties WHERE kind = 1"));
        await scene.Relayer.TellAsync(scene.Settled(asked.RequestId, [1]));
        await scene.NextOrderAsync(loop, Move.SealChallenge);

        Assert.Equal("Differs", Assert.Single(await ReviewsAsync(scene)).Verdict);
    }

    [Fact]
    public async Task A_reorganisation_that_takes_the_answer_away_puts_its_challenge_to_sleep()
    {
        await using var scene = await VerifierScene.OpenAsync(databases);
        var (loop, _) = scene.Process("one");
        var asked = RelayerScene.Ask(1);
        await scene.Relayer.TellAsync(asked);
        await scene.Relayer.TellAsync(scene.Settled(asked.RequestId, [1]));
        scene.Relayer.Orders.Failed(await scene.NextOrderAsync(loop, Move.SealChallenge));

        await scene.Relayer.ReplaceAsync(1);
        await WorkAsync(loop, 3);
        Assert.Single(scene.Relayer.Orders.All);
        Assert.Equal((int)DutyWait.ItsReturn, await scene.Relayer.ScalarAsync<int>("SELECT waiting_for FROM duties WHERE kind = 2"));

        await scene.Relayer.TellAsync(scene.Settled(asked.RequestId, [1]));
        await scene.NextOrderAsync(loop, Move.SealChallenge);
    }

    [Fact]
    public async Task What_cannot_be_run_is_not_called_wrong()
    {
        await using var scene = await VerifierScene.OpenAsync(databases);
        scene.Fault = "The model does not fit.";
        var (loop, _) = scene.Process("one");
        var asked = await SettledAsync(scene, [1]);
        await RelayerScene.UntilAsync(
            async () =>
            {
                // Not to wait for its turn.
                await scene.Relayer.Database.WriteAsync(session => session.ExecuteAsync("UPDATE duties SET due_at = 1 WHERE ended = 0"), TestContext.Current.CancellationToken);
                await loop.WorkOnceAsync(TestContext.Current.CancellationToken);
                return (await ReviewsAsync(scene)).Count > 0;
            },
            "it is given up");

        var review = Assert.Single(await ReviewsAsync(scene));
        Assert.Equal(("Undecidable", "CannotRun"), (review.Verdict, review.Reason));
        Assert.Equal(VerifierScene.Options.MostFailedRuns, scene.Runs);
        Assert.Empty(scene.Relayer.Orders.All);
    }

    [Fact]
    public async Task A_member_seals_what_it_found_and_reveals_that()
    {
        await using var scene = await VerifierScene.OpenAsync(databases);
        var asked = await SettledAsync(scene, [2]);
        var id = asked.RequestId;
        var (first, _) = scene.Process("one");
        await scene.EndAsync(first, id, DutyKind.Review);
        await scene.Relayer.TellAsync(
            new IChallengeCourtContract.CaseOpenedEvent(id, SampleJobs.Them, 1u, Keccak256.Hash([9]), new byte[] { 9 }, default),
            new IChallengeCourtContract.CommitteeDrawnEvent(id, [new(scene.Node, 0u, Hash32.Zero)], scene.Relayer.ChainTime + 900));

        var sealing = await scene.NextOrderAsync(first, Move.SealVote);
        Assert.Equal(OrderPurpose.Vote, sealing.Purpose);
        Assert.True(IChallengeCourtContract.SealVoteCall.TryDecode(sealing.Data.Span, out var seal));
        scene.Relayer.Orders.Mined(sealing, new BlockNumber(1));
        await scene.Relayer.TellAsync(
            new IChallengeCourtContract.VoteSealedEvent(id, scene.Node, seal.Seal), new IChallengeCourtContract.RevealsBeganEvent(id, scene.Relayer.ChainTime));
        scene.Relayer.ChainTime++;
        // Whatever it would find by now: what was sealed is revealed.
        scene.Right = [7];

        var revealing = await scene.NextOrderAsync(scene.Process("two").Loop, Move.RevealVote);
        Assert.True(IChallengeCourtContract.RevealVoteCall.TryDecode(revealing.Data.Span, out var reveal));
        Assert.Equal(Keccak256.Hash([2]), reveal.Vote.OutputCommit);
        Assert.Equal(seal.Seal, Court.VoteSealOf(id, scene.Node, reveal.Vote.OutputCommit, reveal.Vote.Salt));
    }

    [Fact]
    public async Task A_member_that_cannot_find_out_says_so_rather_than_be_silent()
    {
        await using var scene = await VerifierScene.OpenAsync(databases);
        var asked = await SettledAsync(scene, [2]);
        var (loop, _) = scene.Process("one");
        await scene.EndAsync(loop, asked.RequestId, DutyKind.Review);
        scene.Fault = "The model does not fit.";
        await scene.Relayer.TellAsync(
            new IChallengeCourtContract.CaseOpenedEvent(asked.RequestId, SampleJobs.Them, 1u, Keccak256.Hash([9]), new byte[] { 9 }, default),
            new IChallengeCourtContract.CommitteeDrawnEvent(asked.RequestId, [new(scene.Node, 0u, Hash32.Zero)], scene.Relayer.ChainTime + 200));

        await scene.NextOrderAsync(loop, Move.SealVote);

        Assert.Equal(Hash32.Zero, await scene.Relayer.ScalarAsync<Hash32>("SELECT answer_commit FROM duties WHERE kind = 3"));
    }

    [Fact]
    public async Task Only_cases_about_our_own_answers_are_defended()
    {
        await using var scene = await VerifierScene.OpenAsync(databases);
        var asked = await SettledAsync(scene, [1]);
        await scene.Relayer.TellAsync(new IChallengeCourtContract.CaseOpenedEvent(asked.RequestId, SampleJobs.Us, 1u, Keccak256.Hash([9]), new byte[] { 9 }, default));

        Assert.Equal(0, await scene.Relayer.ScalarAsync<int>("SELECT COUNT(*) FROM duties WHERE kind = 4"));
    }

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);

    private static Task<IReadOnlyList<ReviewSummary>> ReviewsAsync(VerifierScene scene) =>
        new ReviewStore(scene.Relayer.Database).ListAsync(verdict: null, 10, TestContext.Current.CancellationToken);

    private static async Task WorkAsync(VerifierLoop loop, int turns)
    {
        for (var i = 0; i < turns; i++)
        {
            await loop.WorkOnceAsync(TestContext.Current.CancellationToken);
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<IHubContract.RequestedEvent> SettledAsync(VerifierScene scene, byte[] output, int number = 1)
    {
        var asked = RelayerScene.Ask(number);
        await scene.Relayer.TellAsync(asked, scene.Settled(asked.RequestId, output));
        return asked;
    }
}
