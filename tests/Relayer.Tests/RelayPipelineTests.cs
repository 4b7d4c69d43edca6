using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Pipeline;
using OpenGradient.Relayer.Tests.Jobs;
using OpenGradient.Relayer.Tests.Support;

namespace OpenGradient.Relayer.Tests;

public sealed class RelayPipelineTests
{
    private static readonly byte[] Output = [1, 2, 3];

    [Fact]
    public async Task A_request_is_run_claimed_settled_and_watched_until_it_is_final()
    {
        await using var scene = await RelayerScene.OpenAsync(new Answering());
        await using var run = Running.Start(scene);
        var asked = RelayerScene.Ask(1);
        await scene.TellAsync(asked);

        var claim = await OrderAsync(scene, OrderPurpose.Claim);
        Assert.Equal(RelayerScene.Deployment.Hub, claim.To);
        await scene.TellAsync(scene.Claimed(asked.RequestId));
        Assert.DoesNotContain(scene.Orders.All, order => order.Purpose == OrderPurpose.Settle);

        scene.ChainTime++;
        var settlement = await OrderAsync(scene, OrderPurpose.Settle);
        var submission = Assert.Single(SentBatch.Read(settlement.Data.Span));
        Assert.Equal(Keccak256.Hash(Output), submission.OutputCommit);
        var domain = new HubDomain(RelayerScene.Deployment.ChainId, RelayerScene.Deployment.Hub);
        Assert.True(Signature.TryParseEither(submission.Evidence.Span, out var signature));
        Assert.True(signature.IsBy(scene.Node, domain.DigestOf(domain.ReceiptOf(submission))));

        await scene.TellAsync(scene.Settled(asked.RequestId, submission.OutputCommit, scene.ChainTime + 2));
        await RelayerScene.UntilAsync(async () => await WaitingAsync(scene, asked.RequestId) == WaitingFor.Finality, "it waits for finality");
        scene.ChainTime += 2;
        await EndedAsync(scene, asked.RequestId, JobEnd.Answered);
        Assert.Equal(2, scene.Orders.All.Count);
    }

    [Fact]
    public async Task Many_answers_go_in_few_batches()
    {
        await using var scene = await RelayerScene.OpenAsync(new Answering());
        await using var run = Running.Start(scene);
        var asked = Enumerable.Range(0, 100).Select(i => RelayerScene.Ask(i)).ToList();
        await scene.TellAsync([.. asked]);
        await RelayerScene.UntilAsync(() => Task.FromResult(scene.Orders.All.Count == 100), "all are claimed");
        await scene.TellAsync([.. asked.Select(request => scene.Claimed(request.RequestId))]);
        scene.ChainTime++;
        await RelayerScene.UntilAsync(() => Task.FromResult(Settled(scene).Count == 100), "all are in a batch");
        Assert.InRange(scene.Orders.All.Count(order => order.Purpose == OrderPurpose.Settle), 2, 4);
        Assert.Equal(asked.Select(request => request.RequestId).Order(), Settled(scene).Order());
    }

    [Fact]
    public async Task A_reorganisation_keeps_the_answer_and_what_was_claimed_is_claimed_anew()
    {
        var preparer = new Answering();
        await using var scene = await RelayerScene.OpenAsync(preparer);
        await using var run = Running.Start(scene);
        var asked = RelayerScene.Ask(1);
        await scene.TellAsync();
        await scene.TellAsync(asked);
        scene.Orders.Mined(await OrderAsync(scene, OrderPurpose.Claim), new BlockNumber(3));
        await scene.TellAsync(scene.Claimed(asked.RequestId));

        await scene.ReplaceAsync(2);
        await RelayerScene.UntilAsync(async () => await WaitingAsync(scene, asked.RequestId) == WaitingFor.ItsReturn, "it waits for its return");
        Assert.NotNull((await scene.JobAsync(asked.RequestId)).Answer);

        await scene.TellAsync(asked);
        await RelayerScene.UntilAsync(() => Task.FromResult(scene.Orders.All.Count == 2), "it is claimed again");
        Assert.Equal(1, preparer.Runs);
    }

    [Fact]
    public async Task What_cannot_be_run_for_now_is_tried_again_and_then_turned_away()
    {
        var preparer = new Failing();
        await using var scene = await RelayerScene.OpenAsync(
            preparer, new() { MostRuns = 3, Poll = TimeSpan.FromMilliseconds(20), Backoff = new() { First = TimeSpan.FromMilliseconds(10) } });
        await using var run = Running.Start(scene);
        var asked = RelayerScene.Ask(1);
        await scene.TellAsync(asked);
        await EndedAsync(scene, asked.RequestId, JobEnd.TurnedAway);
        Assert.Equal(3, preparer.Runs);
        Assert.Equal(TurnAwayReason.CannotRun, (await scene.JobAsync(asked.RequestId)).TurnedAway?.Reason);
    }

    [Fact]
    public async Task What_is_not_to_be_had_for_a_while_is_looked_for_more_often_than_a_run_is_tried_and_then_answered()
    {
        var preparer = new Missing(times: 6);
        await using var scene = await RelayerScene.OpenAsync(
            preparer,
            new() { MostRuns = 3, Poll = TimeSpan.FromMilliseconds(20), Backoff = new() { First = TimeSpan.FromMilliseconds(10), Longest = TimeSpan.FromMilliseconds(20) } });
        await using var run = Running.Start(scene);
        var asked = RelayerScene.Ask(1);
        await scene.TellAsync(asked);
        await RelayerScene.UntilAsync(() => Task.FromResult(scene.Orders.All.Count == 1), "it is claimed");
        Assert.Equal(7, preparer.Looks);
        Assert.Equal(0, (await scene.JobAsync(asked.RequestId)).FailedRuns);
    }

    [Fact]
    public async Task What_pays_too_little_now_is_looked_at_again_and_answered_when_it_does_not_any_more()
    {
        var preparer = new Missing(times: 3, WaitingFor.BetterTerms);
        await using var scene = await RelayerScene.OpenAsync(preparer, new() { Poll = TimeSpan.FromMilliseconds(20), TermsWait = TimeSpan.FromMilliseconds(200) });
        await using var run = Running.Start(scene);
        var asked = RelayerScene.Ask(1);
        await scene.TellAsync(asked);
        await RelayerScene.UntilAsync(async () => await WaitingAsync(scene, asked.RequestId) == WaitingFor.BetterTerms, "it waits");
        await OrderAsync(scene, OrderPurpose.Claim);
        Assert.Equal(4, preparer.Looks);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(100, 25)]
    [InlineData(10_000, 600)]
    public void Terms_are_looked_at_ever_less_often(int ageSeconds, int waitSeconds) =>
        Assert.Equal(TimeSpan.FromSeconds(waitSeconds), new PipelineOptions().WaitFor(TimeSpan.FromSeconds(ageSeconds), WaitingFor.BetterTerms));

    [Fact]
    public async Task Nothing_is_ordered_for_what_the_chain_told_something_of_meanwhile_nor_for_what_is_in_a_batch_with_it()
    {
        await using var scene = await RelayerScene.OpenAsync(new Answering());
        var stop = TestContext.Current.CancellationToken;
        await scene.TellAsync(RelayerScene.Ask(1), RelayerScene.Ask(2), RelayerScene.Ask(3));
        var leased = await scene.Store.LeaseDueAsync(10, TimeSpan.FromMinutes(1), stop);
        var told = RelayerScene.Ask(2).RequestId;
        await scene.TellAsync(scene.Claimed(told, SampleJobs.Them));

        var answer = new JobAnswer(Keccak256.Hash(Output), Output, TimeSpan.Zero, "test");
        var later = TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(1);
        var shared = new Order("settle:both", default, ReadOnlyMemory<byte>.Empty, 1, OrderPurpose.Settle);
        var alone = shared with { Key = "settle:alone" };
        var written = await scene.Store.FileAsync(
            [
                .. leased.Select(job => new Filing
                {
                    Leased = job, NewAnswer = answer, DueAt = later, Settlement = job.Job.RequestId == RelayerScene.Ask(3).RequestId ? alone : shared,
                }),
            ],
            stop);

        Assert.Equal(3, written);
        Assert.Equal("settle:alone", Assert.Single(scene.Orders.All).Key);
        var due = await scene.Store.LeaseDueAsync(10, TimeSpan.FromMinutes(1), stop);
        Assert.Equal([RelayerScene.Ask(1).RequestId, told], due.Select(job => job.Job.RequestId).OrderBy(id => id == told));
        Assert.All(due, job => Assert.Equal(answer.OutputCommit, job.Job.Answer?.OutputCommit));
    }

    [Fact]
    public async Task One_request_that_breaks_the_preparer_does_not_stop_the_others()
    {
        await using var scene = await RelayerScene.OpenAsync(new BreakingOnce(), new() { Poll = TimeSpan.FromMilliseconds(20), Backoff = new() { First = TimeSpan.FromMilliseconds(10) } });
        await using var run = Running.Start(scene);
        await scene.TellAsync(RelayerScene.Ask(1), RelayerScene.Ask(2));
        await RelayerScene.UntilAsync(() => Task.FromResult(scene.Orders.All.Count == 2), "both are claimed");
    }

    [Fact]
    public async Task Claims_wait_for_stake_and_for_balance()
    {
        await using var scene = await RelayerScene.OpenAsync(new Answering());
        scene.Standing = scene.Standing with { FreeStake = 150_000u };
        await using var run = Running.Start(scene);
        // Each locks 100 fees of 1000.
        await scene.TellAsync(RelayerScene.Ask(1), RelayerScene.Ask(2, SampleJobs.Now + 700));
        await OrderAsync(scene, OrderPurpose.Claim);
        var second = RelayerScene.Ask(2, SampleJobs.Now + 700).RequestId;
        await RelayerScene.UntilAsync(async () => await WaitingAsync(scene, second) == WaitingFor.Capacity, "the second waits");
        Assert.Single(scene.Orders.All);
        scene.Standing = scene.Standing with { FreeStake = 200_000u };
        await RelayerScene.UntilAsync(() => Task.FromResult(scene.Orders.All.Count == 2), "the second is claimed");
    }

    [Fact]
    public async Task What_waits_for_a_worker_for_longer_than_a_lease_lasts_is_run_once()
    {
        var preparer = new Slow(TimeSpan.FromMilliseconds(500));
        await using var scene = await RelayerScene.OpenAsync(
            preparer, new() { Workers = 1, PrepareLimit = TimeSpan.FromSeconds(2), LeaseTime = TimeSpan.FromSeconds(3), Poll = TimeSpan.FromMilliseconds(20) });
        await using var run = Running.Start(scene);
        await scene.TellAsync([.. Enumerable.Range(1, 10).Select(number => RelayerScene.Ask(number))]);
        await RelayerScene.UntilAsync(() => Task.FromResult(scene.Orders.All.Count == 10), "all are claimed");
        Assert.Equal(10, preparer.Runs);
    }

    [Fact]
    public async Task A_claim_that_failed_takes_no_room_from_the_next()
    {
        await using var scene = await RelayerScene.OpenAsync(new Answering());
        // Enough for one.
        scene.Standing = scene.Standing with { FreeStake = 100_000u };
        await using var run = Running.Start(scene);
        await scene.TellAsync(RelayerScene.Ask(1));
        scene.Orders.Failed(await OrderAsync(scene, OrderPurpose.Claim));
        await scene.TellAsync(RelayerScene.Ask(2));
        await RelayerScene.UntilAsync(() => Task.FromResult(scene.Orders.All.Count == 2), "the second is claimed");
    }

    [Fact]
    public async Task An_answer_that_was_taken_after_all_is_followed_to_its_end()
    {
        await using var scene = await RelayerScene.OpenAsync(new Answering());
        var asked = RelayerScene.Ask(1);
        await scene.TellAsync(asked);
        await scene.Database.WriteAsync(
            session => session.ExecuteAsync("UPDATE jobs SET ended = 7, ended_at = 1, due_at = NULL"), TestContext.Current.CancellationToken);
        await scene.TellAsync(scene.Settled(asked.RequestId, Keccak256.Hash(Output), SampleJobs.Now + 7_200));
        Assert.Equal(JobEnd.None, (JobEnd)await scene.ScalarAsync<int>("SELECT ended FROM jobs"));
        Assert.Equal(1, await scene.ScalarAsync<int>("SELECT COUNT(*) FROM jobs WHERE due_at IS NOT NULL"));
    }

    [Fact]
    public async Task Whoever_lost_its_lease_changes_nothing()
    {
        await using var scene = await RelayerScene.OpenAsync(new Answering());
        var stop = TestContext.Current.CancellationToken;
        await scene.TellAsync(RelayerScene.Ask(1));
        var late = scene.StoreOf("late");
        var leased = Assert.Single(await late.LeaseDueAsync(1, TimeSpan.Zero, stop));
        var other = Assert.Single(await scene.StoreOf("other").LeaseDueAsync(10, TimeSpan.FromMinutes(1), stop));
        Assert.Equal(leased.Epoch + 1, other.Epoch);

        var order = new Order("claim", SampleJobs.Us, ReadOnlyMemory<byte>.Empty, null, OrderPurpose.Claim);
        var answer = new JobAnswer(Keccak256.Hash(Output), Output, TimeSpan.Zero, "test");
        Assert.Equal(0, await late.FileAsync([new Filing { Leased = leased, NewAnswer = answer, Claim = order }], stop));
        Assert.Empty(scene.Orders.All);
        Assert.Null((await scene.JobAsync(leased.Job.RequestId)).Answer);
        Assert.Equal(1, await scene.StoreOf("other").FileAsync([new Filing { Leased = other, NewAnswer = answer, Claim = order }], stop));
        Assert.Single(scene.Orders.All);
    }

    [Fact]
    public async Task An_answer_once_stored_is_never_replaced()
    {
        await using var scene = await RelayerScene.OpenAsync(new Answering());
        var stop = TestContext.Current.CancellationToken;
        await scene.TellAsync(RelayerScene.Ask(1));
        foreach (var output in new byte[][] { [1], [2] })
        {
            var leased = Assert.Single(await scene.Store.LeaseDueAsync(10, TimeSpan.FromMinutes(1), stop));
            var answer = new JobAnswer(Keccak256.Hash(output), output, TimeSpan.Zero, "test");
            await scene.Store.FileAsync([new Filing { Leased = leased, NewAnswer = answer, DueAt = TimeProvider.System.GetUtcNow() }], stop);
        }

        Assert.Equal([1], (await scene.JobAsync(RelayerScene.Ask(1).RequestId)).Answer?.Output.ToArray());
    }

    [Fact]
    public async Task What_the_chain_tells_meanwhile_is_not_slept_over()
    {
        await using var scene = await RelayerScene.OpenAsync(new Answering());
        var stop = TestContext.Current.CancellationToken;
        var asked = RelayerScene.Ask(1);
        await scene.TellAsync(asked);
        var leased = Assert.Single(await scene.Store.LeaseDueAsync(10, TimeSpan.FromMinutes(1), stop));
        await scene.TellAsync(scene.Claimed(asked.RequestId, SampleJobs.Them));
        await scene.Store.FileAsync([new Filing { Leased = leased, End = JobEnd.Expired }], stop);
        Assert.Equal(asked.RequestId, Assert.Single(await scene.Store.LeaseDueAsync(10, TimeSpan.FromMinutes(1), stop)).Job.RequestId);
    }

    [Fact]
    public async Task Whoever_asks_a_thousand_times_does_not_stand_in_everybodys_way()
    {
        await using var scene = await RelayerScene.OpenAsync(new Answering());
        await scene.TellAsync([.. Enumerable.Range(0, 1_000).Select(i => RelayerScene.Ask(i, SampleJobs.Now + 100))]);
        await scene.TellAsync(RelayerScene.Ask(1, SampleJobs.Now + 500, requester: SampleJobs.Us));
        var leased = await scene.Store.LeaseDueAsync(2, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Contains(leased, job => job.Job.Ask.Requester == SampleJobs.Us);
    }

    private static async Task<Order> OrderAsync(RelayerScene scene, OrderPurpose purpose)
    {
        await RelayerScene.UntilAsync(() => Task.FromResult(scene.Orders.All.Any(order => order.Purpose == purpose)), $"an order to {purpose}");
        return scene.Orders.All.Single(order => order.Purpose == purpose);
    }

    private static List<Hash32> Settled(RelayerScene scene) =>
        [.. scene.Orders.All.Where(order => order.Purpose == OrderPurpose.Settle)
            .SelectMany(order => SentBatch.Read(order.Data.Span))
            .Select(submission => RequestHash.IdOf(RelayerScene.Deployment.ChainId, RelayerScene.Deployment.Hub, submission.Ask))];

    private static async Task<WaitingFor> WaitingAsync(RelayerScene scene, Hash32 requestId) =>
        (WaitingFor)await scene.ScalarAsync<int>("SELECT waiting_for FROM jobs WHERE request_id = @requestId", new { requestId });

    private static Task EndedAsync(RelayerScene scene, Hash32 requestId, JobEnd end) => RelayerScene.UntilAsync(
        async () => (JobEnd)await scene.ScalarAsync<int>("SELECT ended FROM jobs WHERE request_id = @requestId", new { requestId }) == end, $"it ended as {end}");

    private sealed class Answering : IPreparer
    {
        private int _runs;

        public int Runs => _runs;

        public Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _runs);
            return Task.FromResult<Preparation>(new Preparation.Answered(new JobAnswer(Keccak256.Hash(Output), Output, TimeSpan.FromMilliseconds(1), "test")));
        }
    }

    private sealed class Failing : IPreparer
    {
        private int _runs;

        public int Runs => _runs;

        public Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _runs);
            return Task.FromResult<Preparation>(new Preparation.Unavailable("the server is down"));
        }
    }

    private sealed class Slow(TimeSpan run) : IPreparer
    {
        private readonly Answering _inner = new();

        public int Runs => _inner.Runs;

        public async Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken)
        {
            await Task.Delay(run, cancellationToken);
            return await _inner.PrepareAsync(job, cancellationToken);
        }
    }

    private sealed class Missing(int times, WaitingFor reason = WaitingFor.AnotherRun) : IPreparer
    {
        private readonly Answering _inner = new();
        private int _looks;

        public int Looks => _looks;

        public Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken) => Interlocked.Increment(ref _looks) > times
            ? _inner.PrepareAsync(job, cancellationToken)
            : Task.FromResult<Preparation>(new Preparation.Delayed("no source has it", Reason: reason));
    }

    private sealed class BreakingOnce : IPreparer
    {
        private readonly Answering _inner = new();
        private int _calls;

        public Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken) =>
            Interlocked.Increment(ref _calls) == 1 ? throw new InvalidOperationException("broken") : _inner.PrepareAsync(job, cancellationToken);
    }

    /// <summary>The pipeline while it runs.</summary>
    private sealed class Running(CancellationTokenSource stop, Task run) : IAsyncDisposable
    {
        public static Running Start(RelayerScene scene)
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            return new Running(stop, Task.Run(() => scene.Pipeline.RunAsync(stop.Token)));
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await run;
            stop.Dispose();
        }
    }
}
