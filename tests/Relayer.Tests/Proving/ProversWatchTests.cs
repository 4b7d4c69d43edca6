using OpenGradient.Database;
using OpenGradient.Database.Migrations;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Proving;
using OpenGradient.Relayer.Proving.Elsewhere;
using OpenGradient.Relayer.Proving.Schema;
using OpenGradient.Relayer.Scheduling;
using OpenGradient.Relayer.Tests.Jobs;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Sending;
using OpenGradient.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Relayer.Tests.Proving;

/// <summary>Nobody claims what nobody proves.</summary>
public sealed class ProversWatchTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_prover_is_there_while_it_lives_and_for_a_moment_after()
    {
        await using var database = await databases.OpenAsync(Tables);
        var clock = new ManualTime();
        var (relayer, prover) = (RegisterOf(database, "relayer", InstanceRole.Relayer, clock), RegisterOf(database, "prover", InstanceRole.Prover, clock));
        await relayer.BeatAsync(new Uri("http://127.0.0.1:1"), Stop);
        var watch = new ProversWatch(relayer, new AnnouncedVersions(database, relayer), clock);

        Assert.False(await watch.AreThereAsync(Stop));
        await prover.BeatAsync(new Uri("http://127.0.0.1:2"), Stop);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(await watch.AreThereAsync(Stop));

        // One that is started again.
        await prover.LeaveAsync(Stop);
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.True(await watch.AreThereAsync(Stop));
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.False(await watch.AreThereAsync(Stop));
        await prover.BeatAsync(new Uri("http://127.0.0.1:2"), Stop);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(await watch.AreThereAsync(Stop));
    }

    [Fact]
    public async Task What_nobody_would_prove_in_time_is_claimed_when_one_that_lives_says_that_it_would()
    {
        var database = await databases.OpenAsync(Tables);
        var register = RegisterOf(database, "relayer", InstanceRole.Relayer, TimeProvider.System);
        var clock = new ManualTime();
        await using var scene = await RelayerScene.OpenAsync(
            new Answering(), new() { Poll = TimeSpan.FromMilliseconds(20) }, database: database, provers: new ProversWatch(register, new AnnouncedVersions(database, register), clock));
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = Task.Run(() => scene.Pipeline.RunAsync(stopping.Token), Stop);
        var (proven, signed) = (ProofStoreTests.Proven(RelayerScene.Ask(1, deadline: scene.ChainTime + 3_600)), RelayerScene.Ask(2));
        await scene.TellAsync(proven, signed);

        await RelayerScene.UntilAsync(
            async () => await scene.ScalarAsync<int>("SELECT waiting_for FROM jobs WHERE request_id = @RequestId", new { proven.RequestId }) == (int)WaitingFor.Prover, "it waits");
        await RelayerScene.UntilAsync(() => Task.FromResult(scene.Orders.All.Count == 1), "the signed one is claimed");
        Assert.Contains(signed.RequestId.ToString(), Assert.Single(scene.Orders.All).Key, StringComparison.Ordinal);

        // One that lives and has said nothing, as after it was started again, or waits for a cache, is none.
        var prover = RegisterOf(database, "prover", InstanceRole.Prover, TimeProvider.System);
        await prover.BeatAsync(new Uri("http://127.0.0.1:2"), Stop);
        await LooksAgainAsync(scene, clock, proven.RequestId);
        var announced = new AnnouncedVersions(database, prover);
        Assert.Equal([SampleJobs.Request().VersionId], await announced.WantedAsync(Stop));
        await announced.TellAsync([new AnnouncedVersion(SampleJobs.Request().VersionId, IsInTime: false, 40)], Stop);
        await LooksAgainAsync(scene, clock, proven.RequestId);
        Assert.Single(scene.Orders.All);

        await announced.TellAsync([new AnnouncedVersion(SampleJobs.Request().VersionId, IsInTime: true, 0)], Stop);
        clock.Advance(TimeSpan.FromSeconds(2));
        await RelayerScene.UntilAsync(() => Task.FromResult(scene.Orders.All.Count == 2), "it is claimed");
        Assert.Contains(proven.RequestId.ToString(), scene.Orders.All[1].Key, StringComparison.Ordinal);
        await stopping.CancelAsync();
        await running;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_all_provers_refuse_is_not_claimed_and_its_reason_is_said(bool isAnotherSilent)
    {
        var database = await databases.OpenAsync(Tables);
        var (relayer, prover) = (RegisterOf(database, "relayer", InstanceRole.Relayer, TimeProvider.System), RegisterOf(database, "prover", InstanceRole.Prover, TimeProvider.System));
        await prover.BeatAsync(new Uri("http://127.0.0.1:2"), Stop);
        await RefuseAsync(database, prover);
        if (isAnotherSilent)
            await RegisterOf(database, "larger", InstanceRole.Prover, TimeProvider.System).BeatAsync(new Uri("http://127.0.0.1:3"), Stop);
        await using var scene = await RelayerScene.OpenAsync(
            new Answering(), new() { Poll = TimeSpan.FromMilliseconds(20) }, database: database, provers: WatchOf(database, relayer));
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = Task.Run(() => scene.Pipeline.RunAsync(stopping.Token), Stop);
        var asked = ProofStoreTests.Proven(RelayerScene.Ask(1, deadline: scene.ChainTime + 3_600));

        await scene.TellAsync(asked);

        if (isAnotherSilent)
            await RelayerScene.UntilAsync(async () => await scene.ScalarAsync<int>("SELECT waiting_for FROM jobs WHERE answer_commit IS NOT NULL") == (int)WaitingFor.Prover, "it waits for the other");
        else
            await RelayerScene.UntilAsync(async () => await scene.ScalarAsync<int>("SELECT ended FROM jobs") == (int)JobEnd.TurnedAway, "it is left to other nodes");
        Assert.Equal(
            isAnotherSilent ? null : new TurnedAway(TurnAwayReason.NotProvable, "No prover proves it. It takes too much memory."), (await scene.JobAsync(asked.RequestId)).TurnedAway);
        Assert.Empty(scene.Orders.All);
        await stopping.CancelAsync();
        await running;
    }

    [Fact]
    public async Task What_was_claimed_before_all_refused_it_waits_for_one_that_does_not()
    {
        var database = await databases.OpenAsync(Tables);
        var (relayer, prover) = (RegisterOf(database, "relayer", InstanceRole.Relayer, TimeProvider.System), RegisterOf(database, "prover", InstanceRole.Prover, TimeProvider.System));
        await using var scene = await RelayerScene.OpenAsync(
            new Answering(), new() { Poll = TimeSpan.FromMilliseconds(20) }, database: database, provers: WatchOf(database, relayer));
        var claimed = Assert.Single(await ClaimedAnswers.ClaimedAsync(scene, 1));
        // It stands since a while ago, as the scene counts.
        await database.WriteAsync(session => session.ExecuteAsync("UPDATE jobs SET until = @Past", new { Past = scene.ChainTime - 1 }), Stop);
        await prover.BeatAsync(new Uri("http://127.0.0.1:2"), Stop);
        await RefuseAsync(database, prover);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = Task.Run(() => scene.Pipeline.RunAsync(stopping.Token), Stop);

        await RelayerScene.UntilAsync(async () => await scene.ScalarAsync<int>("SELECT waiting_for FROM jobs") == (int)WaitingFor.Prover, "it waits for a prover");
        Assert.Null((await scene.JobAsync(claimed)).TurnedAway);

        var larger = RegisterOf(database, "larger", InstanceRole.Prover, TimeProvider.System);
        await larger.BeatAsync(new Uri("http://127.0.0.1:3"), Stop);
        await new AnnouncedVersions(database, larger).TellAsync([new AnnouncedVersion(SampleJobs.Request().VersionId, IsInTime: true, 0)], Stop);
        await RelayerScene.UntilAsync(async () => await scene.ScalarAsync<int>("SELECT waiting_for FROM jobs") == (int)WaitingFor.Proof, "it is proven");
        await stopping.CancelAsync();
        await running;
    }

    // At the desk, twice: once may have been on its way. What was heard before counts no more.
    private static async Task LooksAgainAsync(RelayerScene scene, ManualTime clock, Hash32 requestId)
    {
        clock.Advance(TimeSpan.FromSeconds(2));
        const string DueAt = "SELECT due_at FROM jobs WHERE request_id = @requestId AND waiting_for = @Prover";
        for (var times = 0; times < 2; times++)
        {
            var before = await scene.ScalarAsync<long?>(DueAt, new { requestId, Prover = (int)WaitingFor.Prover });
            await RelayerScene.UntilAsync(
                async () => await scene.ScalarAsync<long?>(DueAt, new { requestId, Prover = (int)WaitingFor.Prover }) is { } dueAt && dueAt > before, "it waits on");
        }
    }

    private static MigrationSet[] Tables => [.. TransactionQueue.Migrations, RelayerSchema.Migrations, OperationsSchema.Migrations, ProvingSchema.Migrations];

    private static ProversWatch WatchOf(IDatabase database, InstanceRegister register) => new(register, new AnnouncedVersions(database, register), TimeProvider.System);

    private static Task RefuseAsync(IDatabase database, InstanceRegister prover) => new AnnouncedVersions(database, prover).TellAsync(
        [new AnnouncedVersion(SampleJobs.Request().VersionId, IsInTime: false, 0, "It takes too much memory.")], Stop);

    private static InstanceRegister RegisterOf(IDatabase database, string owner, InstanceRole role, TimeProvider clock) =>
        new(database, owner, TimeSpan.FromSeconds(10), clock, role);

    private sealed class Answering : IPreparer
    {
        public Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken) => Task.FromResult<Preparation>(
            new Preparation.Answered(new JobAnswer(Keccak256.Hash("output"u8), "output"u8.ToArray(), TimeSpan.Zero, "test")));
    }
}
