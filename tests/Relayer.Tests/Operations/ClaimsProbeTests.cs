using OpenGradient.Contracts.Hub;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Relayer.Tests.Operations;

public sealed class SqliteClaimsProbeTests(SqliteFixture databases) : ClaimsProbeTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresClaimsProbeTests(PostgresFixture databases) : ClaimsProbeTests(databases), IClassFixture<PostgresFixture>;

public abstract class ClaimsProbeTests(IDatabaseFixture databases)
{
    [Fact]
    public async Task A_claim_of_ours_that_ends_before_it_could_be_settled_is_told_of()
    {
        await using var scene = await OperationsScene.OpenAsync(databases);
        Assert.Equal((HealthLevel.Good, 0.0), await LookAsync(scene, activeTime: 0));
        await ClaimedAsync(1, until: 1_000);
        await ClaimedAsync(2, until: 2_000);
        // Settled, and claimed by another.
        await scene.AddJobAsync(3, JobEnd.None, until: 10, claimOrder: 3);
        await ClaimedAsync(4, until: 10);
        await scene.ExecuteAsync("UPDATE jobs SET node = @Other WHERE request_id = @Id", new { Other = Tests.Jobs.SampleJobs.Them, Id = OperationsScene.Id(4) });

        Assert.Equal((HealthLevel.Good, 2.0), await LookAsync(scene, activeTime: 963));
        Assert.Equal((HealthLevel.Warning, 2.0), await LookAsync(scene, activeTime: 964));
        Assert.Equal((HealthLevel.Warning, 2.0), await LookAsync(scene, activeTime: 1_500));

        async Task ClaimedAsync(int number, ulong until)
        {
            await scene.AddJobAsync(number, JobEnd.None, until: until, claimOrder: number);
            await scene.ExecuteAsync("UPDATE jobs SET stage = @Claimed WHERE request_id = @Id", new { Claimed = (int)Stage.Claimed, Id = OperationsScene.Id(number) });
        }
    }

    private static async Task<(HealthLevel Level, double Figure)> LookAsync(OperationsScene scene, ulong activeTime) =>
        Assert.Single(await new ClaimsProbe(scene.Database, OperationsScene.Node, () => activeTime, () => 36).LookAsync(TestContext.Current.CancellationToken)) is { Figure: { } figure } check
            ? (check.Level, figure)
            : default;
}
