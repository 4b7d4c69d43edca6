using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Proving;
using OpenGradient.Relayer.Scheduling;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Relayer.Tests.Proving;

public sealed class SqliteProversProbeTests(SqliteFixture databases) : ProversProbeTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresProversProbeTests(PostgresFixture databases) : ProversProbeTests(databases), IClassFixture<PostgresFixture>;

/// <summary>What a relayer that leaves its proofs to others is told of them.</summary>
public abstract class ProversProbeTests(IDatabaseFixture databases)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Says_that_no_prover_lives_and_is_not_ready_while_answers_wait_for_one()
    {
        await using var scene = await OperationsScene.OpenAsync(databases);
        var relayer = RegisterOf(scene, "relayer", InstanceRole.Relayer);
        await relayer.BeatAsync(new Uri("http://127.0.0.1:1"), Stop);
        var probe = new ProversProbe(scene.Database, relayer, OperationsScene.Node);

        Assert.Equal((HealthLevel.Warning, "no process lives that proves"), await LookAsync(probe));
        await scene.AddJobAsync(1, JobEnd.None);
        // One for a signature waits for nobody.
        Assert.Equal(HealthLevel.Warning, (await LookAsync(probe)).Level);
        await scene.ExecuteAsync($"UPDATE jobs SET assurance = {(int)Assurance.Proven}");
        Assert.Equal((HealthLevel.Bad, "no process lives that proves, and 1 answers wait for one"), await LookAsync(probe));

        var prover = RegisterOf(scene, "prover", InstanceRole.Prover);
        await prover.BeatAsync(new Uri("http://127.0.0.1:2"), Stop);
        Assert.Equal((HealthLevel.Good, "1 processes live that prove"), await LookAsync(probe));
        // What was claimed, and all refuse.
        await scene.ExecuteAsync($"UPDATE jobs SET stage = {(int)Stage.Claimed}, waiting_for = {(int)WaitingFor.Prover}");
        Assert.Equal(
            (HealthLevel.Bad, "1 processes live that prove, and 1 answers that were claimed wait for one that does not refuse their versions"), await LookAsync(probe));
        // No bond of ours lies on what another has claimed.
        await scene.ExecuteAsync("UPDATE jobs SET node = @Another", new { Another = Address.Parse("0x00000000000000000000000000000000000000a2") });
        Assert.Equal(HealthLevel.Good, (await LookAsync(probe)).Level);
        await scene.ExecuteAsync($"UPDATE jobs SET node = @Node, waiting_for = {(int)WaitingFor.Proof}", new { OperationsScene.Node });
        Assert.Equal(HealthLevel.Good, (await LookAsync(probe)).Level);
        await scene.ExecuteAsync("UPDATE instances SET seen_at = seen_at - 60000 WHERE owner = 'prover'");
        Assert.Equal(HealthLevel.Bad, (await LookAsync(probe)).Level);
    }

    [Fact]
    public async Task Counts_the_answers_of_a_proof_that_a_dead_prover_began()
    {
        await using var scene = await OperationsScene.OpenAsync(databases);
        await scene.AddJobAsync(1, JobEnd.None);
        await scene.ExecuteAsync(
            "INSERT INTO proofs (version_id, payee, issued_at, items, begun_at, due_at) VALUES (@Version, @Node, 1, 1, 1, 1)", new { OperationsScene.Version, OperationsScene.Node });
        await scene.ExecuteAsync($"UPDATE jobs SET assurance = {(int)Assurance.Proven}, proof_id = (SELECT MAX(proof_id) FROM proofs), proof_place = 0");

        Assert.Equal(HealthLevel.Bad, (await LookAsync(new ProversProbe(scene.Database, RegisterOf(scene, "relayer", InstanceRole.Relayer), OperationsScene.Node))).Level);
    }

    private static InstanceRegister RegisterOf(OperationsScene scene, string owner, InstanceRole role) => new(scene.Database, owner, Silence, TimeProvider.System, role);

    private static async Task<(HealthLevel Level, string Details)> LookAsync(ProversProbe probe)
    {
        var check = Assert.Single(await probe.LookAsync(Stop));
        Assert.Equal("prover", check.Name);
        Assert.Equal(check.Level != HealthLevel.Good, check.Advice is not null);
        return (check.Level, check.Details);
    }
}
