using OpenGradient.Database;
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
using OpenGradient.Support.Databases;

namespace OpenGradient.Relayer.Tests.Proving.Elsewhere;

public sealed class SqliteProverLooksTests(SqliteFixture databases) : ProverLooksTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresProverLooksTests(PostgresFixture databases) : ProverLooksTests(databases), IClassFixture<PostgresFixture>;

/// <summary>What provers look for every second is found by indexes, of however much strangers ask.</summary>
public abstract class ProverLooksTests(IDatabaseFixture databases)
{
    private const int Asked = 400;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_looked_for_is_found_by_its_index()
    {
        var database = await OpenAsync();
        await using var scene = await RelayerScene.OpenAsync(new NoPreparer(), database: database);
        await FillAsync(scene);

        await AssertAsync(AnnouncedVersions.Waited, "jobs_waiting_for_provers", new { });
        await AssertAsync(AnnouncedVersions.Answered, "jobs_to_prove", new { });
        await AssertAsync(ProofStore.BeingAnswered, "jobs_asked_to_prove", new { since = TimeProvider.System.GetUtcNow() - TimeSpan.FromSeconds(2), Time = SampleJobs.Now });

        async Task AssertAsync(string text, string index, object parameters)
        {
            var reads = await database.ReadAsync(session => QueryPlan.ReadsAsync(session, "jobs", text, parameters), Stop);
            Assert.All(reads, step => Assert.Contains(index, step, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task However_many_wait_for_one_version_the_others_are_found()
    {
        var database = await OpenAsync();
        await using var scene = await RelayerScene.OpenAsync(new NoPreparer(), database: database);
        await FillAsync(scene);
        // All but two are of one version, and the most urgent.
        await database.WriteAsync(
            session => session.ExecuteAsync(
                "UPDATE jobs SET version_id = CASE WHEN deadline >= @Last THEN request_id ELSE @One END, waiting_for = @Prover",
                new { Last = SampleJobs.Now + 600 + Asked - 2, One = Hash32.FromUInt256(1), Prover = (int)WaitingFor.Prover }), Stop);
        var others = await database.ReadAsync(
            session => session.QueryAsync<Hash32>("SELECT version_id FROM jobs WHERE version_id <> @One ORDER BY deadline", new { One = Hash32.FromUInt256(1) }), Stop);
        Assert.Equal(2, others.Count);

        var register = new InstanceRegister(database, "prover", TimeSpan.FromMinutes(10), TimeProvider.System, InstanceRole.Prover);
        Assert.Equal([Hash32.FromUInt256(1), .. others], await new AnnouncedVersions(database, register).WantedAsync(Stop));
    }

    [Fact]
    public async Task What_is_being_answered_has_time_left_and_was_found_just_now()
    {
        var database = await OpenAsync();
        await using var scene = await RelayerScene.OpenAsync(new NoPreparer(), database: database);
        await FillAsync(scene);
        await database.WriteAsync(session => session.ExecuteAsync("UPDATE jobs SET version_id = request_id"), Stop);
        var store = new ProofStore(database, scene.StoreOf("prover"), scene.Orders, "prover", TimeProvider.System);
        var since = DateTimeOffset.UnixEpoch;

        Assert.Equal(Asked / 2, (await store.BeingAnsweredAsync(since, scene.Now, Stop)).Count);
        // The deadlines are a second from each other; what was answered has every other one.
        var late = scene.Now with { ChainTime = SampleJobs.Now + 600 + Asked - 10 };
        Assert.Equal(5, (await store.BeingAnsweredAsync(since, late, Stop)).Count);
        Assert.Equal(5, (await store.BeingAnsweredAsync(since, scene.Now with { TipTime = late.ChainTime }, Stop)).Count);
        Assert.Empty(await store.BeingAnsweredAsync(TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(1), scene.Now, Stop));
        await database.WriteAsync(session => session.ExecuteAsync("UPDATE jobs SET turned_away = 1, details = '' WHERE answer_commit IS NULL"), Stop);
        Assert.Empty(await store.BeingAnsweredAsync(since, scene.Now, Stop));
    }

    // Every other one is answered, and of those that are not every other one waits for a prover.
    private static async Task FillAsync(RelayerScene scene)
    {
        await scene.TellAsync([.. Enumerable.Range(0, Asked).Select(number => ProofStoreTests.Proven(RelayerScene.Ask(number, deadline: SampleJobs.Now + 600 + (ulong)number)))]);
        await scene.Database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync("UPDATE jobs SET answer_commit = request_id, answer = request_id, answered_at = 5 WHERE deadline % 2 = 0");
                await session.ExecuteAsync(
                    "UPDATE jobs SET waiting_for = @Prover WHERE deadline % 4 = 1", new { Prover = (int)WaitingFor.Prover });
                return await session.ExecuteAsync("ANALYZE jobs");
            },
            Stop);
    }

    private async Task<IDatabase> OpenAsync() => await databases.OpenAsync([.. TransactionQueue.Migrations, RelayerSchema.Migrations, OperationsSchema.Migrations, ProvingSchema.Migrations]);

    private sealed class NoPreparer : IPreparer
    {
        public Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing is prepared here.");
    }
}
