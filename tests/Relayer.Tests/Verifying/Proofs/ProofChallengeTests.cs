using OpenGradient.Contracts;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Proving.Models;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Duties;
using OpenGradient.Relayer.Verifying.Proofs;
using OpenGradient.Relayer.Verifying.Reviews;
using OpenGradient.Support.Databases;

namespace OpenGradient.Relayer.Tests.Verifying.Proofs;

public sealed class SqliteProofChallengeTests(SqliteFixture databases) : ProofChallengeTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresProofChallengeTests(PostgresFixture databases) : ProofChallengeTests(databases), IClassFixture<PostgresFixture>;

/// <summary>What becomes of a wrong answer against which only a proof is taken.</summary>
public abstract class ProofChallengeTests(IDatabaseFixture databases)
{
    [Fact]
    public async Task A_wrong_answer_is_run_again_proven_wrong_and_its_reward_moved_on()
    {
        await using var scene = await OpenAsync(new Proves());
        var asked = await SettledAsync(scene, [1]);

        var challenge = await scene.NextOrderAsync(scene.Process("one").Loop, Move.ChallengeWithProof);
        Assert.Equal((RelayerScene.Deployment.Court, OrderPurpose.Disprove), (challenge.To, challenge.Purpose));
        Assert.True(IChallengeCourtContract.ChallengeWithProofCall.TryDecode(challenge.Data.Span, out var call));
        Assert.Equal((Keccak256.Hash([1]), Keccak256.Hash([2]), "07"), (call.Settlement.OutputCommit, call.ProvenOutput, Convert.ToHexStringLower(call.Proof.Span)));
        // What is not started when the answer is final never is.
        Assert.NotNull(challenge.Deadline);
        scene.Relayer.Orders.Mined(challenge, new BlockNumber(1));
        var settlement = scene.Settled(asked.RequestId, [1]).Settlement;
        await scene.Relayer.TellAsync(
            new IChallengeCourtContract.ChallengedByProofEvent(asked.RequestId, scene.Node, Keccak256.Hash([2])), new IHubContract.ContestedEvent(asked.RequestId),
            new IHubContract.OverturnedEvent(asked.RequestId, scene.Node, 100_000u, IsCorrected: true, settlement with { OutputCommit = Keccak256.Hash([2]), Revision = 1 }));

        var reward = await scene.NextOrderAsync(scene.Process("two").Loop, Move.WithdrawReward);
        Assert.True(IHubContract.WithdrawCall.TryDecode(reward.Data.Span, out var withdrawn));
        Assert.Equal((UInt256)30_000u, withdrawn.Amount);
        scene.Relayer.Orders.Mined(reward, new BlockNumber(1));
        Assert.Equal(DutyEnd.Won, await scene.EndAsync(scene.Process("three").Loop, asked.RequestId, DutyKind.ProofChallenge));
        var review = Assert.Single(await ReviewsAsync(scene));
        Assert.Equal(("Differs", null, "Won"), (review.Verdict, review.Reason, review.Challenge));
    }

    [Fact]
    public async Task A_challenge_that_the_chain_refused_is_proven_again()
    {
        var prover = new Proves();
        await using var scene = await OpenAsync(prover);
        await SettledAsync(scene, [1]);
        var (loop, _) = scene.Process("one");
        var first = await scene.NextOrderAsync(loop, Move.ChallengeWithProof);
        scene.Relayer.Orders.Failed(first);

        var second = await scene.NextOrderAsync(loop, Move.ChallengeWithProof);

        Assert.False(first.Key == second.Key);
        Assert.Equal(first.Data.ToArray(), second.Data.ToArray());
        Assert.Equal(2, prover.Made);
    }

    [Fact]
    public async Task What_cannot_be_proven_is_tried_again_and_given_up_at_last()
    {
        var prover = new Proves { Fault = new ChallengeProof.Failed("It took longer than 1 s.", IsRetryable: true) };
        await using var scene = await OpenAsync(prover);
        var asked = await SettledAsync(scene, [1]);

        Assert.Equal(DutyEnd.Failed, await EndAtOnceAsync(scene, asked.RequestId));
        Assert.Equal(VerifierScene.Options.MostFailedRuns, prover.Made);
        Assert.Empty(scene.Relayer.Orders.All);
    }

    [Theory]
    [InlineData(null, "none is made here")]
    [InlineData("Its artifact's commitment is another.", "Its artifact's commitment is another.")]
    public async Task Where_nothing_can_be_proven_the_wrong_answer_is_only_reported(string? objection, string said)
    {
        await using var scene = await OpenAsync(objection is null ? null : new Proves { Objection = objection });
        var asked = await SettledAsync(scene, [1]);

        Assert.Equal(DutyEnd.Reviewed, await scene.EndAsync(scene.Process("one").Loop, asked.RequestId, DutyKind.Review));

        var review = Assert.Single(await ReviewsAsync(scene));
        Assert.Equal(("Differs", "NeedsProof", null), (review.Verdict, review.Reason, review.Challenge));
        Assert.Contains(said, review.Details, StringComparison.Ordinal);
        Assert.Equal(0L, await scene.Relayer.ScalarAsync<long>("SELECT COUNT(*) FROM duties WHERE kind IN (2, 6)"));
    }

    [Fact]
    public async Task Challenges_that_wait_for_the_turn_hold_no_worker_and_fail_nothing()
    {
        var stop = TestContext.Current.CancellationToken;
        using var turns = new ProverTurns();
        var prover = new Proves { Turns = turns };
        await using var scene = await OpenAsync(prover);
        scene.Work = VerifierScene.Options with { Workers = 2, LookAgain = TimeSpan.FromSeconds(5) };
        var wrong = new[] { await SettledAsync(scene, [1], 1), await SettledAsync(scene, [1], 2), await SettledAsync(scene, [1], 3) };
        var turn = await turns.TakeAsync(stop);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var working = scene.Process("one").Loop.RunAsync(ends.Token);
        await RelayerScene.UntilAsync(async () => await scene.Relayer.ScalarAsync<long>("SELECT COUNT(*) FROM duties WHERE kind = 6") == wrong.Length, "all are found wrong");

        // Others are reviewed meanwhile, as many as there are workers and more.
        var right = new[] { await SettledAsync(scene, [2], 4), await SettledAsync(scene, [2], 5), await SettledAsync(scene, [2], 6) };
        await RelayerScene.UntilAsync(async () => (await ReviewsAsync(scene)).Count == wrong.Length + right.Length, "all are reviewed");
        Assert.Equal(
            wrong.Length,
            await scene.Relayer.ScalarAsync<long>("SELECT COUNT(*) FROM duties WHERE kind = 6 AND ended = 0 AND lease_epoch = 0 AND failed_runs = 0 AND sent = 0"));
        Assert.Equal(0, prover.Made);
        turn.Dispose();

        await RelayerScene.UntilAsync(() => Task.FromResult(scene.Relayer.Orders.All.Count(order => order.Purpose == OrderPurpose.Disprove) == wrong.Length), "all are challenged");
        Assert.Equal(0L, await scene.Relayer.ScalarAsync<long>("SELECT COALESCE(SUM(failed_runs), 0) FROM duties"));
        await ends.CancelAsync();
        await working;
    }

    [Fact]
    public async Task A_process_that_proves_nothing_takes_no_challenge_from_one_that_does()
    {
        var prover = new Proves();
        await using var scene = await OpenAsync(prover);
        var asked = await SettledAsync(scene, [1]);
        Assert.Equal(DutyEnd.Reviewed, await scene.EndAsync(scene.Process("first").Loop, asked.RequestId, DutyKind.Review));
        var due = await DueAsync(scene);
        scene.Prover = null;
        var without = scene.Process("without").Loop;

        Assert.Equal(0, await without.WorkOnceAsync(Stop));

        Assert.Equal((due, 0L), (await DueAsync(scene), await scene.Relayer.ScalarAsync<long>("SELECT lease_epoch FROM duties WHERE kind = 6")));
        scene.Prover = prover;
        await scene.NextOrderAsync(scene.Process("with").Loop, Move.ChallengeWithProof);
    }

    [Fact]
    public async Task A_challenge_that_nobody_takes_is_told_of_and_stays_due_for_whoever_comes()
    {
        var prover = new Proves();
        await using var scene = await OpenAsync(prover);
        var asked = await SettledAsync(scene, [1]);
        Assert.Equal(DutyEnd.Reviewed, await scene.EndAsync(scene.Process("first").Loop, asked.RequestId, DutyKind.Review));
        await ExecuteAsync(scene, "UPDATE duties SET due_at = 1 WHERE kind = 6");
        scene.Prover = null;

        Assert.Equal(1, await scene.Process("without").Loop.WorkOnceAsync(Stop));

        Assert.Equal(
            (int)DutyWait.Prover,
            await scene.Relayer.ScalarAsync<int>("SELECT waiting_for FROM duties WHERE kind = 6 AND due_at = 1 AND lease_until = 0 AND ended = 0 AND failed_runs = 0"));
        scene.Prover = prover;
        await scene.NextOrderAsync(scene.Process("with").Loop, Move.ChallengeWithProof);
    }

    [Fact]
    public async Task Who_proves_nothing_looks_at_one_challenge_at_a_time_and_leaves_the_others_to_who_proves()
    {
        await using var scene = await OpenAsync(prover: null);
        await WrongAsync(scene, 3);
        var without = scene.Process("without").Loop;
        var (_, others) = scene.Process("with");
        var looking = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var go = new ManualResetEventSlim();
        scene.Relayer.WhenAsked = () =>
        {
            looking.TrySetResult();
            go.Wait(Stop);
        };

        var looks = Task.Run(() => without.WorkOnceAsync(Stop), Stop);
        await looking.Task.WaitAsync(Stop);
        var free = await others.LeaseDueAsync(8, TimeSpan.FromMinutes(1), DutyLane.Proofs, Stop);
        go.Set();

        Assert.Equal(2, free.Count);
        // Those that the other has taken meanwhile are its own.
        Assert.Equal(1, await looks);
    }

    [Fact]
    public async Task Who_proves_nothing_looks_at_all_challenges_in_turn_however_many_stay_due()
    {
        const int Turn = 64;
        await using var scene = await OpenAsync(prover: null);
        await WrongAsync(scene, Turn + 2);
        var without = scene.Process("without").Loop;

        Assert.Equal(Turn, await without.WorkOnceAsync(Stop));
        Assert.Equal(Turn, await LookedAtAsync(scene));
        Assert.Equal(2, await without.WorkOnceAsync(Stop));
        Assert.Equal(Turn + 2, await LookedAtAsync(scene));
        // And then from the beginning.
        Assert.Equal(Turn, await without.WorkOnceAsync(Stop));
    }

    [Fact]
    public async Task What_was_sent_and_failed_is_left_to_who_proves_too_and_what_is_over_ends_without_one()
    {
        var prover = new Proves();
        await using var scene = await OpenAsync(prover);
        var asked = await SettledAsync(scene, [1]);
        scene.Relayer.Orders.Failed(await scene.NextOrderAsync(scene.Process("first").Loop, Move.ChallengeWithProof));
        await ExecuteAsync(scene, "UPDATE duties SET due_at = 1 WHERE kind = 6");
        scene.Prover = null;
        var without = scene.Process("without").Loop;

        Assert.Equal(1, await without.WorkOnceAsync(Stop));
        Assert.Equal(1L, await DueAsync(scene));

        scene.Relayer.ChainTime += 7_200;
        Assert.Equal(DutyEnd.NoTimeToProve, await scene.EndAsync(without, asked.RequestId, DutyKind.ProofChallenge));
    }

    [Fact]
    public async Task What_a_proof_is_made_of_is_fetched_while_others_have_the_turn_and_nothing_once_it_has_come()
    {
        using var turns = new ProverTurns();
        var prover = new Proves { Turns = turns };
        await using var scene = await OpenAsync(prover);
        await SettledAsync(scene, [1]);
        var turn = await turns.TakeAsync(Stop);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var working = scene.Process("one").Loop.RunAsync(ends.Token);

        await RelayerScene.UntilAsync(() => Task.FromResult(prover.Fetched == 1), "it is fetched");
        Assert.Equal(0L, await scene.Relayer.ScalarAsync<long>("SELECT lease_epoch FROM duties WHERE kind = 6"));
        turn.Dispose();

        await RelayerScene.UntilAsync(() => Task.FromResult(scene.Relayer.Orders.All.Any(order => order.Purpose == OrderPurpose.Disprove)), "it is challenged");
        Assert.Equal((1, 1), (prover.Fetched, prover.Made));
        await ends.CancelAsync();
        await working;
    }

    [Fact]
    public async Task What_is_fetched_slowly_holds_up_nobody_who_has_a_turn_to_take()
    {
        using var turns = new ProverTurns();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var prover = new Proves { Turns = turns, Slowly = gate.Task };
        await using var scene = await OpenAsync(prover);
        await SettledAsync(scene, [1]);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var working = scene.Process("one").Loop.RunAsync(ends.Token);
        await RelayerScene.UntilAsync(() => Task.FromResult(prover.Fetched == 1), "it is being fetched");

        using (await turns.TakeAsync(Stop).WaitAsync(Stop))
            Assert.Equal(0, prover.Made);
        gate.SetResult();

        await RelayerScene.UntilAsync(() => Task.FromResult(prover.Made == 1), "it is proven");
        await ends.CancelAsync();
        await working;
    }

    [Fact]
    public async Task A_proof_is_tried_in_whatever_time_is_left_beside_its_transaction()
    {
        var prover = new Proves();
        await using var scene = await OpenAsync(prover);
        await SettledAsync(scene, [1], window: 10 + 3);

        await scene.NextOrderAsync(scene.Process("one").Loop, Move.ChallengeWithProof);

        Assert.Equal((TimeSpan.FromSeconds(3), 1), (prover.MostTime, prover.Made));
    }

    [Fact]
    public async Task A_wrong_answer_that_no_proof_came_in_time_for_is_said_to_stand()
    {
        var prover = new Proves { Fault = new ChallengeProof.Failed("It took longer than 1 s.", IsRetryable: true) };
        await using var scene = await OpenAsync(prover);
        // An inclusion of ten seconds.
        var asked = await SettledAsync(scene, [1], window: 11);
        var loop = scene.Process("one").Loop;
        await RelayerScene.UntilAsync(
            async () =>
            {
                await loop.WorkOnceAsync(Stop);
                return prover.Made == 1;
            },
            "it is tried");
        scene.Relayer.ChainTime++;
        await ExecuteAsync(scene, "UPDATE duties SET due_at = 1 WHERE due_at IS NOT NULL");

        Assert.Equal(DutyEnd.NoTimeToProve, await scene.EndAsync(loop, asked.RequestId, DutyKind.ProofChallenge));
        Assert.Equal(("NoTimeToProve", 1), (Assert.Single(await ReviewsAsync(scene)).Challenge, prover.Made));
        Assert.Empty(scene.Relayer.Orders.All);
    }

    private async Task<VerifierScene> OpenAsync(IChallengeProver? prover)
    {
        var scene = await VerifierScene.OpenAsync(databases);
        (scene.IsProvable, scene.Prover) = (true, prover);
        return scene;
    }

    // Found wrong long ago, and still due.
    private static async Task WrongAsync(VerifierScene scene, int count)
    {
        var asked = Enumerable.Range(0, count).Select(i => RelayerScene.Ask(i)).ToList();
        await scene.Relayer.TellAsync([.. asked]);
        await scene.Relayer.TellAsync([.. asked.Select(request => scene.Settled(request.RequestId, [1]))]);
        await scene.Relayer.Database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync(
                    $"""
                    INSERT INTO duties (request_id, kind, deadline, answer_commit, answer, due_at, found_at)
                    SELECT request_id, {(int)DutyKind.ProofChallenge}, deadline, @Commit, @Answer, 1, 1 FROM duties WHERE kind = {(int)DutyKind.Review}
                    """,
                    new { Commit = Keccak256.Hash([2]), Answer = new byte[] { 2 } });
                return await session.ExecuteAsync($"DELETE FROM duties WHERE kind = {(int)DutyKind.Review}");
            },
            Stop);
    }

    private static Task<long> LookedAtAsync(VerifierScene scene) => scene.Relayer.ScalarAsync<long>("SELECT COUNT(*) FROM duties WHERE kind = 6 AND lease_epoch > 0");

    // Whatever waits for a time is due at once.
    private static async Task<DutyEnd> EndAtOnceAsync(VerifierScene scene, Hash32 requestId)
    {
        var (loop, _) = scene.Process("last");
        await RelayerScene.UntilAsync(async () =>
        {
            await scene.Relayer.Database.WriteAsync(session => session.ExecuteAsync("UPDATE duties SET due_at = 1 WHERE due_at IS NOT NULL"), TestContext.Current.CancellationToken);
            await loop.WorkOnceAsync(TestContext.Current.CancellationToken);
            return await scene.Relayer.ScalarAsync<long>("SELECT COUNT(*) FROM duties WHERE kind = 6 AND ended <> 0") == 1;
        }, "it is given up");
        return await scene.EndAsync(loop, requestId, DutyKind.ProofChallenge);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Task<long> DueAsync(VerifierScene scene) => scene.Relayer.ScalarAsync<long>("SELECT due_at FROM duties WHERE kind = 6");

    private static Task<int> ExecuteAsync(VerifierScene scene, string sql) => scene.Relayer.Database.WriteAsync(session => session.ExecuteAsync(sql), Stop);

    private static async Task<IHubContract.RequestedEvent> SettledAsync(VerifierScene scene, byte[] output, int number = 0, ulong window = 7_200)
    {
        var asked = RelayerScene.Ask(number, deadline: scene.Relayer.ChainTime + 600);
        await scene.Relayer.TellAsync(asked);
        await scene.Relayer.TellAsync(scene.Settled(asked.RequestId, output, window));
        return asked;
    }

    private static Task<IReadOnlyList<ReviewSummary>> ReviewsAsync(VerifierScene scene) =>
        new ReviewStore(scene.Relayer.Database).ListAsync(verdict: null, most: 10, TestContext.Current.CancellationToken);

    private sealed class Proves : IChallengeProver
    {
        public string? Objection { get; init; }

        public ChallengeProof? Fault { get; init; }

        public int Made { get; private set; }

        public TimeSpan Limit => TimeSpan.FromSeconds(1);

        /// <summary>Turns that are shared with others; null where nobody else proves.</summary>
        public ProverTurns? Turns { get; init; }

        public Task<IDisposable> TakeTurnAsync(CancellationToken cancellationToken) => Turns?.TakeAsync(cancellationToken) ?? Task.FromResult<IDisposable>(Stream.Null);

        public Task<string?> ObjectionAsync(Hash32 versionId, CancellationToken cancellationToken) => Task.FromResult(Objection);

        /// <summary>How often was fetched what a proof is made of.</summary>
        public int Fetched { get; private set; }

        /// <summary>When what a proof is made of has come.</summary>
        public Task Slowly { get; init; } = Task.CompletedTask;

        /// <summary>How long the last proof might have taken.</summary>
        public TimeSpan MostTime { get; private set; }

        public async Task<ChallengeMaterial> FetchAsync(Dossier dossier, Measurable.Ready subject, CancellationToken cancellationToken)
        {
            Fetched++;
            await Slowly.WaitAsync(cancellationToken);
            return new ChallengeMaterial.Ready(ProveAsync);
        }

        private Task<ChallengeProof> ProveAsync(Hash32 outputCommit, TimeSpan limit, CancellationToken cancellationToken)
        {
            Made++;
            MostTime = limit;
            return Task.FromResult(Fault ?? new ChallengeProof.Made(new byte[] { 7 }));
        }
    }
}
