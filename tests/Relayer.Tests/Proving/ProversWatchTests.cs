using OpenGradient.Database;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Proving;
using OpenGradient.Relayer.Scheduling;
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
        await using var database = await databases.OpenAsync([.. TransactionQueue.Migrations, RelayerSchema.Migrations, OperationsSchema.Migrations]);
        var clock = new ManualTime();
        var (relayer, prover) = (RegisterOf(database, "relayer", InstanceRole.Relayer, clock), RegisterOf(database, "prover", InstanceRole.Prover, clock));
        await relayer.BeatAsync(new Uri("http://127.0.0.1:1"), Stop);
        var watch = new ProversWatch(relayer, clock);

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
    public async Task An_answer_that_nobody_would_prove_is_claimed_when_somebody_lives_who_does()
    {
        var database = await databases.OpenAsync([.. TransactionQueue.Migrations, RelayerSchema.Migrations, OperationsSchema.Migrations]);
        var register = RegisterOf(database, "relayer", InstanceRole.Relayer, TimeProvider.System);
        await using var scene = await RelayerScene.OpenAsync(
            new Answering(), new() { Poll = TimeSpan.FromMilliseconds(20) }, database: database, provers: new ProversWatch(register, TimeProvider.System));
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = Task.Run(() => scene.Pipeline.RunAsync(stopping.Token), Stop);
        var (proven, signed) = (ProofStoreTests.Proven(RelayerScene.Ask(1, deadline: scene.ChainTime + 3_600)), RelayerScene.Ask(2));
        await scene.TellAsync(proven, signed);

        await RelayerScene.UntilAsync(
            async () => await scene.ScalarAsync<int>("SELECT waiting_for FROM jobs WHERE request_id = @RequestId", new { proven.RequestId }) == (int)WaitingFor.Prover, "it waits");
        await RelayerScene.UntilAsync(() => Task.FromResult(scene.Orders.All.Count == 1), "the signed one is claimed");
        Assert.Contains(signed.RequestId.ToString(), Assert.Single(scene.Orders.All).Key, StringComparison.Ordinal);

        await RegisterOf(database, "prover", InstanceRole.Prover, TimeProvider.System).BeatAsync(new Uri("http://127.0.0.1:2"), Stop);
        await RelayerScene.UntilAsync(() => Task.FromResult(scene.Orders.All.Count == 2), "it is claimed");
        Assert.Contains(proven.RequestId.ToString(), scene.Orders.All[1].Key, StringComparison.Ordinal);
        await stopping.CancelAsync();
        await running;
    }

    private static InstanceRegister RegisterOf(IDatabase database, string owner, InstanceRole role, TimeProvider clock) =>
        new(database, owner, TimeSpan.FromSeconds(10), clock, role);

    private sealed class Answering : IPreparer
    {
        public Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken) => Task.FromResult<Preparation>(
            new Preparation.Answered(new JobAnswer(Keccak256.Hash("output"u8), "output"u8.ToArray(), TimeSpan.Zero, "test")));
    }
}
